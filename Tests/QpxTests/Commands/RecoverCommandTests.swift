import Foundation
import Testing

@testable import qpx

/// What `qpx recover --json` prints.
private struct RecoverOutput: Decodable {
    struct LoftQ: Decodable {
        struct Module: Decodable {
            var layer: Int
            var module: String
            var after_quantization: [Double]
            var after_low_rank: [Double]
            var kept: Int
        }
        var error_before: Double
        var error: Double
        var modules: [Module]
    }
    struct Step: Decodable {
        var step: Int
        var loss: Double
        var learning_rate: Double
        var gradient_norm: Double
        var validation_loss: Double?
    }
    var model: String
    var out: String
    var base: String?
    var allocation: [String]?
    var bits_per_weight: Double
    var adapter_parameters: Int
    var sequences: Int
    var skipped: Int
    var steps: Int
    var first_loss: Double
    var last_loss: Double
    var best_step: Int?
    var validation_loss: Double?
    var loftq: LoftQ?
    var training: [Step]
}

@Suite("qpx recover") struct RecoverCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        _ = try folder.file("train.txt", TinyCheckpoint.text(lines: 60))
        let examples = (0..<30).map { "{\"instruction\": \"Count \($0)\", \"output\": \"\($0 * $0)\"}\n" }
        _ = try folder.file("data.jsonl", examples.joined())
    }

    private static let settings = [
        "--model", "tiny", "--batch", "3", "--sequence-length", "32", "--rank", "2", "--learning-rate", "0.01",
    ]

    private func recover(_ arguments: [String]) throws -> Binary.Run {
        try Binary.run(["recover"] + Self.settings + arguments + ["--json", "--quiet"], in: folder.path)
    }

    private func output(_ arguments: [String]) throws -> RecoverOutput {
        let run = try recover(arguments)
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        return try run.json(RecoverOutput.self)
    }

    private func loss(_ arguments: [String]) throws -> Double {
        let run = try Binary.run(
            ["eval", "--text", "train.txt", "--window-length", "32", "--json", "--quiet"] + arguments, in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(EvaluationOutput.self).texts[0].mean_loss
    }

    private func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: folder.path + "/" + path) }

    @Test("quantizes, starts by LoftQ, trains, and leaves base and adapters that eval and merge take")
    func wholeWay() throws {
        let arguments = ["--recovery-text", "train.txt", "--recovery-steps", "30"]
        let recovered = try output(
            arguments + ["--precision", "nf2", "--init", "loftq", "--loftq-iterations", "3", "--out", "r"])
        #expect(recovered.base == folder.path + "/r/base" && recovered.allocation == ["nf2", "nf2", "nf2", "nf2"])
        #expect(recovered.steps == 30 && recovered.training.map(\.step) == Array(0..<30) && recovered.skipped == 0)
        #expect(recovered.training[0].loss == recovered.first_loss && recovered.last_loss < recovered.first_loss)
        let loftQ = try #require(recovered.loftq)
        #expect(loftQ.error < loftQ.error_before && loftQ.modules.count == 28)
        #expect(loftQ.modules.allSatisfy { $0.after_low_rank.count == 3 && (1...3).contains($0.kept) })
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/r").sorted()
                == ["adapter_config.json", "adapter_model.safetensors", "base"])
        #expect(folder.names == ["data.jsonl", "r", "tiny", "train.txt"])

        let adapted = try loss(["--model", "r/base", "--adapters", "r"])
        #expect(adapted < (try loss(["--model", "r/base"])))
        for (type, tolerance) in [("f32", 1e-5), ("bf16", 0.1)] {
            let merge = try Binary.run(
                ["merge", "--model", "r/base", "--adapters", "r", "--dtype", type, "--out", type, "--quiet"],
                in: folder.path)
            #expect(merge.status == 0, "\(merge.error)")
            #expect(abs(try loss(["--model", type]) - adapted) <= tolerance)
        }
        let config = try #require(bytes("f32/config.json").map { String(decoding: $0, as: UTF8.self) })
        #expect(config.contains("\"torch_dtype\": \"float32\""))

        // A checkpoint that is quantized already is not quantized again, but can be recovered.
        let again = try recover(arguments + ["--model", "r/base", "--precision", "4", "--out", "x"])
        #expect(again.status == 64 && again.error.contains("is quantized already"), "\(again.error)")
        let more = try output(arguments + ["--model", "r/base", "--out", "more"])
        #expect(more.base == nil && more.loftq == nil && bytes("more/base/config.json") == nil)
    }

    @Test("trains on instructions, by epochs, to the same bytes on any number of threads")
    func instructions() throws {
        let arguments = [
            "--recovery-data", "data.jsonl", "--template", "none", "--cutoff", "32", "--epochs", "1.5", "--dropout",
            "0.1", "--schedule", "trainer", "--warmup-steps", "2",
        ]
        let one = try output(arguments + ["--out", "a", "--threads", "1"])
        #expect(one.sequences == 30 && one.steps == 15 && one.training[0].learning_rate == 0)
        _ = try output(arguments + ["--out", "b", "--threads", "3"])
        #expect(bytes("a/adapter_model.safetensors") != nil)
        #expect(bytes("a/adapter_model.safetensors") == bytes("b/adapter_model.safetensors"))
        let parts = try output(arguments + ["--out", "c", "--micro-batch", "1"])
        #expect(zip(one.training, parts.training).allSatisfy { abs($0.loss - $1.loss) <= 1e-4 * $0.loss })
        let held = try output(arguments + ["--out", "e", "--validation", "6", "--validate-every", "4"])
        #expect(held.sequences == 24 && held.steps == 12)
        let measured = held.training.filter { $0.validation_loss != nil }
        #expect(measured.map(\.step) == [3, 7, 11])
        #expect(held.validation_loss == measured.compactMap(\.validation_loss).min())
        #expect(measured.first { $0.validation_loss == held.validation_loss }?.step == held.best_step)
        let all = try output(arguments + ["--out", "d", "--loss-on", "all"])
        #expect(all.first_loss != one.first_loss)
    }

    @Test("goes on after it was killed, to the same bytes") func resume() throws {
        let arguments = [
            "--recovery-text", "train.txt", "--recovery-steps", "400", "--save-every", "7", "--precision", "nf4",
            "--init", "loftq", "--dropout", "0.1",
        ]
        _ = try output(arguments + ["--out", "whole"])
        let running = try RunningBinary(
            ["recover"] + Self.settings + arguments + ["--out", "cut", "--quiet"], in: folder.path)
        let state = folder.path + "/cut.training/state.safetensors"
        #expect(running.wait { FileManager.default.fileExists(atPath: state) }, "it ended before it was killed")
        running.send(SIGKILL)
        _ = try running.end()
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/cut"))

        let fresh = try recover(arguments + ["--out", "cut"])
        #expect(fresh.status == 4 && fresh.error.contains("say --resume"), "\(fresh.error)")
        let other = try recover(arguments + ["--out", "cut", "--resume", "--dropout", "0.2"])
        #expect(other.status == 4 && other.error.contains("other options"), "\(other.error)")
        let resumed = try output(arguments + ["--out", "cut", "--resume"])
        #expect(resumed.steps == 400)
        for file in ["adapter_model.safetensors", "base/model.safetensors"] {
            #expect(bytes("cut/" + file) != nil && bytes("cut/" + file) == bytes("whole/" + file))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/cut.training"))
        let nothing = try recover(arguments + ["--out", "new", "--resume"])
        #expect(nothing.status == 3 && nothing.error.contains("no training was interrupted"), "\(nothing.error)")
    }

    /// Arguments, exit status, what the message says.
    private static let wrong: [([String], Int32, String)] = [
        ([], 64, "--recovery-text is missing"),
        (["--recovery-text", "none.txt"], 3, "none.txt: no such text file"),
        (["--recovery-data", "none.json"], 3, "none.json: no such file of instructions"),
        (["--recovery-data", "train.txt"], 1, "train.txt, line 1: is not JSON"),
        (["--recovery-data", "bad.json"], 1, "bad.json, entry 1: the field 'output' is missing"),
        (["--recovery-data", "data.jsonl"], 64, "--cutoff: the model reads 96 tokens, not 256"),
        (["--recovery-data", "data.jsonl", "--cutoff", "5"], 64, "none has an answer within 5 tokens"),
        (
            ["--recovery-data", "data.jsonl", "--cutoff", "90", "--template", "none", "--validation", "30"], 64,
            "of 30 examples 30 cannot be held out"
        ),
        (["--recovery-text", "train.txt", "--validation", "3"], 64, "--validation: instructions are held out"),
        (["--recovery-data", "data.jsonl", "--recovery-text", "train.txt"], 64, "only one can be given"),
        (["--recovery-text", "train.txt", "--epochs", "1", "--recovery-steps", "2"], 64, "only one can be given"),
        (["--recovery-text", "train.txt", "--recovery-steps", "0"], 64, "--recovery-steps: 0 trains nothing"),
        (["--recovery-text", "train.txt", "--rank", "13"], 64, "--rank: LoRA rank 13 is larger than the smallest"),
        (["--recovery-text", "train.txt", "--init", "xavier"], 64, "--init: unknown value 'xavier'"),
        (["--recovery-text", "train.txt", "--init", "loftq"], 64, "--init: loftq begins with what quantization loses"),
        (["--recovery-text", "train.txt", "--precision", "5"], 64, "--precision: no precision of 5 bits"),
        (["--recovery-text", "train.txt", "--sequence-length", "97"], 64, "--sequence-length: the model reads 96"),
        (["--recovery-text", "train.txt", "--dropout", "1"], 64, "--dropout: 1 is out of range"),
        (["--recovery-text", "train.txt", "--micro-batch", "0"], 64, "--micro-batch: 0 is out of range"),
        (["--recovery-text", "train.txt", "--loss-on", "prompt"], 64, "--loss-on: unknown value 'prompt'"),
        (["--recovery-text", "train.txt", "--save-every", "0", "--resume"], 64, "there is nothing to resume"),
        (["--recovery-text", "train.txt", "--out", "tiny"], 4, "--out: "),
    ]

    @Test("says in one line what is wrong and leaves nothing behind", arguments: wrong)
    func refused(arguments: [String], status: Int32, message: String) throws {
        _ = try folder.file("bad.json", #"[{"instruction": "a", "output": "b"}, {"instruction": "c"}]"#)
        let before = folder.names
        let run = try Binary.run(
            ["recover"] + Self.settings + ["--out", "o", "--quiet"] + arguments, in: folder.path)
        #expect(run.status == status && run.error.contains(message), "\(run.status): \(run.error)")
        #expect(run.error.hasPrefix("error: ") && run.error.split(separator: "\n").count <= 2, "\(run.error)")
        #expect(folder.names == before && run.out.isEmpty)
    }

    @Test("adapters that are not there or not for this model are refused") func adapters() throws {
        for command in [["eval", "--text", "train.txt"], ["merge", "--out", "m"]] {
            let missing = try Binary.run(
                command + ["--model", "tiny", "--adapters", "none", "--quiet"], in: folder.path)
            #expect(missing.status == 3 && missing.error.contains("--adapters"), "\(missing.error)")
            let none = try Binary.run(
                command + ["--model", "tiny", "--adapters", "tiny", "--quiet"], in: folder.path)
            #expect(none.status == 3 && none.error.contains("adapter_config.json"), "\(none.error)")
        }
        #expect(folder.names == ["data.jsonl", "tiny", "train.txt"])
    }
}
