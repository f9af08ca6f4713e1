internal import Engine
internal import Store

/// Puts an allocation into a search, to be tried next.
struct EnqueueRunner {
    let store: Store
    let console: Console

    /// Records the trial, waiting.
    ///
    /// - Parameters:
    ///   - text: precisions by layer, as an allocation file has them, or as `trials --json` prints them with commas.
    ///   - origin: for messages: where the text was written.
    ///   - exceeds: whether it may be larger than the budget; it is then a baseline, never the best trial.
    /// - Throws: `Failure` with status 64 for an allocation that is not one of the search's, `duplicateAllocation`.
    func enqueue(_ text: String, says origin: String, search name: String, label: String?, exceeds: Bool) throws
        -> TrialRecord
    {
        let search = try store.search(named: name)
        let progress = console.progress()
        defer { progress.finish() }
        let specification = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        let context = try RecordedContext(store: store, progress: progress).context(search, specification)
        let problem = context.problem
        let allocation = try Self.allocation(text, says: origin, choices: problem.space.choices.map(\.name))
        do throws(AllocationError) {
            _ = try problem.space.indices(of: allocation)
        } catch {
            throw Failure.usage(
                "\(origin): \(error.description)",
                hint: "search '\(search.name)' has \(problem.space.layers) layers and chooses among "
                    + search.choices.split(separator: ",").joined(separator: ", "))
        }
        let plan = TrialPlan(
            base: .pruned, allocation: allocation, recovers: specification.recovery.steps > 0, kind: .initial,
            label: label)
        let size = try context.evaluator.size(of: plan)
        guard exceeds || size.isWithinBudget != false else {
            throw Failure.usage(
                "\(origin): the weights take \(ByteText.exact(size.weightBytes)), the budget is "
                    + ByteText.exact(problem.budgetBytes),
                hint: "--over-budget tries it all the same, as a baseline")
        }
        progress.finish()
        return try store.beginTrial(
            TrialRecord(
                searchID: search.id, kind: size.isWithinBudget == false ? .baseline : .initial, label: label,
                weightBytes: size.weightBytes, bitsPerWeight: size.bitsPerWeight, isWithinBudget: size.isWithinBudget,
                seed: specification.seed, specification: try plan.recorded(), origin: .enqueued,
                environment: .current(store: store, threads: specification.threads)),
            allocation: try AllocationRecord(allocation, choices: problem.space.choices), waiting: true)
    }

    /// What a text says: names of choices between commas or blanks, or what an allocation file may hold.
    private static func allocation(
        _ text: String, says origin: String, choices: [String]
    ) throws(Failure) -> Allocation {
        let words = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        let isNamed = words.allSatisfy { word in
            word.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { choices.contains(String($0)) }
        }
        if isNamed, !words.isEmpty { return Allocation(words) }
        let isList = text.drop(while: \.isWhitespace).first == "["
        return Allocation(try AllocationFile.names(isList ? text : words.joined(separator: " "), says: origin))
    }
}
