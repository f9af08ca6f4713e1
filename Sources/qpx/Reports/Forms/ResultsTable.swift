internal import Store

/// The table of a paper, from what the database holds: rows method × pruning, columns tasks, mean, loss or perplexity,
/// memory.
///
/// Of each search: the references (intact, pruned, recovered at 16 bits), the uniform precisions, what the initial design
/// has a name for (the importance-based allocation), and the best trial of the search. Searches that differ in nothing but
/// their seed are one group of rows: means ± standard deviation over the seeds.
struct ResultsTable {
    /// An objective that no metric's column shows: another program measured it and said no more.
    private struct ObjectiveColumn: Equatable {
        var name: String
        var direction: ObjectiveDirection
    }

    private let style: ReportStyle
    private var entries: [ResultEntry] = []
    private var models: [Int: ModelRecord] = [:]
    private let searches: [SearchRecord]
    /// How many trials of each search were stopped early; they stand in no row.
    private var stopped: [Int: Int] = [:]

    /// Reads the rows of searches.
    /// - Parameters:
    ///   - groupsSeeds: whether searches that differ in their seed are one group.
    ///   - chosen: ids of the trials that may be in the table; nil for all.
    init(
        _ store: Store, searches: [SearchRecord], style: ReportStyle = ReportStyle(), groupsSeeds: Bool = true,
        chosen: Set<Int>? = nil
    ) throws {
        self.style = style
        self.searches = searches
        for search in searches {
            if models[search.modelID] == nil { models[search.modelID] = try store.model(id: search.modelID) }
            stopped[search.id] = try store.stoppedTrials(ofSearch: search.id)
        }
        let groups =
            try groupsSeeds ? SeedGroup.groups(searches, in: store) : searches.map { SeedGroup(searches: [$0]) }
        var shownIntact: [Int: [[MetricRecord]]] = [:]
        for group in groups {
            let own = try group.searches.map { search in
                try ResultEntry.entries(of: search, in: store).filter { chosen?.contains($0.trial.id) ?? true }
            }
            var rows = ResultEntry.merged(own).filter { entry in
                // The intact model is the same for every search of it: its row stands once, unless measured otherwise.
                guard entry.trial.kind == .reference, !entry.isPruned else { return true }
                if shownIntact[entry.search.modelID, default: []].contains(entry.metrics) { return false }
                shownIntact[entry.search.modelID, default: []].append(entry.metrics)
                return true
            }
            for index in rows.indices { rows[index].isFirst = index == 0 }
            entries += rows
        }
    }

    /// The table.
    func table(commands: [String]) -> ReportTable {
        let metrics = MetricColumns(entries, style)
        let objectives = objectives(notIn: metrics.accuracies + metrics.others)
        var table = ReportTable(title: title, columns: header(metrics, objectives))
        var notes: [String] = []
        func note(_ text: String) -> Int {
            if let known = notes.firstIndex(of: text) { return known + 1 }
            notes.append(text)
            return notes.count
        }
        for entry in entries {
            table.add(row(entry, metrics, objectives, note: note))
        }
        table.markBest()
        table.footnotes = notes
        table.remarks = style.remarks + remarks(hasAccuracies: !metrics.accuracies.isEmpty)
        table.commands = commands
        return table
    }

    private var title: String {
        if let caption = style.caption { return caption }
        let names = entries.reduce(into: [String]()) { names, entry in
            let name = models[entry.search.modelID]?.name ?? ""
            if !names.contains(name) { names.append(name) }
        }
        return names.joined(separator: ", ")
    }

    /// The objectives of searches that other programs measured, as far as no metric of that name is shown.
    private func objectives(notIn shown: [MetricColumns.Key]) -> [ObjectiveColumn] {
        var names = shown.flatMap { [$0.name, "\($0.name)/\($0.task)"] }
        if names.contains(style.accuracy) { names.append("accuracy") }
        return entries.reduce(into: []) { columns, entry in
            let column = ObjectiveColumn(name: entry.search.objective, direction: entry.search.direction)
            guard entry.search.evaluator != .native, !names.contains(column.name), !columns.contains(column) else {
                return
            }
            columns.append(column)
        }
    }

    private func header(_ metrics: MetricColumns, _ objectives: [ObjectiveColumn]) -> [ReportTable.Column] {
        var columns: [ReportTable.Column] = [
            .init(name: "parameters_removed", title: "Removed %", kind: .number),
            .init(name: "method", title: "Method", kind: .text),
            .init(name: "bits_per_weight", title: "Bits", kind: .number),
        ]
        columns += metrics.columns
        columns += objectives.map { column in
            let key = column.name.map { $0.isLetter || $0.isNumber ? $0 : "_" }
            return .init(
                name: "objective_\(String(key))", title: column.name,
                kind: column.direction == .maximize ? .higherIsBetter : .lowerIsBetter)
        }
        columns.append(.init(name: "weight_bytes", title: style.memory.rawValue, kind: .number))
        columns.append(.init(name: "trial", title: "Trial", kind: .text))
        return columns
    }

    private func row(
        _ entry: ResultEntry, _ metrics: MetricColumns, _ objectives: [ObjectiveColumn], note: (String) -> Int
    ) -> ReportTable.Row {
        let trial = entry.trial
        let removed = trial.kind == .reference && !entry.isPruned ? 0 : entry.search.parametersRemoved
        var method = ReportTable.Cell(entry.method)
        let remarks = [
            trial.isWithinBudget == false ? "exceeds the budget; not compared" : nil,
            trial.origin == .imported ? "measured elsewhere (imported)" : nil,
        ].compactMap(\.self)
        if !remarks.isEmpty { method.footnote = note(remarks.joined(separator: "; ")) }
        var cells: [ReportTable.Cell] = [
            .init(removed.map { NumberText.percent($0) } ?? "", value: removed), method,
            .number(entry.bitsPerWeight, decimals: 2),
        ]
        let isErrorShown = style.showsStandardErrors || entry.seeds > 1
        cells += metrics.cells(of: entry)
        cells += objectives.map { column in
            let isOwn = column.name == entry.search.objective && column.direction == entry.search.direction
            return style.number(
                isOwn ? entry.objective : nil, isOwn ? entry.objectiveError : nil, decimals: 4,
                isErrorShown: isErrorShown)
        }
        cells.append(style.bytes(entry.weightBytes))
        let names = entry.trials.map(\.name)
        let shown = entry.repeated?.name ?? (entry.seeds > 1 ? names.joined(separator: " ") : trial.name)
        cells.append(.init(shown))
        return ReportTable.Row(
            cells: cells, isRanked: entry.isRanked, startsGroup: entry.isFirst, trials: names)
    }

    private func remarks(hasAccuracies: Bool) -> [String] {
        var notes: [String] = []
        if hasAccuracies {
            notes.append(
                "Task columns: \(style.accuracy)\(style.isPercent ? " in percent" : ""), \(shots).")
        }
        notes.append(
            "Bits: mean over quantized weights, scales included. \(style.memory.rawValue): all weights, scales included."
        )
        if let seeds = entries.map(\.seeds).max(), seeds > 1 {
            notes.append("± is the standard deviation over \(seeds) seeds.")
        } else if style.showsStandardErrors {
            notes.append("± is the standard error.")
        }
        for search in searches where !style.isBrief {
            notes.append(
                "\(search.name): pruning \(SearchView(search).pruning); budget \(SearchView(search).budget); objective "
                    + "\(search.objective); seed \(search.seed); \((search.finishedAt ?? search.createdAt).prefix(10))."
            )
            if let count = stopped[search.id], count > 0 {
                notes.append("\(search.name): \(count) trials were stopped early; they are in no row.")
            }
        }
        return notes
    }

    /// With how many solved examples in front the tasks were answered: "zero-shot", "5-shot", "zero-shot or 5-shot".
    private var shots: String {
        let counts = searches.map {
            (try? Specification(canonicalJSON: $0.specification, of: $0.name))?.evaluation.shots ?? 0
        }
        return Set(counts).sorted().map { $0 == 0 ? "zero-shot" : "\($0)-shot" }.joined(separator: " or ")
    }
}
