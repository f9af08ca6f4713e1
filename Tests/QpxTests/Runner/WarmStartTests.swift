import Engine
import Foundation
import Store
import Testing

@testable import qpx

@Suite("A warm start") struct WarmStartTests {
    @Test("proposes from the model at once and records where observations came from") func proposes() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("first")).status == 0)
        let run = try fixture.run(SearchFixture.search("second", ["--warm-start", "first", "--trials", "3"]))
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        let (first, second) = (try store.search(named: "first"), try store.search(named: "second"))
        let trials = try store.trials(TrialFilter(search: second.id)).sorted { $0.number < $1.number }
        #expect(trials.map(\.kind) == [.reference, .reference, .reference, .proposal, .proposal, .proposal])
        let suggestions = try store.suggestions(ofTrials: trials.map(\.id))
        #expect(suggestions[trials[3].id]?.observations == 7)

        let observations = try store.observations(ofSearch: second.id)
        #expect(observations.map(\.origin).filter { $0 == .warmStart }.count == 7)
        #expect(observations.prefix(7).allSatisfy { $0.origin == .warmStart && $0.sourceSearchID == first.id })
        #expect(observations.suffix(3).allSatisfy { $0.origin == .search && $0.sourceSearchID == nil })
        #expect(try store.sources(ofSearch: second.id).map(\.name) == ["first"])
        // Both searches measure the same thing: what was tried in the first is not tried again.
        let tried = Set(try store.trials(TrialFilter(search: first.id)).compactMap(\.allocation))
        #expect(trials.compactMap(\.allocation).allSatisfy { !tried.contains($0) })
    }

    @Test("says how much each source is believed, where it measured something else, and that of the same it counts all")
    func trust() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("first")).status == 0)
        #expect(try fixture.run(SearchFixture.search("other", ["--learning-rate", "0.01"])).status == 0)
        let run = try fixture.run(
            SearchFixture.search("second", ["--warm-start", "first", "other", "--trials", "4", "--no-references"]))
        #expect(run.status == 0, "\(run.error)")
        let shown = try fixture.run(["show", "second", "--json"]).json(ShownSearch.self)
        #expect(shown.warm_start.map(\.search) == ["first", "other"])
        #expect(shown.warm_start.map(\.observations) == [7, 7])
        #expect(shown.warm_start.map(\.same_objective) == [true, false] && shown.warm_start[0].trust == nil)
        let trust = try #require(shown.warm_start[1].trust)
        #expect((0...1).contains(trust))
        let text = try fixture.run(["show", "second"]).out
        #expect(text.contains("first (7 observations, the same measurement)"), "\(text)")
        #expect(text.contains("other (7 observations, believed \(NumberText.fixed(trust, 2)))"), "\(text)")

        // At each proposal what was believed then, the latest as in the search.
        struct Shown: Decodable {
            struct Suggestion: Decodable {
                struct Source: Decodable {
                    var search: String
                    var trust: Double
                }
                var trust: [Source]
            }
            var suggestion: Suggestion?
        }
        for number in 1...4 {
            let trial = try fixture.run(["show", "second/\(number)", "--json"]).json(Shown.self)
            let sources = try #require(trial.suggestion).trust
            #expect(sources.map(\.search) == ["other"] && sources.allSatisfy { (0...1).contains($0.trust) })
            if number == 4 { #expect(sources.map(\.trust) == [trust]) }
            let text = try fixture.run(["show", "second/\(number)"]).out
            #expect(text.contains("believed sources"), "\(text)")
        }
    }

    @Test("is refused with the reason where the searches do not fit") func refused() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("first", ["--trials", "2"])).status == 0)
        try shallowModel(in: fixture.folder.path + "/shallow")
        let cases: [(more: [String], status: Int32, message: String)] = [
            (["--model", "shallow"], 1, "search 'first' has 4 layers, this one 3"),
            (["--objective", "accuracy", "--objective-text"], 1, "was for 'loss', this one is for 'accuracy'"),
            (["--choices", "3", "16"], 1, "has no finished trial with this search's precisions"),
            (["--warm-start", "frist"], 3, "'first'"),
        ]
        for (more, status, message) in cases {
            // The held-out text alone would be refused: an option without a value only takes the given one away.
            let arguments = SearchFixture.search("new", ["--warm-start", "first"] + more)
                .filter { $0 != "--objective-text" || !more.contains("accuracy") }
            let run = try fixture.run(arguments)
            #expect(run.status == status && run.error.contains(message), "\(run.error)")
        }
        #expect(try fixture.store().searches().map(\.search.name) == ["first"])
    }

    /// The tiny model without its last layer.
    private func shallowModel(in path: String) throws {
        var configuration = TinyCheckpoint.configuration
        configuration.layers.removeLast()
        let model = TinyCheckpoint.model(seed: 1)
        try LlamaModel(
            configuration: configuration, embedding: model.embedding, blocks: Array(model.blocks.dropLast()),
            finalNorm: model.finalNorm, untiedHead: model.untiedHead
        ).save(to: URL(filePath: path), source: nil)
        try Data(TinyCheckpoint.tokenizer.utf8).write(to: URL(filePath: path + "/tokenizer.json"))
    }
}
