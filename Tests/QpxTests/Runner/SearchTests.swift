import Engine
import Foundation
import Testing

@testable import Store
@testable import qpx

@Suite("A whole search") struct SearchTests {
    @Test("is in the database, every bit of it") func rows() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("whole"))
        #expect(run.status == 0, "\(run.error)")
        #expect(run.out.contains("searched (best of 7)") && run.out.contains("uniform 8-bit"), "\(run.out)")
        let store = try fixture.store()
        let search = try store.search(named: "whole")
        #expect(search.state == .complete && search.pruningRatio == 0.5 && (search.parametersRemoved ?? 0) > 0.1)
        #expect(try store.transitions(ofSearch: search.id).map(\.to) == [.waiting, .running, .complete])
        let specification = try Specification(canonicalJSON: search.specification, of: "whole")
        #expect(specification.recovery.rank == 2 && specification.seed == 42 && specification.trials == 7)
        #expect(search.commandLine?.contains("--budget 4bpw") == true)
        #expect(try store.importances(ofSearch: search.id).map(\.layer) == [0, 1, 2, 3])

        let trials = try store.trials(TrialFilter(search: search.id)).sorted { $0.number < $1.number }
        #expect(trials.allSatisfy { $0.state == .complete })
        #expect(
            trials.prefix(8).map { "\($0.kind.rawValue): \($0.label ?? "")" } == [
                "reference: intact", "reference: pruned, not recovered", "reference: recovered, unquantized",
                "baseline: uniform 4-bit", "baseline: uniform 8-bit", "baseline: uniform 2-bit",
                "initial: importance-based", "proposal: ",
            ])
        #expect(trials.dropFirst(7).map(\.kind) == [.proposal, .proposal, .proposal])
        for trial in trials {
            #expect(try store.transitions(ofTrial: trial.id).map(\.to) == [.running, .complete])
        }
        let candidates = trials.filter(\.kind.isCandidate)
        #expect(Set(candidates.map(\.allocation)).count == candidates.count)
        for trial in candidates where trial.kind != .baseline {
            #expect(trial.isWithinBudget == true)
            #expect(try #require(trial.weightBytes) <= #require(search.budgetBytes))
        }
        let suggestions = try store.suggestions(ofTrials: trials.map(\.id))
        #expect(Set(suggestions.keys) == Set(trials.filter { $0.kind == .proposal }.map(\.id)))
        for suggestion in suggestions.values {
            #expect(suggestion.mean > 0 && suggestion.deviation > 0 && suggestion.acquisitionValue != nil)
            #expect(!suggestion.randomState.isEmpty && suggestion.candidates > 0)
        }
        let observations = try store.observations(ofSearch: search.id)
        #expect(
            observations.map(\.origin.rawValue).joined(separator: " ")
                == "baseline baseline baseline search search search search")
        #expect(observations.allSatisfy { $0.standardError != nil })
    }

    @Test("has metrics with errors, allocations by layer, and files by digest") func values() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("whole")).status == 0)
        let database = try Database.open(path: fixture.folder.path + "/qpx.db", mode: .readOnly, busySeconds: 1) { "" }
        func count(_ query: String) throws -> Int {
            try database.first("SELECT count(*) AS n FROM (\(query))") { try $0.integer("n") } ?? -1
        }
        let all = "SELECT * FROM metric JOIN trial ON trial.id = metric.trial_id"
        #expect(try count(all + " WHERE name = 'acc' AND task = 'task' AND count = 6 AND standard_error > 0") == 10)
        #expect(try count(all + " WHERE name = 'loss' AND task = 'held' AND standard_error > 0 AND value > 0") == 10)
        #expect(try count(all + " WHERE name = 'loss' AND value IS NOT trial.objective_value") == 0)
        #expect(try count("SELECT DISTINCT trial_id, task FROM example_result") == 20)
        #expect(try count("SELECT * FROM training_loss WHERE loss > 0 AND gradient_norm > 0") == 2 * 8)
        // Trials whose first layer has 8 bits, as somebody would ask for them.
        let asked = """
            SELECT trial.number FROM trial JOIN allocation_layer USING (allocation_id)
            WHERE allocation_layer.layer = 0 AND allocation_layer.precision = 'int8' AND allocation_layer.bits = 8
            """
        let store = try fixture.store()
        let trials = try store.trials(TrialFilter(search: try store.search(named: "whole").id))
        let expected = try trials.count {
            try $0.allocation.map { try Allocation(parsing: $0).precisions[0] } == "int8"
        }
        #expect(expected > 0)
        #expect(try count(asked) == expected)

        let artifacts = try store.artifacts(of: .search(1))
        #expect(artifacts.map(\.kind) == ["calibration", "recovery_text", "task", "objective_text"])
        for artifact in artifacts + (try store.artifacts(of: .stage(1))) {
            let data = try Data(contentsOf: URL(filePath: artifact.path))
            #expect(artifact.bytes == data.count && artifact.sha256 == Engine.SHA256.hex(of: data))
        }
        #expect(try store.artifacts(of: .stage(1)).map(\.kind) == ["pruned_model", "pruned_model"])
        #expect(fixture.folder.names.contains("qpx.artifacts"))
    }

    @Test("chooses for modules among precisions of the same bits, and resumes and repeats such trials")
    func modules() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(
            SearchFixture.search(
                "split",
                [
                    "--granularity", "module", "--choices", "lm2", "nf4", "lm4", "8", "--trials", "8",
                    "--embedding-precision", "q8_0",
                ]))
        #expect(run.status == 0, "\(run.error)")
        #expect(run.out.contains("uniform nf4") && run.out.contains("uniform lm4"), "\(run.out)")
        #expect(run.out.contains("uniform 8-bit"), "\(run.out)")
        let store = try fixture.store()
        let search = try store.search(named: "split")
        let trials = try store.trials(TrialFilter(search: search.id)).filter { $0.allocation != nil }
        let split = try #require(
            trials.first { $0.kind == .proposal && AllocationText($0.allocation ?? "").isSplit })
        // Every module of a split layer is a row.
        let record = try #require(try store.allocations([split.allocationID ?? 0]).first)
        let layer = try #require(record.layers.first { $0.module != "all" }?.layer)
        #expect(
            record.layers.filter { $0.layer == layer }.map(\.module).sorted()
                == Projection.allCases.map(\.rawValue).sorted())
        let down = try #require(record.layers.first { $0.layer == layer && $0.module == "down_proj" })
        let found = try fixture.run(["trials", "split", "--where", "bits.\(layer).down_proj = \(down.bits)", "--json"])
        #expect(found.out.contains("\"trial\": \"\(split.name)\"") || found.out.contains("\"trial\":\"\(split.name)\""))
        let listed = try fixture.run(["trials", "split"])
        #expect(listed.out.contains("bits per module") && listed.out.contains("a: lm4, b: nf4"), "\(listed.out)")
        let shown = try fixture.run(["show", split.name])
        #expect(shown.status == 0 && shown.out.contains("bits per module"), "\(shown.out)")
        let compared = try fixture.run(["compare", "split/4", split.name])
        #expect(compared.status == 0 && compared.out.contains("Bits per module"), "\(compared.error)\(compared.out)")
        let rerun = try fixture.run(["rerun", split.name])
        #expect(rerun.status == 0, "\(rerun.error)")
        // Layers cannot take over what was tried with modules, except where whole layers were alike.
        let layers = try fixture.run(
            SearchFixture.search(
                "whole",
                [
                    "--choices", "lm2", "nf4", "lm4", "8", "--warm-start", "split", "--trials", "2",
                    "--embedding-precision", "q8_0",
                ]))
        #expect(layers.status == 0, "\(layers.error)")
        let taken = try fixture.store().observations(ofSearch: try fixture.store().search(named: "whole").id)
        #expect(taken.allSatisfy { !AllocationText($0.allocation).isSplit })
        // Every allocation is counted with the embedding in q8_0, which pruning leaves alone.
        let model = TinyCheckpoint.model(seed: 1)
        let fixed = try model.unquantizedBytes(EndPrecisions(embedding: "q8_0"))
        let pruned = try store.model(id: try #require(search.prunedModelID))
        let weights = pruned.parameters - 2 * model.embedding.count - model.normBytes / 4
        for trial in trials {
            let projections = try #require(trial.bitsPerWeight) * Double(weights) / 8
            #expect(abs(Double(try #require(trial.weightBytes) - fixed) - projections) < 1e-6)
        }
    }

    @Test("gives the same bits with one thread and with two") func threads() throws {
        let fixture = try SearchFixture()
        for threads in ["1", "2"] {
            #expect(try fixture.run(["init", "--db", "\(threads).db"]).status == 0)
            let run = try fixture.run(
                SearchFixture.search("s", ["--threads", threads]) + ["--db", "\(threads).db"])
            #expect(run.status == 0, "\(run.error)")
        }
        let results = try fixture.results("s", in: "1.db")
        #expect(results.count == 10)
        #expect(try fixture.results("s", in: "2.db") == results)
    }

    @Test("goes on beside another one in the same file") func beside() throws {
        let fixture = try SearchFixture()
        let seeds = ["1", "1", "2"]
        let running = try seeds.indices.map { n in
            try fixture.start(SearchFixture.search("s\(n)", steps: 6, ["--seed", seeds[n]]))
        }
        for process in running {
            let end = try process.end()
            #expect(end.status == 0, "\(end.error)")
        }
        let results = try seeds.indices.map { try fixture.results("s\($0)") }
        #expect(results.map(\.count) == [10, 10, 10])
        #expect(results[0] == results[1] && results[0] != results[2])
        let store = try fixture.store()
        #expect(try store.searches().map(\.search.state) == [.complete, .complete, .complete])
        let left = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path + "/qpx.artifacts")
        #expect(left.count == 2, "one pruned model per seed: \(left)")
    }

    @Test("works on a trained model", .enabled(if: Shared.isPresent, "\(Shared.reason)")) func trained() throws {
        let fixture = try SearchFixture()
        let model = Shared.url("models/stories260k").path
        let run = try fixture.run(
            ["search", "--name", "stories", "--model", model, "--recovery-steps", "2", "--no-references"]
                + SearchFixture.arguments)
        #expect(run.status == 0, "\(run.error)")
        let results = try fixture.results("stories")
        #expect(results.count == 7)
        let rerun = try fixture.run(["rerun", "stories/best", "--threads", "1"])
        #expect(rerun.status == 0, "\(rerun.error)")
    }
}
