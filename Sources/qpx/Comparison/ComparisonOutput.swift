internal import Store

/// A comparison of trials, and of their searches where those are compared, in the form that is asked for.
struct ComparisonOutput {
    /// Trials side by side; nil where there are none to compare.
    let trials: TrialComparison?
    /// Their searches; nil where only trials are compared.
    var searches: SearchComparison?
    var layout = ComparisonLayout()
    /// Whether programs get only what differs.
    var onlyDifferent = false

    private var sections: ComparisonSections? {
        // What the searches were asked to do stands with them.
        let known = searches.map { $0.settings.map(\.name) }
        return trials.map { ComparisonSections(comparison: $0, layout: layout, knownSettings: known) }
    }

    /// For people at a terminal: what differs in settings, which layers, what came of it, what it cost.
    func write(to console: Console) throws(Failure) {
        if let searches { try SearchSections(comparison: searches, layout: layout).write(to: console) }
        guard let trials, let sections else { return }
        var isFirst = searches == nil
        func write(_ report: ReportTable) throws(Failure) {
            try console.write(report.comparisonTable(isSeparate: !isFirst))
            isFirst = false
        }
        try write(sections.settings)
        let distances = trials.trials.indices.map { trials.distance($0)?.layers.count }
        if trials.trials.contains(where: { $0.allocation != nil }) {
            try console.write(ComparisonMap(trials.trials).table(distances: distances))
        }
        if !trials.metrics.isEmpty { for table in sections.metrics { try write(table) } }
        for table in sections.pairs { try write(table) }
        try write(sections.costs)
    }

    /// The tables of a report, in the order of the page.
    /// - Parameter commands: what made them.
    func tables(commands: [String]) -> [ReportTable] {
        var tables = searches.map { SearchSections(comparison: $0, layout: layout).tables } ?? []
        if let trials, let sections {
            tables.append(sections.settings)
            if trials.trials.contains(where: { $0.allocation != nil }) { tables.append(sections.allocations) }
            if !trials.metrics.isEmpty { tables += sections.metrics }
            tables += sections.pairs
            tables.append(sections.costs)
        }
        if let last = tables.indices.last { tables[last].commands = commands }
        return tables
    }

    /// The whole as one long table for programs.
    var records: ReportTable {
        var records = ComparisonRecords()
        searches?.add(to: &records, onlyDifferent: onlyDifferent)
        if let trials { records.add(trials, onlyDifferent: onlyDifferent) }
        return records.table
    }

    /// The whole with stable keys.
    var json: JSONValue {
        let own: [(String, JSONValue)] =
            trials.map { ComparisonJSON(comparison: $0, onlyDifferent: onlyDifferent).members }
            ?? ["trials", "settings", "allocations", "layers", "metrics"].map { ($0, []) }
        return .object((searches?.members(onlyDifferent: onlyDifferent) ?? []) + own)
    }

    /// The text of a report.
    func text(_ format: any ReportFormat) -> String {
        switch format.name {
        case "json": json.pretty + "\n"
        case "csv": format.render([records])
        default: format.render(tables(commands: [CommandLineText.current]))
        }
    }
}
