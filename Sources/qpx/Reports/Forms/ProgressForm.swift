internal import Store

/// How good searches are after equal numbers of trials, over seeds.
struct ProgressForm: ReportForm {
    let name = "progress"
    let abstract = "the best value so far after equal numbers of trials, over seeds; trials to equal the first"

    func tables(of material: ReportMaterial) throws -> [ReportTable] {
        let chosen = try material.chosen()
        let rows = try material.groups().map { try ProgressRow($0, in: material.store, chosen: chosen) }
            .filter { $0.common > 0 }
        guard !rows.isEmpty else { return [] }
        let settings = try DifferingSettings(rows.map(\.search), in: material.store, showsRemoved: true)
        let counts = ProgressRow.counts(upTo: rows.map(\.common).max() ?? 0)
        let objectives = Set(rows.map { "\($0.search.objective), \($0.search.direction.rawValue)" })
        var table = ReportTable(
            title: material.style.caption ?? "Best value after equal numbers of trials",
            columns: Self.header(settings, counts, rows, hasObjective: objectives.count > 1))
        for (index, row) in rows.enumerated() {
            let first = rows.first { first in
                first.isOfOneTask(with: row)
                    && (material.groupsSeeds || first.search.seed == row.search.seed)
            }
            var cells: [ReportTable.Cell] = [
                .init(NameList.text(row.curves.map(\.search.name))), RemovedText.cell(row.search),
            ]
            cells += settings.cells(of: row.search)
            if objectives.count > 1 { cells.append(.init(row.search.objective)) }
            cells.append(.init(String(row.curves.count), value: Double(row.curves.count)))
            cells += counts.map { Self.cell(row.best(after: $0), of: row, material.style) }
            cells.append(Self.cell(row.trials(toEqual: first ?? row)))
            let startsGroup = index == 0 || !rows[index - 1].isOfOneTask(with: row)
            table.add(.init(cells: cells, startsGroup: startsGroup, trials: row.trials))
        }
        table.markBest()
        table.remarks = material.style.remarks + Self.remarks(rows, material)
        table.commands = material.commands
        return [table]
    }

    private static func header(
        _ settings: DifferingSettings, _ counts: [Int], _ rows: [ProgressRow], hasObjective: Bool
    ) -> [ReportTable.Column] {
        let directions = Set(rows.map(\.search.direction))
        let kind: ReportTable.Kind =
            hasObjective ? .number : directions.first == .minimize ? .lowerIsBetter : .higherIsBetter
        return [.init(name: "search", title: "Search", kind: .text), RemovedText.column] + settings.columns
            + (hasObjective ? [.init(name: "objective_name", title: "Objective", kind: .text)] : [])
            + [.init(name: "seeds", title: "Seeds", kind: .number)]
            + counts.map { .init(name: "best_after_\($0)", title: String($0), kind: kind) }
            + [.init(name: "trials_to_equal", title: "Trials to equal", kind: .number)]
    }

    /// Mean ± standard deviation over the seeds.
    private static func cell(_ values: [Double]?, of row: ProgressRow, _ style: ReportStyle) -> ReportTable.Cell {
        guard let values, !values.isEmpty else { return .missing }
        return style.number(
            values.reduce(0, +) / Double(values.count), ResultEntry.standardDeviation(values),
            decimals: MetricText.decimals(row.search.objective), isErrorShown: values.count > 1)
    }

    private static func cell(_ reached: [Int?]) -> ReportTable.Cell {
        guard !reached.isEmpty else { return .missing }
        let known = reached.compactMap(\.self)
        let part = known.count < reached.count ? "(\(known.count) of \(reached.count))" : ""
        guard !known.isEmpty else { return .init(part) }
        let mean = Double(known.reduce(0, +)) / Double(known.count)
        let text = NumberText.fixed(mean, known.count == 1 ? 0 : 1)
        return .init(part.isEmpty ? text : "\(text) \(part)", value: mean)
    }

    private static func remarks(_ rows: [ProgressRow], _ material: ReportMaterial) -> [String] {
        var remarks: [String] = []
        if let first = rows.first?.search, rows.allSatisfy({ $0.search.objective == first.objective }) {
            remarks.append(
                "Columns 1, 2, …: the best \(first.objective) after so many trials; "
                    + "\(first.direction == .maximize ? "more" : "less") is better.")
        } else {
            remarks.append("Columns 1, 2, …: the best value of the objective after so many trials.")
        }
        if rows.contains(where: { $0.curves.count > 1 }) {
            remarks.append("± is the standard deviation over the seeds.")
        }
        remarks.append(
            "Trials: candidates that ended, failed ones and those beyond the budget too. Empty: not every seed has so "
                + "many, or none within the budget yet.")
        remarks.append(
            "Trials to equal: until at least as good as the final best of the search with the same seed in the first row "
                + "of the same model, removal, budget, choices and objective; mean over the seeds that came so far, "
                + "(n of m) where not all did.")
        return remarks
    }
}
