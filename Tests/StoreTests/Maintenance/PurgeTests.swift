import Testing

@testable import Store

@Suite("Purging what is archived") struct PurgeTests {
    private let future = "2030-01-01T00:00:00.000Z"

    private func isSound(_ store: Store) throws -> Bool { try store.check().allSatisfy(\.problems.isEmpty) }

    @Test("takes trials and whole searches away with everything of theirs, and nothing else") func all() throws {
        let node = try NodeDatabase()
        try node.fill()
        let before = try TableDump(node.store)
        let second = try node.store.search(named: "second")
        try node.store.archiveSearch(id: second.id)
        let said = try node.store.purge(archivedBefore: future, ignoring: try archivedFiles(node), isTrial: true)
        let done = try node.store.purge(archivedBefore: future, ignoring: try archivedFiles(node))
        #expect(done == said && done.searches == ["second", "first-draft"] && done.kept.isEmpty)
        // Two trials of the search, and the one of the other that was archived.
        #expect(done.trialCount == 3 && done.trials == ["first/8"])
        let after = try TableDump(node.store)
        #expect(after.missing(in: before).isEmpty && after.rows["search"]?.count == 1)
        #expect(after.rows["trial"]?.count == 7 && after.rows["search_source"]?.isEmpty == true)
        #expect(try isSound(node.store))
    }

    /// Files of what is archived lie elsewhere in this fixture: they keep nobody.
    private func archivedFiles(_ node: NodeDatabase) throws -> [Int] {
        try node.store.artifactOwners().filter { $0.archivedAt != nil }.map(\.artifact.id)
    }

    @Test("keeps what something in sight repeats, raced against or learned from") func needed() throws {
        let node = try NodeDatabase()
        try node.fill()
        let first = try node.store.search(named: "first")
        // The second search learned from the first; within it, a rerun and a race rest on its trials.
        try node.store.archiveSearch(id: first.id)
        let outcome = try node.store.purge(archivedBefore: future, ignoring: try archivedFiles(node))
        #expect(outcome.searches == ["first-draft"] && outcome.kept.contains("first"))
        #expect(try node.store.search(id: first.id).archivedAt != nil && isSound(node.store))
        #expect(try node.store.observations(ofSearch: node.store.search(named: "second").id).count == 6)
    }

    @Test("keeps whose result was taken by something in sight") func reused() throws {
        let bench = try Bench()
        let digest = Samples.digest("9")
        func complete(_ pattern: Int, _ origin: ResultOrigin) throws -> TrialRecord {
            try bench.store.completeTrial(
                id: bench.begin(pattern).id,
                result: TrialResult(objectiveValue: 1, durationSeconds: 1, origin: origin))
        }
        let source = try complete(0, ResultOrigin(digest: digest))
        let taker = try complete(1, ResultOrigin(digest: digest, from: source))
        try bench.store.archiveTrial(id: source.id)
        #expect(try bench.store.purge(archivedBefore: future).kept == ["first/1"])
        try bench.store.archiveTrial(id: taker.id)
        #expect(try bench.store.purge(archivedBefore: future).trials == ["first/1", "first/2"])
        #expect(try bench.store.origins(ofTrials: [source.id, taker.id]).isEmpty)
    }

    @Test("keeps what has files, what was archived later, and changes nothing in a dry run") func later() throws {
        let node = try NodeDatabase()
        try node.fill()
        let before = try TableDump(node.store)
        #expect(try node.store.purge(archivedBefore: "2024-01-01T00:00:00.000Z") == PurgeOutcome())
        let kept = try node.store.purge(archivedBefore: future)
        #expect(kept.searches == ["first-draft"] && kept.trials.isEmpty && kept.kept == ["first/8"])
        #expect(try TableDump(node.store).missing(in: before).isEmpty)
        let now = try TableDump(node.store)
        _ = try node.store.purge(archivedBefore: future, ignoring: try archivedFiles(node), isTrial: true)
        #expect(try TableDump(node.store) == now)
    }
}

@Suite("The history of a search") struct HistoryTests {
    @Test("is told in order of time, once") func order() throws {
        let node = try NodeDatabase()
        try node.fill()
        let search = try node.store.search(named: "second")
        var cursor = HistoryCursor()
        let entries = try node.store.history(ofSearch: search.id, after: &cursor)
        #expect(entries.map(\.at) == entries.map(\.at).sorted())
        let words = entries.map { entry in
            switch entry.kind {
            case .search(let state): "search \(state.rawValue)"
            case .trial(let trial, let state): "\(trial.number) \(state.rawValue)"
            case .event(let event, _): event.message
            case .attempt(let attempt, _): attempt.state.rawValue
            case .warmStart(let source): "from \(source.name)"
            }
        }
        #expect(
            words == [
                "search waiting", "search running", "from first", "1 running", "1 complete", "2 running",
                "2 complete", "search complete",
            ])
        #expect(try node.store.history(ofSearch: search.id, after: &cursor).isEmpty)
        try node.store.record(EventRecord(level: .info, message: "later", searchID: search.id))
        #expect(try node.store.history(ofSearch: search.id, after: &cursor).count == 1)
    }
}
