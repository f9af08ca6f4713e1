internal import Store

/// A comparison of trials as tables that every format renders, in the order of the page.
struct ComparisonSections {
    let comparison: TrialComparison
    var layout = ComparisonLayout()
    /// Settings that are shown already, with the trials' searches; nil where no searches are compared.
    var knownSettings: [String]?

    private var trials: [TrialView] { comparison.trials }
    private var names: [String] { trials.map(\.trial.name) }

    /// Settings, one row each, a column for every trial.
    var settings: ReportTable {
        let settings = comparison.settings.filter { knownSettings?.contains($0.name) != true }
        return Self.settings(
            settings, names, layout, title: knownSettings == nil ? "Settings" : "Settings of the best trials")
    }

    /// A table of settings of trials or searches.
    static func settings(
        _ settings: [ComparedSetting], _ names: [String], _ layout: ComparisonLayout, title: String
    ) -> ReportTable {
        var table = ReportTable(
            title: title,
            columns: [.init(name: "setting", title: "setting", kind: .text)]
                + names.map { .init(name: $0, title: $0, kind: .text) })
        let shown = settings.filter { $0.isDiffering || layout.isComplete }
        for setting in shown {
            let cells = setting.values.map { value in
                var cell = ReportTable.Cell(value.plainText)
                // Where everything is shown, what differs stands out.
                cell.isBold = setting.isDiffering && layout.isComplete
                return cell
            }
            table.add(ReportTable.Row(cells: [.init(setting.name)] + cells))
        }
        let same = settings.count - shown.count
        table.remarks += layout.note(same: same, shown: shown.count, of: "setting").map { [$0] } ?? []
        return table
    }

    /// Allocations with what differs from the first; the terminal has a map instead (`ComparisonMap`).
    var allocations: ReportTable {
        let map = ComparisonMap(trials)
        var table = ReportTable(
            title: map.title,
            columns: [
                .init(name: "trial", title: "trial", kind: .text),
                .init(name: "allocation", title: map.heading, kind: .text),
                .init(name: "differing_layers", title: "layers that differ", kind: .number),
                .init(name: "layers", title: "which", kind: .text),
            ])
        for (index, view) in trials.enumerated() {
            let distance = comparison.distance(index)
            table.add(
                ReportTable.Row(cells: [
                    .init(view.trial.name), .init(map.text(view)),
                    .init(
                        distance.map { String($0.layers.count) } ?? "", value: distance.map { Double($0.layers.count) }),
                    .init(distance.map { LayerList.text($0.layers) } ?? ""),
                ]))
        }
        table.remarks = map.remarks
        return table
    }

    /// What each trial weighs, how long it took, how its recovery ended; with differences to the first.
    var costs: ReportTable {
        let rows = trials.indices.map { TrialCost(comparison, $0) }
        let unit = ByteUnit(largest: rows.compactMap(\.bytes).max().map(Double.init) ?? 0)
        let hasLosses = rows.contains { $0.trainingLoss != nil }
        let isUnfinished = trials.contains { $0.trial.state != .complete }
        var columns: [ReportTable.Column] = [.init(name: "trial", title: "trial", kind: .text)]
        if isUnfinished { columns.append(.init(name: "state", title: "state", kind: .text)) }
        columns += [
            .init(name: "label", title: "what", kind: .text),
            .init(name: "weight_bytes", title: unit.name, kind: .number),
            .init(name: "weight_bytes_difference", title: "difference", kind: .number),
            .init(name: "bits_per_weight", title: "bpw", kind: .number),
            .init(name: "bits_per_weight_difference", title: "difference", kind: .number),
            .init(name: "duration_seconds", title: "time", kind: .number),
            .init(name: "duration_ratio", title: "ratio", kind: .number),
        ]
        if hasLosses { columns.append(.init(name: "training_loss", title: "training loss", kind: .number)) }
        var table = ReportTable(title: "Memory and time", columns: columns)
        for (view, cost) in zip(trials, rows) {
            var cells: [ReportTable.Cell] = [.init(view.trial.name)]
            if isUnfinished { cells.append(.init(view.trial.state.rawValue)) }
            let isOver = view.trial.isWithinBudget == false
            cells += [
                .init(view.title),
                .init(cost.bytes.map { unit.text($0) + (isOver ? "!" : "") } ?? "", value: cost.bytes.map(Double.init)),
                .init(
                    cost.bytesDifference.map { ($0 > 0 ? "+" : "") + unit.text($0) } ?? "",
                    value: cost.bytesDifference.map(Double.init)),
                .number(cost.bits, decimals: 3),
                .init(
                    cost.bitsDifference.map { NumberText.signed($0, 3) } ?? "", value: cost.bitsDifference),
                .init(cost.seconds.map(DurationText.short) ?? "", value: cost.seconds),
                .init(cost.ratio.map { "×" + NumberText.fixed($0, 2) } ?? "", value: cost.ratio),
            ]
            if hasLosses { cells.append(.number(cost.trainingLoss, decimals: layout.decimals(of: "loss"))) }
            table.add(ReportTable.Row(cells: cells))
        }
        if trials.contains(where: { $0.trial.isWithinBudget == false }) {
            table.remarks.append("!: exceeds the budget")
        }
        if hasLosses { table.remarks.append("training loss: of the last step that was recorded") }
        return table
    }
}

/// What a trial weighs and how long it took, with differences to the first.
struct TrialCost: Sendable {
    let bytes: Int?
    let bytesDifference: Int?
    let bits: Double?
    let bitsDifference: Double?
    let seconds: Double?
    /// Time over that of the first.
    let ratio: Double?
    let trainingLoss: Double?
    let trainingStep: Int?
    let trainingLossDifference: Double?

    /// The cost of the trial at a position.
    init(_ comparison: TrialComparison, _ index: Int) {
        let (own, first) = (comparison.trials[index].trial, comparison.trials[0].trial)
        let (loss, firstLoss) = (comparison.trainingLosses[index], comparison.trainingLosses[0])
        /// The difference of two numbers; nil for the first trial.
        func difference(_ mine: Double?, _ other: Double?) -> Double? {
            guard index > 0, let mine, let other else { return nil }
            return mine - other
        }
        bytes = own.weightBytes
        bytesDifference =
            index == 0
            ? nil
            : own.weightBytes.flatMap { mine in
                first.weightBytes.flatMap {
                    let (value, overflows) = mine.subtractingReportingOverflow($0)
                    return overflows ? nil : value
                }
            }
        bits = own.bitsPerWeight
        bitsDifference = difference(own.bitsPerWeight, first.bitsPerWeight)
        seconds = own.durationSeconds
        ratio =
            index == 0
            ? nil : own.durationSeconds.flatMap { mine in first.durationSeconds.flatMap { $0 > 0 ? mine / $0 : nil } }
        trainingLoss = loss?.loss
        trainingStep = loss?.step
        trainingLossDifference = difference(loss?.loss, firstLoss?.loss)
    }
}
