internal import Store

/// Every trial of the searches with its allocation and its metrics.
struct LogForm: ReportForm {
    let name = "log"
    let abstract = "every trial: allocation, bits, memory, objective, metrics (--where and --sort choose)"

    func tables(of material: ReportMaterial) throws -> [ReportTable] {
        let trials = try material.store.trials(material.filter)
        let metrics = try material.store.metrics(ofTrials: trials.map(\.id))
            .mapValues { $0.filter { $0.step == nil } }
        let columns = MetricColumns(metrics: trials.flatMap { metrics[$0.id] ?? [] }, material.style)
        let map = BitMap(trials.compactMap { TrialView($0).allocation })
        var table = ReportTable(
            title: material.style.caption ?? "Trials of \(material.searches.map(\.name).joined(separator: ", "))",
            columns: header(columns, map, material))
        let searches = Dictionary(material.searches.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var last: Int?
        for trial in trials {
            var cells: [ReportTable.Cell] = [
                .init(trial.name), .init(trial.label ?? trial.kind.rawValue), .init(trial.state.rawValue),
                .init(TrialView(trial).allocation.map { map.text($0) } ?? ""),
                .number(trial.bitsPerWeight, decimals: 2), material.style.bytes(trial.weightBytes.map(Double.init)),
                material.style.number(
                    trial.objectiveValue, trial.objectiveStandardError, decimals: 4,
                    isErrorShown: material.style.showsStandardErrors),
            ]
            if let search = searches[trial.searchID] {
                let entry = ResultEntry(
                    trials: [trial], search: search, key: "", method: "", metrics: metrics[trial.id] ?? [],
                    isFirst: false)
                cells += columns.cells(of: entry)
            }
            cells.append(.number(trial.durationSeconds, decimals: 1))
            table.add(
                .init(
                    cells: cells, isRanked: trial.isWithinBudget == true && trial.fidelity >= 1,
                    startsGroup: last != trial.searchID && material.filter.order == .number, trials: [trial.name]))
            last = trial.searchID
        }
        table.markBest()
        table.remarks = material.style.remarks + (map.legend.map { [$0] } ?? [])
        if trials.contains(where: { $0.fidelity < 1 }) {
            table.remarks.append("Values of trials that were stopped early are estimates.")
        }
        table.commands = material.commands
        return [table]
    }

    private func header(
        _ metrics: MetricColumns, _ map: BitMap, _ material: ReportMaterial
    ) -> [ReportTable.Column] {
        var columns: [ReportTable.Column] = [
            .init(name: "trial", title: "Trial", kind: .text), .init(name: "label", title: "What", kind: .text),
            .init(name: "state", title: "State", kind: .text),
            .init(name: "allocation", title: map.isSplit ? "Bits per module" : "Bits per layer", kind: .text),
            .init(name: "bits_per_weight", title: "Bits", kind: .number),
            .init(name: "weight_bytes", title: material.style.memory.rawValue, kind: .number),
        ]
        let directions = Set(material.searches.map(\.direction))
        columns.append(
            .init(
                name: "objective", title: "Objective",
                kind: directions.count > 1 ? .number : directions.first == .minimize ? .lowerIsBetter : .higherIsBetter)
        )
        columns += metrics.columns
        return columns + [.init(name: "duration_seconds", title: "Seconds", kind: .number)]
    }
}
