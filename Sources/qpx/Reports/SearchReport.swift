internal import Store

/// The table of a paper, from what the database holds: rows method × pruning, columns tasks, mean, loss or perplexity,
/// memory.
///
/// Of each search: the references (intact, pruned, recovered at 16 bits), the uniform precisions, what the initial design
/// has a name for (the importance-based allocation), and the best trial of the search.
struct SearchReport {
    /// How the table is written.
    struct Options: Sendable {
        /// The accuracy that stands in the task columns: "acc" or "acc_norm".
        var accuracy = "acc"
        /// Whether standard errors are printed behind the values.
        var showsStandardErrors = false
    }

    /// One row before it is formatted.
    private struct Entry {
        var trial: TrialRecord
        var search: SearchRecord
        var method: String
        var metrics: [MetricRecord]
        /// The value of the search's objective, of replicates the mean, and its standard error.
        var objective: (value: Double?, standardError: Double?)
        var isFirstOfSearch: Bool
        var isRanked: Bool

        func metric(_ name: String, task: String) -> MetricRecord? {
            metrics.first { $0.name == name && $0.task == task && $0.step == nil }
        }
    }

    /// A column that a metric fills.
    private struct MetricColumn: Equatable {
        var name: String
        var task: String
    }

    /// An objective that no metric's column shows: another program measured it and said no more.
    private struct ObjectiveColumn: Equatable {
        var name: String
        var direction: ObjectiveDirection
    }

    private let options: Options
    private var entries: [Entry] = []
    private var models: [Int: ModelRecord] = [:]
    /// How many trials of each search were stopped early; they stand in no row.
    private var stopped: [Int: Int] = [:]

    /// Reads the rows of searches.
    init(_ store: Store, searches: [SearchRecord], options: Options = Options()) throws {
        self.options = options
        var shownIntact: [Int: [[MetricRecord]]] = [:]
        for search in searches {
            for id in [search.modelID, search.prunedModelID].compactMap(\.self) where models[id] == nil {
                models[id] = try store.model(id: id)
            }
            stopped[search.id] = try store.stoppedTrials(ofSearch: search.id)
            let metrics = try store.metrics(ofSearch: search.id)
            var isFirst = true
            for (trial, method, replicates) in try Self.rows(store, search) {
                let own = replicates.isEmpty ? metrics[trial.id] ?? [] : Self.mean(replicates.map { metrics[$0] ?? [] })
                // The intact model is the same for every search of it: its row stands once, unless measured otherwise.
                if trial.kind == .reference, !Self.isPruned(trial) {
                    if shownIntact[search.modelID, default: []].contains(own) { continue }
                    shownIntact[search.modelID, default: []].append(own)
                }
                entries.append(
                    Entry(
                        trial: trial, search: search, method: method, metrics: own,
                        objective: try Self.objective(of: trial, replicates, store), isFirstOfSearch: isFirst,
                        isRanked: trial.allocation != nil && trial.isWithinBudget != false))
                isFirst = false
            }
        }
    }

    /// Whether a reference is of the pruned model; only the first reference of a search is of the intact one.
    private static func isPruned(_ trial: TrialRecord) -> Bool {
        guard let label = trial.label else { return true }
        return !label.hasPrefix("intact")
    }

    /// Trials with what they are called; the last of them, where it was confirmed, with its replicates' ids.
    private static func rows(
        _ store: Store, _ search: SearchRecord
    ) throws -> [(trial: TrialRecord, method: String, replicates: [Int])] {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete]
        let all = try store.trials(filter)
        // A value of a part is never put beside values of the whole.
        let trials = all.filter { $0.fidelity >= 1 }
        let references = trials.filter { $0.kind == .reference && $0.allocation == nil }
        // Uniform precisions stand together by size, whether they could have been chosen or not.
        let uniform = trials.filter { $0.kind == .baseline || ($0.kind == .reference && $0.allocation != nil) }
            .sorted { ($0.bitsPerWeight ?? 0, $0.number) < ($1.bitsPerWeight ?? 0, $1.number) }
        let named = trials.filter { $0.kind == .initial && $0.label != nil }
        var rows = (references + uniform + named).map {
            (trial: $0, method: $0.label ?? "\($0.kind.rawValue) \($0.number)", replicates: [Int]())
        }
        if let best = try store.bestTrial(ofSearch: search.id) {
            let tried = all.filter(\.kind.isCandidate).count
            rows.append((best, "searched (best of \(tried))", []))
            let replicates = trials.filter { $0.kind == .replicate && $0.rerunOf == best.id }
            if !replicates.isEmpty {
                let seeds = replicates.count == 1 ? "a fresh seed" : "mean of \(replicates.count) fresh seeds"
                rows.append((best, "searched, \(seeds)", replicates.map(\.id)))
            }
        }
        return rows
    }

    private static func objective(
        of trial: TrialRecord, _ replicates: [Int], _ store: Store
    ) throws -> (value: Double?, standardError: Double?) {
        guard !replicates.isEmpty else { return (trial.objectiveValue, trial.objectiveStandardError) }
        let values = try replicates.compactMap { try store.trial(id: $0).objectiveValue }
        guard values.count == replicates.count else { return (nil, nil) }
        return (values.reduce(0, +) / Double(values.count), PairedDifference.standardError(ofMean: values))
    }

    /// Means of the final metrics that all trials have, with the standard error over the trials.
    private static func mean(_ trials: [[MetricRecord]]) -> [MetricRecord] {
        (trials.first ?? []).filter { $0.step == nil }.compactMap { metric in
            let values = trials.compactMap { own in
                own.first { $0.name == metric.name && $0.task == metric.task && $0.step == nil }?.value
            }
            guard values.count == trials.count else { return nil }
            return MetricRecord(
                name: metric.name, task: metric.task, value: values.reduce(0, +) / Double(values.count),
                standardError: PairedDifference.standardError(ofMean: values), count: metric.count)
        }
    }

    /// The table.
    func table(commands: [String]) -> ReportTable {
        let accuracies = columns { $0 == options.accuracy }
        let losses = columns { ["loss", "mean_loss"].contains($0) }
        let perplexities = columns { $0.contains("perplexity") }
        let objectives = objectives(notIn: accuracies + losses + perplexities)
        var table = ReportTable(title: title, columns: header(accuracies, losses + perplexities, objectives))
        var notes: [String] = []
        func note(_ text: String) -> Int {
            if let known = notes.firstIndex(of: text) { return known + 1 }
            notes.append(text)
            return notes.count
        }
        for entry in entries {
            table.add(row(entry, accuracies, losses + perplexities, objectives, note: note))
        }
        table.markBest()
        table.footnotes = notes
        table.remarks = remarks(accuracies)
        table.commands = commands
        return table
    }

    private var title: String {
        let names = entries.reduce(into: [String]()) { names, entry in
            let name = models[entry.search.modelID]?.name ?? ""
            if !names.contains(name) { names.append(name) }
        }
        return names.joined(separator: ", ")
    }

    private func columns(where holds: (String) -> Bool) -> [MetricColumn] {
        entries.reduce(into: []) { columns, entry in
            for metric in entry.metrics where metric.step == nil && holds(metric.name) {
                let column = MetricColumn(name: metric.name, task: metric.task)
                if !columns.contains(column) { columns.append(column) }
            }
        }
    }

    /// The objectives of searches that other programs measured, as far as no metric of that name is shown.
    private func objectives(notIn shown: [MetricColumn]) -> [ObjectiveColumn] {
        var names = shown.flatMap { [$0.name, "\($0.name)/\($0.task)"] }
        if names.contains(options.accuracy) { names.append("accuracy") }
        return entries.reduce(into: []) { columns, entry in
            let column = ObjectiveColumn(name: entry.search.objective, direction: entry.search.direction)
            guard entry.search.evaluator != .native, !names.contains(column.name), !columns.contains(column) else {
                return
            }
            columns.append(column)
        }
    }

    private func header(
        _ accuracies: [MetricColumn], _ others: [MetricColumn], _ objectives: [ObjectiveColumn]
    ) -> [ReportTable.Column] {
        var columns: [ReportTable.Column] = [
            .init(name: "parameters_removed", title: "Removed %", kind: .number),
            .init(name: "method", title: "Method", kind: .text),
            .init(name: "bits_per_weight", title: "Bits", kind: .number),
        ]
        columns += accuracies.map { .init(name: Self.key($0), title: $0.task, kind: .higherIsBetter) }
        if accuracies.count > 1 {
            columns.append(.init(name: "mean_\(options.accuracy)", title: "Mean", kind: .higherIsBetter))
        }
        columns += others.map { column in
            let word = column.name.contains("perplexity") ? "PPL" : "Loss"
            return .init(name: Self.key(column), title: "\(column.task) \(word)", kind: .lowerIsBetter)
        }
        columns += objectives.map { column in
            let key = column.name.map { $0.isLetter || $0.isNumber ? $0 : "_" }
            return .init(
                name: "objective_\(String(key))", title: column.name,
                kind: column.direction == .maximize ? .higherIsBetter : .lowerIsBetter)
        }
        columns.append(.init(name: "weight_bytes", title: "MiB", kind: .number))
        columns.append(.init(name: "trial", title: "Trial", kind: .text))
        return columns
    }

    private static func key(_ column: MetricColumn) -> String {
        let task = column.task.map { $0.isLetter || $0.isNumber ? $0 : "_" }
        return task.isEmpty ? column.name : String(task) + "_" + column.name
    }

    private func row(
        _ entry: Entry, _ accuracies: [MetricColumn], _ others: [MetricColumn], _ objectives: [ObjectiveColumn],
        note: (String) -> Int
    ) -> ReportTable.Row {
        let trial = entry.trial
        let removed = trial.kind == .reference && !Self.isPruned(trial) ? 0 : entry.search.parametersRemoved
        var method = ReportTable.Cell(entry.method)
        let remarks = [
            trial.isWithinBudget == false ? "exceeds the budget; not compared" : nil,
            trial.origin == .imported ? "measured elsewhere (imported)" : nil,
        ].compactMap(\.self)
        if !remarks.isEmpty { method.footnote = note(remarks.joined(separator: "; ")) }
        var cells: [ReportTable.Cell] = [
            .init(removed.map { NumberText.percent($0) } ?? "", value: removed), method,
            .number(trial.bitsPerWeight, decimals: 2),
        ]
        let values = accuracies.map { entry.metric($0.name, task: $0.task) }
        cells += values.map { percent($0?.value, $0?.standardError) }
        if accuracies.count > 1 {
            let known = values.compactMap { $0?.value }
            let mean = known.count == accuracies.count ? known.reduce(0, +) / Double(known.count) : nil
            cells.append(percent(mean, Self.standardErrorOfMean(values)))
        }
        cells += others.map { column in
            let metric = entry.metric(column.name, task: column.task)
            return number(metric?.value, metric?.standardError, decimals: column.name.contains("perplexity") ? 2 : 4)
        }
        cells += objectives.map { column in
            let isOwn = column.name == entry.search.objective && column.direction == entry.search.direction
            return number(
                isOwn ? entry.objective.value : nil, isOwn ? entry.objective.standardError : nil, decimals: 4)
        }
        cells.append(
            .init(
                ByteText.mebibytes(trial.weightBytes) == NumberText.missing
                    ? "" : ByteText.mebibytes(trial.weightBytes),
                value: trial.weightBytes.map(Double.init)))
        cells.append(.init(trial.name))
        return ReportTable.Row(cells: cells, isRanked: entry.isRanked, startsGroup: entry.isFirstOfSearch)
    }

    /// The standard error of a mean of independent accuracies.
    private static func standardErrorOfMean(_ metrics: [MetricRecord?]) -> Double? {
        let errors = metrics.compactMap { $0?.standardError }
        guard errors.count == metrics.count, !errors.isEmpty else { return nil }
        return errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(errors.count)
    }

    private func percent(_ value: Double?, _ error: Double?) -> ReportTable.Cell {
        var cell = number(value.map { $0 * 100 }, error.map { $0 * 100 }, decimals: 2)
        // Programs read fractions everywhere else.
        cell.value = value
        return cell
    }

    private func number(_ value: Double?, _ error: Double?, decimals: Int) -> ReportTable.Cell {
        var cell = ReportTable.Cell.number(value, decimals: decimals)
        if options.showsStandardErrors, let error, value != nil {
            cell.text += " ± " + NumberText.fixed(error, decimals)
        }
        return cell
    }

    private func remarks(_ accuracies: [MetricColumn]) -> [String] {
        var notes: [String] = []
        if !accuracies.isEmpty { notes.append("Task columns: \(options.accuracy) in percent, \(shots).") }
        notes.append("Bits: mean over quantized weights, scales included. MiB: all weights, scales included.")
        for search in searches {
            notes.append(
                "\(search.name): pruning \(SearchView(search).pruning); budget \(SearchView(search).budget); objective "
                    + "\(search.objective); seed \(search.seed).")
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

    /// The searches of the rows, in their order.
    private var searches: [SearchRecord] {
        entries.reduce(into: []) { searches, entry in
            if !searches.contains(where: { $0.id == entry.search.id }) { searches.append(entry.search) }
        }
    }
}
