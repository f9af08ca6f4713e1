import Engine
import Foundation
import Store
import Testing

@testable import qpx

/// `qpx prune` beyond heads and channels of each layer: other structures, rankings, steps, samples, and dry runs.
@Suite("qpx prune") struct PruneCommandTests {
    private struct Output: Decodable, Equatable {
        struct Kept: Decodable, Equatable {
            var layer: Int
            var kv_heads: [Int]
            var channels: [Int]
        }
        var out: String?
        var dry_run: Bool
        var structure: String
        var ranking: String
        var ratio: Double
        var parameters_removed: Double
        var importance: String
        var prune_reduction: String
        var layers: Int
        var parameters_before: Int
        var parameters: Int
        var hidden: Int
        var bytes_before: Int?
        var bytes: Int?
        var layer_shapes: [ModelOutput.Layer]
        var kept: [Kept]?
        var kept_hidden: [Int]?
        var kept_layers: [Int]?
    }

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        _ = try folder.file("text.txt", TinyCheckpoint.text(lines: 150))
        return folder
    }

    private func prune(_ arguments: String, in folder: TemporaryFolder) throws -> Output {
        let words = arguments.split(separator: " ").map(String.init)
        let run = try Binary.run(["prune", "--model", "tiny"] + words + ["--json", "--quiet"], in: folder.path)
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        return try run.json(Output.self)
    }

    private func loss(_ model: String, in folder: TemporaryFolder) throws -> Double {
        let run = try Binary.run(
            ["eval", "--model", model, "--text", "text.txt", "--window-length", "32", "--json", "--quiet"],
            in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(EvaluationOutput.self).texts[0].mean_loss
    }

    private static let text = "--calibration text.txt --calibration-samples 8 --calibration-length 40"

    @Test(
        "writes a checkpoint that others take, the same on any number of threads",
        arguments: [
            "--structure channel --ratio 0.25", "--structure channel --ratio 0.3 --round-to 8 --importance l2",
            "--structure layer --ratio 0.5 --prune-layers all",
            "--structure layer --ratio 0.5 --block-score similarity",
            "--ranking global --ratio 0.3 --min-width 8", "--ranking global --normalize none --ratio 0.3",
            "--parameters-removed 0.1 --ranking global --normalize rank --min-width 4 --prune-steps 2",
            "--ratio 0.5 --importance param_mix --fisher-scale sum --prune-steps 3",
            "--ratio 0.5 --importance param_second --gqa-pairing llm-pruner --prune-reduction second",
            "--ratio 0.5 --importance l1 --round-to 16",
            "--ratio 0.5 --calibration-sampling documents --prune-steps 2",
        ])
    func checkpoints(arguments: String) throws {
        let folder = try folder()
        let output = try prune("\(arguments) \(Self.text) --out a --threads 1", in: folder)
        let again = try prune("\(arguments) \(Self.text) --out b --threads 3", in: folder)
        for file in ["model.safetensors", "config.json"] {
            let contents = ["a", "b"].map { FileManager.default.contents(atPath: folder.path + "/\($0)/\(file)") }
            #expect(contents[0] != nil && contents[0] == contents[1])
        }
        #expect(output.kept == again.kept && output.kept_hidden == again.kept_hidden)
        #expect(output.parameters < output.parameters_before && !output.dry_run)
        let inspected = try Binary.run(["model", "inspect", "a", "--json"], in: folder.path).json(ModelOutput.self)
        #expect(inspected.parameters == output.parameters && inspected.layer_shapes == output.layer_shapes)
        #expect(inspected.hidden == output.hidden && inspected.bytes == output.bytes)
        let pruned = try loss("a", in: folder)
        let intact = try loss("tiny", in: folder)
        #expect(pruned.isFinite && pruned != intact)
        let quantized = try Binary.run(
            ["quantize", "--model", "a", "--precision", "nf4", "--out", "q", "--quiet"], in: folder.path)
        #expect(quantized.status == 0, "\(quantized.error)")
        #expect(try loss("q", in: folder).isFinite)
    }

    @Test("says what stayed of each kind of structure") func kept() throws {
        let folder = try folder()
        let channel = try prune("--structure channel --ratio 0.25 --importance l2 --out a", in: folder)
        #expect(channel.hidden == 18 && channel.kept_hidden?.count == 18 && channel.kept_layers == nil)
        #expect(channel.kept == [] && channel.layer_shapes.count == 4 && channel.layer_shapes[0].head_dim == 6)
        let layer = try prune("--structure layer --ratio 0.5 --importance l2 --prune-layers 1-3 --out b", in: folder)
        #expect(layer.kept_layers?.count == 1 && layer.layer_shapes.count == 2 && layer.layers == 4)
        #expect(layer.kept_layers?.allSatisfy { (1...3).contains($0) } == true && layer.kept_hidden == nil)
        let block = try prune("--ratio 0.5 --importance magnitude --prune-layers 1-2 --round-to 16 --out c", in: folder)
        #expect(block.kept?.map(\.layer) == [1, 2] && block.kept?[0].channels.count == 32)
        #expect(block.importance == "l2" && block.prune_reduction == "mean" && block.structure == "block")
        let text = try Binary.run(
            ["prune", "--model", "tiny", "--ratio", "0.5", "--structure", "layer", "--importance", "l1", "--out", "d"],
            in: folder.path)
        #expect(text.out.contains("layers removed") && text.out.contains("of the layers 1-2, by l1"), "\(text.out)")
    }

    @Test(
        "says the same shapes in a dry run, from config.json alone",
        arguments: [
            "--ratio 0.5", "--parameters-removed 0.12 --prune-layers all", "--ratio 0.3 --round-to 8 --min-width 30",
            "--structure channel --ratio 0.25", "--structure layer --parameters-removed 0.12",
        ])
    func dryRun(arguments: String) throws {
        let folder = try folder()
        var expected = try prune("\(arguments) \(Self.text) --out a", in: folder)
        try FileManager.default.removeItem(atPath: folder.path + "/tiny/model.safetensors")
        try FileManager.default.removeItem(atPath: folder.path + "/tiny/tokenizer.json")
        let before = folder.names
        let found = try prune("\(arguments) --dry-run", in: folder)
        #expect(folder.names == before, "something was written")
        (expected.out, expected.bytes, expected.bytes_before, expected.dry_run) = (nil, nil, nil, true)
        (expected.kept, expected.kept_hidden, expected.kept_layers) = (nil, nil, nil)
        #expect(found == expected)
        let file = try Binary.run(
            ["prune", "--model", "tiny/config.json", "--dry-run"] + arguments.split(separator: " ").map(String.init),
            in: folder.path)
        #expect(file.status == 0 && file.out.contains("dry run") && !file.out.contains("weights"), "\(file.error)")
    }

    @Test(
        "a search prunes by every setting, and its record repeats it",
        arguments: [
            ["--structure", "layer"], ["--structure", "channel", "--ratio", "0.25"],
            ["--ranking", "global", "--min-width", "8", "--prune-steps", "2"],
        ])
    func search(more: [String]) throws {
        let fixture = try SearchFixture()
        let search = SearchFixture.search("s", more + ["--trials", "2", "--task", "task.jsonl"])
        let run = try fixture.run(search)
        #expect(run.status == 0, "\(run.error)")
        let rerun = try fixture.run(["rerun", "s/5", "--json"])
        #expect(rerun.status == 0, "\(rerun.error)")
        let stored = try fixture.store().search(named: "s")
        let specification = try Specification(canonicalJSON: stored.specification, of: "s")
        #expect(
            specification.pruning.structure
                == (more.contains("layer") ? "layer" : more[1] == "channel" ? "channel" : "block"))
        let second = try fixture.run(SearchFixture.search("t", more + ["--trials", "2", "--warm-start", "s"]))
        #expect(second.status == 0, "\(second.error)")
    }
}
