internal import Store

/// Several trials, one below the other: as a table, a report or JSON, with the usual columns or with chosen ones.
struct TrialList {
    private let trials: [TrialRecord]
    private let names: TrialNames
    private let tags: [Int: [String]]
    private let columns: ColumnList?
    private let values: [Int: [TrialValue]]
    private let total: Int

    /// - Parameters:
    ///   - columns: the values to show; nil for the usual ones.
    ///   - total: how many trials there are without a limit.
    init(_ store: Store, _ trials: [TrialRecord], columns: ColumnList?, total: Int) throws {
        self.trials = trials
        self.columns = columns
        self.total = total
        names = try TrialNames(store, of: trials)
        tags = try store.tags(ofTrials: trials.map(\.id))
        values = try columns.map { try store.values(of: $0.expressions, ofTrials: trials.map(\.id)) } ?? [:]
    }

    /// With stable keys.
    var json: JSONValue {
        guard let columns else {
            return [
                "total": .int(total),
                "trials": .array(
                    trials.map { TrialView($0, rerunOf: names.rerunOf($0), tags: tags[$0.id] ?? []).json }),
            ]
        }
        return [
            "total": .int(total),
            "trials": .array(
                trials.map { trial in
                    let values = zip(columns.titles, values[trial.id] ?? []).map { ($0, $1.json) }
                    return ["trial": .string(trial.name), "values": .object(values)]
                }),
        ]
    }

    /// For people.
    var table: Table {
        var table = columns == nil ? usualTable : chosenTable
        if trials.count < total {
            table.footnotes.append(
                "\(NumberText.grouped(trials.count)) of \(NumberText.grouped(total)) trials; --limit shows more")
        }
        return table
    }

    private var map: BitMap { BitMap(trials.compactMap { TrialView($0).allocation }) }

    private var usualTable: Table {
        let map = map
        var columns: [Table.Column] = [
            .word("trial"), .word("kind"), .text("label"), .word("state"),
            .word(map.isSplit ? "bits per module" : "bits per layer"), .number("bpw"), .number("MiB"),
            .number("objective"), .number("time"), .text("error"),
        ]
        if !tags.isEmpty { columns.append(.text("tags")) }
        var table = Table(columns)
        for trial in trials {
            let view = TrialView(trial)
            var row = [
                Table.Cell(trial.name, .bold), Table.Cell(view.kind),
                Table.Cell(trial.label ?? names.rerunOf(trial).map { "of \($0)" } ?? ""), TrialView.cell(trial.state),
                Table.Cell(view.allocation.map { map.text($0) } ?? ""),
                Table.Cell(NumberText.fixed(trial.bitsPerWeight, 3)),
                Table.Cell(ByteText.mebibytes(trial.weightBytes) + (trial.isWithinBudget == false ? "!" : "")),
                Table.Cell(view.objective), Table.Cell(DurationText.short(trial.durationSeconds)),
                Table.Cell(trial.error ?? ""),
            ]
            if !tags.isEmpty { row.append(Table.Cell((tags[trial.id] ?? []).joined(separator: ", "))) }
            table.add(row)
        }
        if trials.contains(where: { $0.fidelity < 1 }) { table.footnotes.append(TrialView.stoppedNote) }
        if trials.contains(where: { $0.isWithinBudget == false }) { table.footnotes.append("!: exceeds the budget") }
        table.footnotes += map.legend.map { [$0] } ?? []
        return table
    }

    private func isNumber(_ column: Int) -> Bool {
        values.values.contains { $0.indices.contains(column) && $0[column].isNumber }
    }

    private var chosenTable: Table {
        let titles = columns?.titles ?? []
        let map = map
        var table = Table(titles.indices.map { isNumber($0) ? .number(titles[$0]) : .text(titles[$0]) })
        for trial in trials {
            table.add(
                zip(titles, values[trial.id] ?? []).map { title, value in
                    guard title == TrialField.allocation.rawValue else { return Table.Cell(value.text) }
                    return Table.Cell(TrialView(trial).allocation.map { map.text($0) } ?? "")
                })
        }
        if titles.contains(TrialField.allocation.rawValue) { table.footnotes += map.legend.map { [$0] } ?? [] }
        return table
    }

    /// As a file for papers and spreadsheets.
    var report: ReportTable {
        guard let columns else { return usualReport }
        var table = ReportTable(
            title: "Trials",
            columns: columns.titles.indices.map { index in
                .init(
                    name: columns.titles[index], title: columns.titles[index], kind: isNumber(index) ? .number : .text)
            })
        for trial in trials {
            table.add(.init(cells: (values[trial.id] ?? []).map { .init($0.text, value: $0.number) }, isRanked: false))
        }
        return table
    }

    private var usualReport: ReportTable {
        var table = ReportTable(
            title: "Trials",
            columns: [
                .init(name: "trial", title: "Trial", kind: .text), .init(name: "kind", title: "Kind", kind: .text),
                .init(name: "label", title: "Label", kind: .text), .init(name: "state", title: "State", kind: .text),
                .init(name: "allocation", title: "Allocation", kind: .text),
                .init(name: "bits_per_weight", title: "Bits", kind: .number),
                .init(name: "weight_bytes", title: "MiB", kind: .number),
                .init(name: "objective_value", title: "Objective", kind: .number),
                .init(name: "objective_stderr", title: "± se", kind: .number),
                .init(name: "duration_seconds", title: "Seconds", kind: .number),
            ])
        for trial in trials {
            table.add(
                .init(
                    cells: [
                        .init(trial.name), .init(trial.kind.rawValue), .init(trial.label ?? ""),
                        .init(trial.state.rawValue), .init(trial.allocation ?? ""),
                        .number(trial.bitsPerWeight, decimals: 3),
                        trial.weightBytes.map { .init(ByteText.mebibytes($0), value: Double($0)) } ?? .missing,
                        .number(trial.objectiveValue, decimals: 4), .number(trial.objectiveStandardError, decimals: 4),
                        .number(trial.durationSeconds, decimals: 1),
                    ], isRanked: false))
        }
        return table
    }
}

extension TrialValue {
    /// The number, if it is one.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .missing, .text: nil
        }
    }

    /// Whether it is a number.
    var isNumber: Bool { number != nil }

    /// For people: fractions with four decimals, small ones with four digits.
    var text: String {
        switch self {
        case .missing: ""
        case .integer(let value): String(value)
        case .number(let value) where value == value.rounded() && abs(value) < 1e15: NumberText.exact(value)
        case .number(let value) where abs(value) >= 0.001: NumberText.fixed(value, 4)
        case .number(let value): NumberText.exact(value)
        case .text(let value): value
        }
    }

    /// In full precision.
    var json: JSONValue {
        switch self {
        case .missing: .null
        case .integer(let value): .int(value)
        case .number(let value): .number(value)
        case .text(let value): .string(value)
        }
    }
}
