internal import Store

/// Where the cells of a table come from: the trials, and the files that these made or used.
struct CellTrace {
    private let table: ReportTable
    private let artifacts: [String: [ArtifactRecord]]
    private let seeds: [String: UInt64]

    init(_ store: Store, _ table: ReportTable) throws {
        self.table = table
        var artifacts: [String: [ArtifactRecord]] = [:]
        var seeds: [String: UInt64] = [:]
        for name in table.rows.flatMap(\.trials) where artifacts[name] == nil {
            guard let trial = try store.trials(TrialSelector(name)).first else { continue }
            artifacts[name] = try store.artifacts(of: .trial(trial.id))
            seeds[name] = trial.seed
        }
        self.artifacts = artifacts
        self.seeds = seeds
    }

    /// A row for each measured cell.
    var trace: ReportTable {
        var trace = ReportTable(
            title: table.title.isEmpty ? "Where the cells come from" : "\(table.title): where the cells come from",
            columns: [
                .init(name: "row", title: "Row", kind: .text), .init(name: "column", title: "Column", kind: .text),
                .init(name: "value", title: "Value", kind: .number),
                .init(name: "trials", title: "Trials", kind: .text), .init(name: "seeds", title: "Seeds", kind: .text),
                .init(name: "artifacts", title: "Artifacts", kind: .text),
            ])
        for (index, row) in table.rows.enumerated() {
            let name = rowName(row, index)
            let files = row.trials.flatMap { artifacts[$0] ?? [] }.map {
                "\($0.kind) \($0.sha256.prefix(12)) \($0.path)"
            }
            let seeds = row.trials.compactMap { self.seeds[$0].map(String.init) }
            for (column, cell) in zip(table.columns, row.cells) where cell.value != nil {
                trace.add(
                    .init(
                        cells: [
                            .init(name), .init(column.title), .init(cell.text, value: cell.value),
                            .init(row.trials.joined(separator: " ")), .init(seeds.joined(separator: " ")),
                            .init(files.joined(separator: "; ")),
                        ], isRanked: false, trials: row.trials))
            }
        }
        trace.remarks = [
            "'qpx show TRIAL' prints everything that is recorded of a trial, 'qpx rerun TRIAL' carries it out again."
        ]
        trace.commands = table.commands
        return trace
    }

    /// What is text in the row, but for the trials.
    private func rowName(_ row: ReportTable.Row, _ index: Int) -> String {
        let words = zip(table.columns, row.cells)
            .filter { $0.kind == .text && $0.name != "trial" && !$1.text.isEmpty }.map(\.1.text)
        return words.isEmpty ? "\(index + 1)" : words.joined(separator: ", ")
    }
}
