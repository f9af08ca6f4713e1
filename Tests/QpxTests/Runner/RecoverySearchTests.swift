import ArgumentParser
import Engine
import Foundation
import Store
import Testing

@testable import qpx

@Suite("Recovery in a search") struct RecoverySearchTests {
    /// Files of training states beside the database.
    private func states(_ fixture: SearchFixture) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: fixture.folder.path + "/qpx.artifacts")) ?? [])
            .filter { $0.hasPrefix("recovery-") }
    }

    @Test("by LoftQ records how near each trial begins, and is repeated exactly", arguments: [false, true])
    func loftQ(usesInstructions: Bool) throws {
        let fixture = try SearchFixture()
        var more = ["--init", "loftq", "--loftq-iterations", "2", "--dropout", "0.1", "--micro-batch", "1"]
        if usesInstructions {
            let examples = (0..<20).map { "{\"instruction\": \"Count \($0)\", \"output\": \"\($0 * $0)\"}\n" }
            _ = try fixture.folder.file("data.jsonl", examples.joined())
            more += ["--recovery-data", "data.jsonl", "--template", "none", "--cutoff", "40", "--validation", "4"]
        }
        var arguments = SearchFixture.search("l", more)
        if usesInstructions, let index = arguments.firstIndex(of: "--recovery-text") {
            arguments.removeSubrange(index...index + 1)
        }
        let run = try fixture.run(arguments)
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        let search = try store.search(named: "l")
        let trials = try store.trials(TrialFilter(search: search.id)).filter { $0.state == .complete }
        let metrics = try store.metrics(ofTrials: trials.map(\.id))
        for trial in trials {
            let found = metrics[trial.id] ?? []
            let after = found.first { $0.name == "loftq_error" }?.value
            let before = found.first { $0.name == "loftq_error_before" }?.value
            // References are not quantized, or not recovered.
            guard let allocation = trial.allocation else {
                #expect(after == nil && before == nil)
                continue
            }
            let (a, b) = (try #require(after), try #require(before))
            #expect(a < b && a > 0, "\(allocation)")
        }
        let roles = try store.artifacts(of: .search(search.id)).map(\.kind)
        #expect(roles.contains("recovery_data") == usesInstructions && roles.contains("template") == usesInstructions)
        #expect(roles.contains("recovery_text") == !usesInstructions)
        let best = try fixture.run(["rerun", "l/best"])
        #expect(best.status == 0, "\(best.error)")
    }

    @Test("goes on within a trial that was killed, to the same bits, and keeps no state afterwards")
    func withinTrial() throws {
        let fixture = try SearchFixture()
        let more = ["--save-every", "10", "--dropout", "0.2", "--init", "loftq"]
        #expect(try fixture.run(SearchFixture.search("whole", steps: 150, more)).status == 0)
        #expect(states(fixture).isEmpty)
        let running = try fixture.start(SearchFixture.search("cut", steps: 150, more))
        #expect(running.wait { !states(fixture).isEmpty }, "it ended before it was interrupted")
        running.send(SIGKILL)
        _ = try running.end()
        #expect(states(fixture).count == 1)
        let resumed = try fixture.run(["resume", "cut"])
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(try fixture.results("cut") == fixture.results("whole"))
        #expect(states(fixture).isEmpty)
    }

    @Test("resolves epochs to steps before anything is recorded") func epochs() throws {
        let fixture = try SearchFixture()
        var arguments = SearchFixture.search("e", ["--epochs", "0.1"])
        if let index = arguments.firstIndex(of: "--recovery-steps") { arguments.removeSubrange(index...index + 1) }
        let run = try fixture.run(arguments)
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        let search = try store.search(named: "e")
        let specification = try Specification(canonicalJSON: search.specification, of: "e")
        #expect(specification.recovery.epochs == 0.1 && specification.recovery.steps > 0)
        #expect(specification.recovery.warmupSteps == specification.recovery.steps / 10)
        let trial = try #require(try store.trials(TrialFilter(search: search.id)).first { $0.allocation != nil })
        #expect(try store.trainingLosses(ofTrial: trial.id).count == specification.recovery.steps)
    }
}

@Suite("A recorded specification") struct RecordedRecoveryTests {
    @Test("of an earlier version means what was done then") func older() throws {
        let specification = try SearchOptions.parse(SpecificationTests.enough).specification(folder: "/data")
        let text = try specification.canonicalJSON()
        var object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let later = [
            "template", "loss_on", "cutoff", "init", "loftq_iterations", "loftq_scaling", "loftq_keep", "dropout",
            "validation", "validate_every", "save_every",
        ]
        for key in later { #expect(object.removeValue(forKey: key) != nil, "\(key)") }
        let older = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        let decoded = try Specification(canonicalJSON: older, of: "search")
        #expect(decoded == specification)
        #expect(decoded.recovery.initialization == "kaiming" && decoded.recovery.dropout == 0)
        #expect(decoded.recovery.microBatch == nil && decoded.recovery.epochs == nil && decoded.recovery.data == nil)
    }
}
