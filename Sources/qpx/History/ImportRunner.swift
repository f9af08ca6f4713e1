internal import Engine
internal import Store

/// Takes trials that were measured elsewhere into a search.
struct ImportRunner {
    /// What became of them.
    struct Outcome {
        /// The search.
        let search: SearchRecord
        /// New trials, each an observation now.
        var added: [TrialRecord] = []
        /// Recorded as repetitions of trials with the same allocation.
        var repeated: [TrialRecord] = []
        /// Taken in before.
        var known = 0
        /// What was left out, by reason.
        var skipped: [(reason: String, count: Int)] = []
        /// Whether nothing was changed.
        let isDry: Bool
    }

    let store: Store
    let console: Console
    /// Name of the search.
    let name: String
    /// Whether what does not fit is an error.
    let isStrict: Bool
    /// Whether nothing is to be changed.
    let isDry: Bool

    /// Takes a history in.
    /// - Parameter read: reads it; it is given the search and what it chooses among.
    /// - Throws: `Failure` where the history does not fit; with `isStrict` for the first reason to leave something out.
    func run(map: ValueMap, _ read: (SearchRecord, SearchProblem) throws -> History) throws -> Outcome {
        let search = try store.search(named: name)
        let progress = console.progress()
        defer { progress.finish() }
        let specification = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        let context = try RecordedContext(store: store, progress: progress).context(search, specification)
        var history = try read(search, context.problem)
        progress.finish()
        var records: [ImportedTrialRecord] = []
        for entry in history.entries {
            guard let record = try record(entry, map: map, context: context, search: search, &history) else { continue }
            records.append(record)
        }
        if isStrict, let first = history.skipped.first {
            throw Failure(
                .failed, code: "import_skipped",
                "\(history.skipped.reduce(0) { $0 + $1.count }) entries do not fit; of the first: \(first.reason)",
                hint: "without --strict they are left out")
        }
        var outcome = Outcome(search: search, isDry: isDry)
        for result in try store.importTrials(records, isTrial: isDry) {
            switch result {
            case .added(let trial): outcome.added.append(trial)
            case .repeated(let trial): outcome.repeated.append(trial)
            case .known: outcome.known += 1
            case .underWay: history.skip("the search is trying the same allocation now")
            }
        }
        outcome.skipped = history.skipped
        if !isDry {
            try store.recordSpace(ofSearch: search.id, try CanonicalJSON.text(RecordedSpace(context.problem.space)))
            try Recommender(recorded: try store.search(id: search.id), store: store)?.update()
        }
        return outcome
    }

    private func record(
        _ entry: History.Entry, map: ValueMap, context: SearchContext, search: SearchRecord, _ history: inout History
    ) throws -> ImportedTrialRecord? {
        let space = context.problem.space
        guard entry.words.count == space.units else {
            history.skip(
                "it has \(entry.words.count) \(space.granularity == .layer ? "layers" : "modules"), "
                    + "the search \(space.units)")
            return nil
        }
        var indices: [Int] = []
        for word in entry.words {
            guard let name = map.choice(word, among: space.choices),
                let index = space.choices.firstIndex(where: { $0.name == name })
            else {
                history.skip("'\(word.prefix(40))' is none of the search's choices (\(search.choices))")
                return nil
            }
            indices.append(index)
        }
        let recovers = context.problem.specification.recovery.steps > 0
        let plan = TrialPlan(
            base: .pruned, allocation: space.allocation(of: indices), recovers: recovers, kind: .initial,
            label: entry.label)
        let size = try context.evaluator.size(of: plan)
        guard let allocation = plan.allocation else { return nil }
        return ImportedTrialRecord(
            trial: TrialRecord(
                searchID: search.id, kind: .initial, label: entry.label, weightBytes: size.weightBytes,
                bitsPerWeight: size.bitsPerWeight, isWithinBudget: size.isWithinBudget, seed: search.seed,
                specification: try plan.recorded(), origin: .imported, provenance: entry.provenance,
                environment: .current(store: store, threads: context.problem.specification.threads)),
            allocation: try AllocationRecord(allocation, choices: space.choices),
            result: TrialResult(
                objectiveValue: entry.value, objectiveStandardError: entry.standardError,
                durationSeconds: entry.seconds, metrics: entry.metrics))
    }
}

extension ImportRunner.Outcome {
    /// The counts, and why what was left out was.
    func write(to console: Console) throws {
        if console.isJSON {
            try console.write(
                [
                    "search": .string(search.name), "dry_run": .bool(isDry),
                    "added": .array(added.map { isDry ? .string($0.provenance ?? "") : .string($0.name) }),
                    "repeated": .array(repeated.map { isDry ? .string($0.provenance ?? "") : .string($0.name) }),
                    "known": .int(known),
                    "skipped": .array(
                        skipped.map { ["reason": .string($0.reason), "count": .int($0.count)] }),
                ])
            return
        }
        func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
        var parts = [count(added.count, "new trial")]
        if !repeated.isEmpty { parts.append(count(repeated.count, "repetition")) }
        if known > 0 { parts.append("\(known) known already") }
        let left = skipped.reduce(0) { $0 + $1.count }
        if left > 0 { parts.append("\(left) left out") }
        try console.write("\(search.name): \(parts.joined(separator: ", "))\(isDry ? " (nothing was changed)" : "")\n")
        for entry in skipped { console.notice("left out \(entry.count): \(entry.reason)") }
    }
}
