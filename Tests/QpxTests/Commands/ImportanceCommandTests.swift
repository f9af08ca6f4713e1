import Engine
import Foundation
import Store
import Testing

@testable import qpx

/// `qpx importance`: measures, records and shows.
@Suite("Layer importance on the command line") struct ImportanceCommandTests {
    private struct Output: Decodable {
        struct Measure: Decodable {
            struct Layer: Decodable {
                var layer: Int
                var value: Double
                var null_mean: Double?
                var corrected: Double
                var costs: [String: Double]?
            }
            struct FirstAllocation: Decodable {
                var rule: String
                var allocation: [String]
                var bytes: Int
                var bits_per_weight: Double
            }
            var measure: String
            var signal: String?
            var recorded: Int?
            var layers: [Layer]
            var rank_correlation_with_loss_increase: Double?
            var allocations: [FirstAllocation]
        }
        var layers: Int
        var measures: [Measure]
    }

    private static let arguments = [
        "importance", "--model", "tiny", "--calibration", "train.txt", "--calibration-samples", "6",
        "--calibration-length", "32", "--choices", "2", "4", "8", "--json",
    ]

    @Test("prints what it records, for every measure") func recorded() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(Self.arguments + ["--measure", "all", "--budget", "4.2bpw"])
        #expect(run.status == 0, "\(run.error)")
        let output = try run.json(Output.self)
        #expect(output.measures.map(\.measure) == LayerMeasures.all.map(\.name))
        let store = try fixture.store()
        let model = try #require(try store.models().first)
        let runs = try store.importanceRuns(ofModel: model.id)
        #expect(runs.map(\.id) == output.measures.map { $0.recorded })
        for (measure, run) in zip(output.measures, runs) {
            #expect(measure.measure == run.measure && measure.signal == run.signal)
            #expect(measure.layers.map(\.value) == run.values.filter { $0.precision == nil }.map(\.value))
            for layer in measure.layers {
                let recorded = run.values.filter { $0.layer == layer.layer && $0.precision != nil }
                #expect((layer.costs ?? [:]).count == recorded.count)
                for value in recorded { #expect(layer.costs?[value.precision ?? ""] == value.value) }
            }
            #expect(measure.allocations.map(\.rule) == ["greedy", "exact", "reversed", "random"])
            #expect(measure.allocations.allSatisfy { $0.bits_per_weight <= 4.2 && $0.allocation.count == 4 })
        }
        #expect(output.measures.first { $0.measure == "loss_increase" }?.rank_correlation_with_loss_increase == nil)
    }

    @Test("leaves the database alone when told to, and needs none then") func unrecorded() throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        _ = try folder.file("train.txt", TinyCheckpoint.text(lines: 60))
        let refused = try Binary.run(Self.arguments + ["--quiet"], in: folder.path)
        #expect(refused.status == 3)
        let run = try Binary.run(Self.arguments + ["--no-record", "--quiet"], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        let output = try run.json(Output.self)
        #expect(output.measures.count == 1 && output.measures[0].recorded == nil)
        #expect(!FilePath.exists(folder.path + "/qpx.db"))
    }

    @Test(
        "says in one line what does not fit",
        arguments: [
            (["--measure", "cka"], "--measure: unknown value 'cka'. Did you mean 'cca'?", 64),
            (
                ["--measure", "loss_increase", "--signal", "update"],
                "--signal: loss_increase looks at no layer output", 64
            ),
            (["--signal", "updates"], "--signal: unknown value 'updates'. Did you mean 'update'?", 64),
            (["--calibration-length", "97"], "--calibration-length: the model reads 96 tokens, not 97", 64),
            (["--calibration", "none.txt"], "none.txt", 3),
            (["--budget", "1bpw"], "budget", 64),
        ] as [([String], String, Int32)])
    func refused(more: [String], says: String, status: Int32) throws {
        let fixture = try SearchFixture()
        let run = try Binary.run(
            Self.arguments.filter { $0 != "--json" } + more + ["--quiet"], in: fixture.folder.path)
        #expect(run.status == status)
        #expect(run.error.contains(says), "\(run.error)")
        let store = try fixture.store()
        #expect(try store.models().isEmpty)
    }

    @Test("a search begins with the measure, signal and rule that it is told, and measures the controls") func search()
        throws
    {
        let fixture = try SearchFixture()
        let run = try fixture.run(
            SearchFixture.search(
                "costs",
                [
                    "--layer-importance", "loss_increase", "--allocation-rule", "exact", "--controls", "--trials", "3",
                ]))
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        let search = try store.search(named: "costs")
        #expect(
            try store.importances(ofSearch: search.id).map(\.estimator)
                == [String](repeating: "loss_increase", count: 4))
        let labels = try store.trials(TrialFilter(search: search.id)).compactMap(\.label)
        #expect(labels.contains("importance reversed") && labels.contains("random, equal memory"))
        let again = try fixture.run(
            SearchFixture.search("signal", ["--signal", "increment", "--allocation-rule", "exact", "--trials", "2"]))
        #expect(again.status == 0, "\(again.error)")
        let second = try store.search(named: "signal")
        #expect(try store.importances(ofSearch: second.id).map(\.signal) == [String?](repeating: "increment", count: 4))
    }
}
