internal import Engine
internal import Store

/// Asks for a trial to be carried out again with another seed.
struct ReplicateRunner {
    let store: Store

    /// Records the replicate, waiting.
    /// - Parameters:
    ///   - selector: the trial, as search/7, or 7 or best of the search.
    ///   - seed: nil for the next one that follows from the search's.
    /// - Throws: `Failure` with status 64 for a trial that cannot be replicated, 4 for a seed that one has.
    func enqueue(_ selector: String, seed: UInt64?, search name: String) throws -> TrialRecord {
        let search = try store.search(named: name)
        let text = selector.contains("/") ? selector : "\(search.name)/\(selector)"
        let trials = try store.trials(TrialSelector(text))
        guard let named = trials.first, trials.count == 1 else {
            throw Failure.usage("--replicate: '\(selector)' is \(trials.count) trials: name one, as search/7")
        }
        guard named.searchID == search.id else {
            throw Failure.usage("--replicate: \(named.name) is no trial of search '\(search.name)'")
        }
        // A replicate of a replicate is one more of the trial itself.
        let original = named.kind == .replicate ? try named.rerunOf.map { try store.trial(id: $0) } ?? named : named
        guard original.kind.isCandidate else {
            throw Failure.usage(
                "--replicate: \(original.name) is a \(original.kind.rawValue), of which the search learns nothing",
                hint: "name a trial whose allocation the search tried")
        }
        guard original.state == .complete else {
            throw Failure(
                .conflict, "\(original.name) is \(original.state.rawValue): only a complete trial can be replicated")
        }
        guard seed != original.seed else {
            throw Failure.usage(
                "--seed: \(original.seed) is the seed of \(original.name) itself",
                hint: "'qpx rerun \(original.name)' repeats it")
        }
        let taken = [original.seed] + (try store.replicates(ofTrial: original.id).map(\.seed))
        let chosen = seed ?? ReplicateSeeds.fresh(of: search.seed, taken: taken)
        let added = try store.addReplicates(
            ofTrial: original.id, seeds: [chosen], origin: .enqueued, environment: original.environment)
        guard let replicate = added.first else {
            throw Failure(.conflict, "\(original.name) has a replicate with the seed \(chosen) already")
        }
        return replicate
    }
}
