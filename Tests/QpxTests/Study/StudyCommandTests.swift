import Foundation
import Store
import Testing

@testable import qpx

@Suite("qpx study") struct StudyCommandTests {
    /// What `qpx study --json` prints.
    struct Output: Decodable {
        struct Search: Decodable {
            var search: String
            var state: String
            var complete: Int
            var trials: Int
            var warm_start: [String]
            var missing_measures: [String]
            var best: String?
            var objective_value: Double?
        }
        var study: String
        var searches: [Search]
    }

    private static let settings = """
        settings:
          model: tiny
          ratio: 0.5
          prune-layers: all
          choices: [2, 4, 8]
          budget: 4bpw
          task: task.jsonl
          objective: loss
          objective-text: held.txt
          window-length: 32
          calibration: train.txt
          calibration-samples: 4
          calibration-length: 32
          recovery-text: train.txt
          recovery-steps: 2
          batch: 2
          sequence-length: 32
          rank: 2
          trials: 6
          initial-trials: 2
          reuse: false

        """
    private static let study =
        settings + """
            searches:
              - name: warm-{seed}
                vary: {seed: [1, 2]}
                settings: {warm-start: 'cold-{seed}'}
                importance: [cca, quantization_error]
              - name: cold-{seed}
                vary: {seed: [1, 2]}

            """
    private static let names = ["warm-1", "warm-2", "cold-1", "cold-2"]

    private func fixture(_ text: String = Self.study) throws -> SearchFixture {
        let fixture = try SearchFixture()
        _ = try fixture.folder.file("study.yaml", text)
        return fixture
    }

    private func run(_ fixture: SearchFixture, _ more: [String] = []) throws -> Binary.Run {
        try fixture.run(["study", "study.yaml"] + more)
    }

    @Test("carries every search out, those first that others start from, and then has nothing left to do")
    func whole() throws {
        let fixture = try fixture()
        let listed = try run(fixture, ["--list", "--json"]).json(Output.self)
        #expect(listed.searches.map(\.search) == Self.names && listed.searches.allSatisfy { $0.state == "new" })
        #expect(listed.searches[0].warm_start == ["cold-1"])
        let first = try run(fixture, ["--json"])
        #expect(first.status == 0, "\(first.error)")
        let done = try first.json(Output.self)
        for search in done.searches {
            #expect(search.state == "complete" && search.complete == search.trials && search.missing_measures.isEmpty)
            #expect(search.best?.hasPrefix(search.search) == true && search.objective_value != nil)
        }
        let store = try fixture.store()
        let warm = try store.search(named: "warm-1")
        #expect(warm.commandLine == "qpx study study.yaml --only warm-1")
        #expect(try store.observations(ofSearch: warm.id).contains { $0.origin == .warmStart })
        let runs = try store.importanceRuns(ofModel: try #require(warm.prunedModelID))
        #expect(runs.filter { $0.seed == 1 }.map(\.measure) == ["cca", "quantization_error"])

        let before = try fixture.results("warm-1")
        #expect(try run(fixture).status == 0)
        #expect(try fixture.store().searches().count == 4)
        #expect(try fixture.results("warm-1") == before)
    }

    @Test("gives the same bits with two searches at a time, and when it was interrupted on the way") func same() throws
    {
        let (one, two) = (try fixture(), try fixture())
        #expect(try run(one).status == 0)
        let process = try two.start(["study", "study.yaml", "--jobs", "2", "--threads", "2", "--quiet"])
        #expect(try process.wait { try two.complete("cold-1") > 2 })
        process.send(SIGTERM)
        #expect(try process.end().status == 143)
        let left = try run(two, ["--list", "--json"]).json(Output.self)
        #expect(left.searches.contains { $0.state != "complete" } && !left.searches.contains { $0.state == "running" })
        let again = try run(two, ["--jobs", "2", "--threads", "2"])
        #expect(again.status == 0, "\(again.error)")
        for name in Self.names { #expect(try two.results(name) == one.results(name), "\(name)") }
    }

    @Test("does some of its searches") func only() throws {
        let fixture = try fixture()
        #expect(try run(fixture, ["--only", "cold-*"]).status == 0)
        let states = try run(fixture, ["--list", "--json"]).json(Output.self).searches.map(\.state)
        #expect(states == ["new", "new", "complete", "complete"])
        let unknown = try run(fixture, ["--only", "gold-1"])
        #expect(unknown.status == 3 && unknown.error.contains("Did you mean 'cold-1'?"))
    }

    @Test("does not begin what starts from a search that is not complete") func source() throws {
        let fixture = try fixture()
        let early = try run(fixture, ["--only", "warm-1"])
        #expect(early.status == 4 && early.error.contains("add --only 'cold-1'"), "\(early.error)")
        #expect(try fixture.store().searches().isEmpty)
        #expect(try run(fixture, ["--only", "cold-1"]).status == 0)
        #expect(try run(fixture, ["--only", "warm-1"]).status == 0)
    }

    @Test("measures the layers again where the choices are others, or another text") func measured() throws {
        func study(_ choices: String, _ calibration: String) -> String {
            Self.settings.replacing("choices: [2, 4, 8]", with: "choices: \(choices)")
                .replacing("calibration: train.txt", with: "calibration: \(calibration)")
                    + """
                    searches:
                      - name: s-\(choices.filter(\.isNumber))-\(calibration.prefix(1))
                        settings: {ratio: 0, trials: 2}
                        importance: quantization_error

                    """
        }
        let fixture = try fixture()
        func runs(_ choices: String, _ calibration: String) throws -> Int {
            _ = try fixture.folder.file("study.yaml", study(choices, calibration))
            let run = try run(fixture)
            #expect(run.status == 0, "\(run.error)")
            let store = try fixture.store()
            return try store.importanceRuns(
                ofModel: try store.search(named: "s-\(choices.filter(\.isNumber))-t").modelID
            ).count
        }
        #expect(try runs("[2, 4, 8]", "train.txt") == 1)
        #expect(try runs("[2, 4, 8]", "train.txt") == 1)
        #expect(try runs("[2, 8]", "train.txt") == 2)
        #expect(try runs("[2, 8]", "held.txt") == 3)
    }

    @Test("refuses a search that is there with another specification, before anything is done") func changed() throws {
        let fixture = try fixture()
        #expect(try run(fixture, ["--only", "cold-1"]).status == 0)
        _ = try fixture.folder.file("study.yaml", Self.study.replacing("trials: 6\n", with: "trials: 5\n"))
        let run = try run(fixture)
        #expect(
            run.status == 4 && run.error.contains("'cold-1' is there with another specification: trials is 6 there, 5"))
        #expect(try fixture.store().searches().count == 1)
    }

    @Test("goes on with the others where one fails, and says so") func failure() throws {
        let fixture = try fixture(
            Self.settings + """
                searches:
                  - name: bad
                    settings: {text: none.txt}
                  - name: after
                    settings: {warm-start: bad}
                  - name: good

                """)
        let run = try run(fixture)
        #expect(run.status == 1 && run.error.contains("2 of 3 searches failed: bad, after"), "\(run.error)")
        #expect(run.error.contains("none.txt"))
        #expect(try fixture.store().searches().map(\.search.name) == ["good"])
    }
}
