internal import Engine
internal import Store

/// Gives out the trials of a search to somebody who carries them out elsewhere.
struct AskRunner {
    let store: Store
    let console: Console

    /// Begins as many trials as asked for, or as there are.
    ///
    /// - Parameters:
    ///   - lease: seconds after which a trial that nobody told anything of is given out again; nil for the search's own.
    ///   - worker: who asks.
    /// - Returns: at least one trial.
    /// - Throws: `Failure` with status 4 when there is none: the search has finished, or everything is given out.
    func ask(
        _ name: String, count: Int, lease: Double?, worker: String?, threads: Int?
    ) throws -> [(claimed: ClaimedTrial, plan: TrialPlan)] {
        let search = try AskedSearch.named(name, store)
        let progress = console.progress()
        defer { progress.finish() }
        var specification = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        if let threads { specification.threads = threads }
        let context = try RecordedContext(store: store, progress: progress).context(search, specification)
        let asker = Worker(
            name: worker ?? "asked on \(store.process.host)", process: nil,
            leaseSeconds: lease ?? specification.work.lease,
            environment: .current(store: store, threads: specification.threads))
        var dispenser = try TrialDispenser(store: store, context: context, search: search, worker: asker)
        dispenser.choosing = { progress.begin("choosing the next allocation") }
        // What was told before the search kept what it chooses among is learned from now.
        try store.recordSpace(ofSearch: search.id, try CanonicalJSON.text(RecordedSpace(context.problem.space)))
        try dispenser.recommend()
        var given: [(ClaimedTrial, TrialPlan)] = []
        var isEarly = false
        giving: while given.count < count {
            switch try dispenser.next() {
            case .trial(let claimed, let plan):
                if try store.search(id: search.id).state != .running { try store.startSearch(id: search.id) }
                given.append((claimed, plan))
            case .early:
                isEarly = true
                break giving
            case .full, .exhausted: break giving
            }
        }
        guard given.isEmpty else { return given }
        if try !isEarly && store.endSearch(id: search.id, state: .complete) != nil {
            throw Failure(
                .conflict, code: "finished", "search '\(search.name)' has finished already: every trial has been told")
        }
        let out = try store.liveWork(ofSearch: search.id).map(\.trial.name)
        throw Failure(
            .conflict, code: "all_given_out",
            "search '\(search.name)': every trial is given out; untold are \(out.joined(separator: ", "))",
            hint: "tell one of them, or wait until its lease runs out")
    }
}

/// Searches whose trials are asked for and told.
enum AskedSearch {
    /// The search of a name.
    /// - Throws: `Failure` with status 64 for a search that computes its trials itself, `StoreError.noSearch`.
    static func named(_ name: String, _ store: Store) throws -> SearchRecord {
        let search = try store.search(named: name)
        guard search.evaluator == .ask else {
            throw Failure.usage(
                "search '\(search.name)': its trials are carried out, not asked for",
                hint: "'qpx worker \(search.name)' takes part in it; 'qpx search … --ask' makes one to ask")
        }
        return search
    }
}
