import Testing

@testable import Store

@Suite("A search") struct SearchQueryTests {
    let bench: Bench
    var store: Store { bench.store }

    init() throws { bench = try Bench() }

    private func create(_ name: String, numbered: Bool = false) throws -> SearchRecord {
        try store.createSearch(Samples.search(model: bench.model, name: name), numbered: numbered)
    }

    @Test("has a name of its own") func unique() throws {
        #expect(throws: StoreError.searchExists(name: "first")) { try create("first") }
        #expect(try create("first", numbered: true).name == "first-2")
        #expect(try create("first", numbered: true).name == "first-3")
        #expect(try create("fresh", numbered: true).name == "fresh")
    }

    @Test("has no name that a selector could not say", arguments: ["", "a/b", "a b", "a,b", "tab\tbed", "a\n"])
    func badName(name: String) {
        #expect(throws: StoreError.self) { try create(name) }
    }

    @Test("is found by its name or an unambiguous beginning") func found() throws {
        let second = try create("second-20")
        let third = try create("second-2")
        #expect(try store.search(named: "first").id == bench.search.id)
        #expect(try store.search(named: "fi").id == bench.search.id)
        #expect(try store.search(named: "second-2").id == third.id)
        #expect(try store.search(named: "second-20").id == second.id)
        #expect(throws: StoreError.ambiguous(text: "sec", candidates: ["second-2", "second-20"])) {
            try store.search(named: "sec")
        }
        #expect(throws: StoreError.noSearch(name: "frist", suggestions: ["first"])) { try store.search(named: "frist") }
        #expect(throws: StoreError.noSearch(name: "zzzzzz", suggestions: [])) { try store.search(named: "zzzzzz") }
        #expect(throws: StoreError.noSearch(name: "", suggestions: [])) { try store.search(named: "") }
    }

    @Test("is listed with its trials and its best one, newest first") func listed() throws {
        try bench.complete(1, objective: 0.5)
        let best = try bench.complete(2, objective: 0.75)
        try store.failTrial(id: try bench.begin(3).id, error: "e")
        _ = try create("second")
        let list = try store.searches()
        #expect(list.map(\.search.name) == ["second", "first"])
        #expect(list.map(\.trials) == [0, 3])
        #expect(list.map(\.complete) == [0, 2])
        #expect(list.map(\.failed) == [0, 1])
        #expect(list.map(\.best) == [nil, best])
        #expect(list.map(\.modelName) == ["tiny", "tiny"])
        #expect(try store.trialCounts(ofSearch: bench.search.id) == [.complete: 2, .failed: 1])
    }

    @Test("can be resumed after its end, and keeps when it first began") func resumed() throws {
        let started = bench.search.startedAt
        try store.finishSearch(id: bench.search.id, state: .interrupted)
        #expect(try store.search(id: bench.search.id).finishedAt != nil)
        let again = try store.startSearch(id: bench.search.id)
        #expect(again.state == .running && again.startedAt == started && again.finishedAt == nil)
        #expect(try store.processRunning(search: again.id) == store.process)
        try store.finishSearch(id: again.id, state: .complete)
        #expect(try store.processRunning(search: again.id) == nil)
    }

    @Test("that is archived goes with its trials, frees its name and comes back") func archived() throws {
        try bench.complete(1, objective: 0.5)
        #expect(throws: StoreError.wrongState(trial: "search first", state: "running", wanted: "archived")) {
            try store.archiveSearch(id: bench.search.id)
        }
        try store.finishSearch(id: bench.search.id, state: .complete)
        try store.archiveSearch(id: bench.search.id)
        #expect(try store.searches().isEmpty)
        #expect(try store.searches(includingArchived: true).count == 1)
        #expect(try store.trials().isEmpty)
        let successor = try create("first")
        #expect(throws: StoreError.searchExists(name: "first")) { try store.restoreSearch(named: "first") }
        try store.archiveSearch(id: successor.id)
        #expect(try store.restoreSearch(named: "first").id == successor.id)
    }

    @Test("that was killed while running can be archived") func archiveKilled() throws {
        let dead = ProcessIdentity(host: ProcessIdentity.hostName(), pid: Int(Int32.max), started: nil)
        let bench = try Bench(process: dead)
        let store = try Store(path: bench.folder.path(), access: .write)
        try store.archiveSearch(id: bench.search.id)
        #expect(try store.searches().isEmpty)
    }

    @Test("needs a model that is there, and JSON for a specification") func wrong() throws {
        var search = Samples.search(model: bench.model, name: "other")
        search.specification = "{"
        #expect(throws: StoreError.self) { try store.createSearch(search) }
        search = Samples.search(model: bench.model, name: "other")
        search.modelID = 99
        #expect(throws: StoreError.constraint("FOREIGN KEY constraint failed")) { try store.createSearch(search) }
    }
}

@Suite("Warm start") struct WarmStartTests {
    @Test("gives a search earlier observations, and says where each came from") func warmStart() throws {
        let bench = try Bench()
        let store = bench.store
        for (pattern, value) in [(1, 0.5), (2, 0.25), (3, 0.75)] { try bench.complete(pattern, objective: value) }
        let next = try store.createSearch(Samples.search(model: bench.model, name: "next"))
        let earlier = try store.observations(ofSearch: bench.search.id)
        try store.warmStart(search: next.id, from: bench.search.id, observations: Array(earlier.prefix(2)))
        let trial = try store.beginTrial(Samples.trial(search: next), allocation: Samples.allocation(1))
        try store.completeTrial(id: trial.id, result: TrialResult(objectiveValue: 0.125, durationSeconds: 1))

        let known = try store.observations(ofSearch: next.id)
        #expect(known.map(\.value) == [0.5, 0.25, 0.125])
        #expect(known.map(\.origin) == [.warmStart, .warmStart, .search])
        #expect(known.map(\.sourceSearchID) == [bench.search.id, bench.search.id, nil])
        #expect(known.map(\.trialNumber) == [1, 2, 1])
        #expect(known.map(\.allocation) == ["int8,nf4,nf4,nf4", "nf4,int8,nf4,nf4", "int8,nf4,nf4,nf4"])
        let sources = try store.sources(ofSearch: next.id)
        #expect(sources.map(\.name) == ["first"])
        #expect(sources.map(\.observations) == [2])
        #expect(try store.observations(ofSearch: bench.search.id) == earlier)
        #expect(throws: StoreError.self) {
            try store.warmStart(search: next.id, from: bench.search.id, observations: earlier)
        }
        #expect(try store.observations(ofSearch: next.id).count == 3)
    }
}

@Suite("Names that may have been meant") struct NameSuggestionTests {
    @Test(
        "are counted by edits",
        arguments: [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3), ("", "abc", 3)])
    func distance(first: String, second: String, edits: Int) {
        #expect(NameSuggestion.distance(Array(first), Array(second)) == edits)
    }

    @Test("are the nearest three at most") func nearest() {
        let names = ["brown16-20", "brown16-30", "brown16-21", "brown16-22", "llama"]
        #expect(NameSuggestion.nearest(to: "brown16-2", among: names) == ["brown16-20", "brown16-21", "brown16-22"])
        #expect(NameSuggestion.nearest(to: "x", among: ["ab"]) == [])
    }
}
