import Foundation
import Testing

@testable import qpx

/// What a user gets wrong, and what a damaged download looks like: one clear line and a fitting exit status, never a trap.
@Suite("Bad input") struct BadInputTests {
    /// One thing that is wrong.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var arguments: [String]
        var status: Int32
        /// What the message must contain.
        var says: [String]
        /// Changes the folder before the run.
        var prepare: @Sendable (TemporaryFolder) throws -> Void = { _ in }
        var testDescription: String { name }

        init(
            _ name: String, _ arguments: String, _ status: Int32, _ says: String...,
            prepare: @escaping @Sendable (TemporaryFolder) throws -> Void = { _ in }
        ) {
            self.name = name
            self.arguments = arguments.split(separator: " ").map(String.init)
            self.status = status
            self.says = says
            self.prepare = prepare
        }
    }

    private static func write(_ name: String, _ bytes: [UInt8], in folder: TemporaryFolder) throws {
        try Data(bytes).write(to: URL(filePath: folder.path + "/" + name))
    }

    private static func replace(_ old: String, _ new: String, in name: String, of folder: TemporaryFolder) throws {
        let path = folder.path + "/" + name
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(old), "\(name) has no \(old)")
        try text.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// The weights, or the bytes that something makes of them.
    private static func changeWeights(of folder: TemporaryFolder, _ change: (inout [UInt8]) -> Void) throws {
        let path = folder.path + "/tiny/model.safetensors"
        var bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        change(&bytes)
        try Data(bytes).write(to: URL(filePath: path))
    }

    private static func quantize(_ folder: TemporaryFolder) throws {
        let run = try Binary.run(["quantize", "--model", "tiny", "--precision", "nf4", "--out", "q"], in: folder.path)
        try #require(run.status == 0, "\(run.error)")
    }

    private static let models: [Case] = [
        Case("no such model", "eval --model none --task sums.jsonl", 3, "--model", "/none does not exist"),
        Case("the model is a file", "eval --model text.txt --task sums.jsonl", 64, "is not a folder"),
        Case("no config.json", "eval --model empty --task sums.jsonl", 3, "empty/config.json: no such file") {
            try FileManager.default.createDirectory(atPath: $0.path + "/empty", withIntermediateDirectories: false)
        },
        Case("config.json is not JSON", "model inspect tiny", 1, "config.json: not valid JSON at byte 2") {
            _ = try $0.file("tiny/config.json", "{ architectures }")
        },
        Case("unknown architecture", "eval --model tiny --task sums.jsonl", 1, "GPT2LMHeadModel", "not supported") {
            try replace("LlamaForCausalLM", "GPT2LMHeadModel", in: "tiny/config.json", of: $0)
        },
        Case("unknown activation", "model inspect tiny", 1, "hidden_act", "gelu", "not supported") {
            try replace("silu", "gelu", in: "tiny/config.json", of: $0)
        },
        Case("no weights", "eval --model tiny --task sums.jsonl", 3, "model.safetensors: no such file") {
            try FileManager.default.removeItem(atPath: $0.path + "/tiny/model.safetensors")
        },
        Case("truncated weights", "eval --model tiny --task sums.jsonl", 1, "ends at byte", "may be incomplete") {
            try changeWeights(of: $0) { $0.removeLast(1000) }
        },
        Case(
            "weights cut in the header", "prune --model tiny --ratio 0.5 --importance magnitude --out o", 1,
            "its header claims"
        ) { try changeWeights(of: $0) { $0.removeSubrange(100...) } },
        Case("a header of 2^63 bytes", "model inspect tiny", 1, "its header claims") {
            try changeWeights(of: $0) { $0.replaceSubrange(0..<8, with: [0, 0, 0, 0, 0, 0, 0, 128]) }
        },
        Case("a header that lies about a shape", "quantize --model tiny --precision 4 --out o", 1, "does not fill") {
            try changeWeights(of: $0) { bytes in
                let old = Array("[259,24]".utf8)
                for i in 0..<bytes.count - old.count where Array(bytes[i..<i + old.count]) == old {
                    bytes.replaceSubrange(i..<i + old.count, with: Array("[999,24]".utf8))
                    return
                }
            }
        },
        Case("other widths than config.json says", "eval --model tiny --task sums.jsonl", 1, "has shape", "expected") {
            try replace("\"intermediate_size\": 40", "\"intermediate_size\": 41", in: "tiny/config.json", of: $0)
        },
        Case("an empty weight file", "model inspect tiny", 1, "the file is empty") {
            try write("tiny/model.safetensors", [], in: $0)
        },
        Case("weights that are no numbers", "eval --model tiny --task sums.jsonl", 1, "not a finite number") {
            try changeWeights(of: $0) { bytes in
                for i in stride(from: bytes.count - 259 * 24 * 4, to: bytes.count - 3, by: 4) {
                    bytes.replaceSubrange(i..<i + 4, with: [0, 0, 192, 127])
                }
            }
        },
        Case("no tokenizer", "eval --model tiny --task sums.jsonl", 3, "tokenizer.json: no such file") {
            try FileManager.default.removeItem(atPath: $0.path + "/tiny/tokenizer.json")
        },
        Case("a tokenizer of another kind", "eval --model tiny --task sums.jsonl", 1, "Unigram", "supported: BPE") {
            try replace("\"type\": \"BPE\"", "\"type\": \"Unigram\"", in: "tiny/tokenizer.json", of: $0)
        },
        Case("an unknown pre-tokenizer", "eval --model tiny --task sums.jsonl", 1, "pre_tokenizer", "Morse") {
            try replace(
                "\"pre_tokenizer\": null", "\"pre_tokenizer\": {\"type\": \"Morse\"}", in: "tiny/tokenizer.json",
                of: $0)
        },
        Case("a tokenizer of another model", "eval --model tiny --task sums.jsonl", 1, "the tokenizer gives token") {
            try replace("\"<0x30>\": 51", "\"<0x30>\": 5100", in: "tiny/tokenizer.json", of: $0)
        },
    ]

    private static let evaluations: [Case] = [
        Case("nothing to evaluate", "eval --model tiny", 64, "nothing to evaluate"),
        Case("no model named", "eval --task sums.jsonl", 64, "--model"),
        Case("a mistyped option", "eval --model tiny --taks sums.jsonl", 64, "'--taks'", "Did you mean '--task'?"),
        Case("no such task", "eval --model tiny --task sums.jsonl none.jsonl", 3, "none.jsonl: no such task file"),
        Case(
            "a task line that is not JSON", "eval --model tiny --task sums.jsonl bad.jsonl", 1,
            "bad.jsonl:6: is not a JSON object"
        ) {
            _ = try $0.file("bad.jsonl", TinyCheckpoint.task(examples: 5) + "{\"id\": \n")
        },
        Case("an answer that does not exist", "eval --model tiny --task bad.jsonl", 1, "bad.jsonl:1: 'gold' is 2") {
            _ = try $0.file("bad.jsonl", #"{"id": "a", "context": "b", "choices": ["c", "d"], "gold": 2}"#)
        },
        Case(
            "a task without choices", "eval --model tiny --task bad.jsonl", 1, "bad.jsonl:1: lacks the field 'choices'"
        ) {
            _ = try $0.file("bad.jsonl", #"{"id": "a", "context": "b", "gold": 2}"#)
        },
        Case("a task that is not UTF-8", "eval --model tiny --task bad.jsonl", 1, "bad.jsonl:2: is not UTF-8") {
            try write("bad.jsonl", Array(TinyCheckpoint.task(examples: 1).utf8) + [0x7b, 0xff, 0x7d], in: $0)
        },
        Case("an empty task", "eval --model tiny --task bad.jsonl", 1, "bad.jsonl: has no examples") {
            _ = try $0.file("bad.jsonl", "\n\n")
        },
        Case("a choice longer than the context", "eval --model tiny --task bad.jsonl", 1, "example 'a': choice 1", "96")
        {
            let long = String(repeating: "x", count: 200)
            _ = try $0.file("bad.jsonl", #"{"id": "a", "context": "b", "choices": ["c", "\#(long)"], "gold": 0}"#)
        },
        Case("the same task twice", "eval --model tiny --task sums.jsonl sums.jsonl", 64, "is there twice"),
        Case("no such text", "eval --model tiny --text none.txt", 3, "none.txt: no such text file"),
        Case("a folder for a text", "eval --model tiny --text tiny", 1, "tiny: cannot be read"),
        Case("an empty text", "eval --model tiny --text bad.txt --window-length 32", 1, "bad.txt: has no text") {
            _ = try $0.file("bad.txt", " \n")
        },
        Case(
            "a text that is not UTF-8", "eval --model tiny --text bad.txt --window-length 32", 1,
            "bad.txt:3: is not UTF-8"
        ) { try write("bad.txt", Array("a\nb\n".utf8) + [0xc3, 0x28], in: $0) },
        Case(
            "a text shorter than a window", "eval --model tiny --text bad.txt --window-length 32", 1,
            "one window takes 32"
        ) { _ = try $0.file("bad.txt", "short") },
        Case("windows longer than the context", "eval --model tiny --text text.txt --window-length 97", 64, "2 to 96"),
        Case("a window of one token", "eval --model tiny --text text.txt --window-length 1", 64, "out of range"),
        Case("a limit of nothing", "eval --model tiny --task sums.jsonl --task-limit 0", 64, "--task-limit"),
        Case(
            "a number that is none", "eval --model tiny --text text.txt --text-limit many", 64, "'many' is not a whole"),
        Case("no threads", "eval --model tiny --task sums.jsonl --threads 0", 64, "--threads"),
        Case("a mistyped task", "eval --model tiny --task arc_eazy", 64, "'arc_eazy'", "Did you mean 'arc_easy'?"),
        Case("a mistyped task of a file", "eval --model tiny --task pica:sums.jsonl", 64, "Did you mean 'piqa'?"),
        Case("a task without a folder", "eval --model tiny --task piqa", 64, "piqa: say where", "--data FOLDER"),
        Case(
            "a task that is not there", "eval --model tiny --task piqa --data tiny", 3, "validation split",
            "valid.jsonl"),
        Case("a folder that is not there", "eval --model tiny --task piqa --data none", 3, "none: no such file"),
        Case("a task without its file", "eval --model tiny --task piqa:", 64, "names no file"),
        Case("shots before finished prompts", "eval --model tiny --task sums.jsonl --shots 2", 64, "--shots 0"),
        Case("shots that are no number", "eval --model tiny --task sums.jsonl --shots many", 64, "--shots: 'many'"),
        Case(
            "two limits", "eval --model tiny --task sums.jsonl --limit 2 --task-limit 3", 64, "--limit: is another name"
        ),
    ]

    private static let prunings: [Case] = [
        Case("a ratio of 1", "prune --model tiny --ratio 1 --importance magnitude --out o", 64, "--ratio: 1"),
        Case(
            "a ratio that is no number", "prune --model tiny --ratio nan --importance magnitude --out o", 64, "--ratio"),
        Case(
            "two ratios", "prune --model tiny --ratio 0.1 --parameters-removed 0.1 --importance magnitude --out o", 64,
            "only one can be given"),
        Case(
            "a ratio that removes nothing", "prune --model tiny --ratio 1e-17 --importance magnitude --out o", 64,
            "removes no whole head"),
        Case(
            "more parameters than there are",
            "prune --model tiny --parameters-removed 0.9 --importance magnitude --out o", 64, "0.9 was asked for"),
        Case(
            "a structure that does not exist", "prune --model tiny --ratio 0.5 --structure row --importance l2 --out o",
            64, "--structure: unknown value 'row'"),
        Case(
            "a normalization without a global ranking",
            "prune --model tiny --ratio 0.5 --normalize mean --importance l2 --out o", 64, "--normalize",
            "--ranking global"),
        Case(
            "a Fisher scale of nothing",
            "prune --model tiny --ratio 0.5 --importance param_mix --fisher-scale none --out o", 64,
            "--fisher-scale: 'none'"),
        Case(
            "similarity without a text",
            "prune --model tiny --ratio 0.5 --structure layer --block-score similarity --importance l2 --out o", 64,
            "--calibration is missing", "similarity"),
        Case(
            "a ratio that removes no layer",
            "prune --model tiny --ratio 1e-17 --structure layer --importance l2 --out o",
            64, "removes no whole layer"),
        Case(
            "a ratio that rounding takes back",
            "prune --model tiny --ratio 0.1 --structure channel --round-to 24 --importance l2 --out o",
            64, "removes no whole channel"),
        Case(
            "rounding that takes everything back in a global ranking",
            "prune --model tiny --ratio 0.1 --ranking global --round-to 40 --normalize rank --prune-layers 1 --importance l2 --out o",
            64, "removes no whole head or MLP channel"),
        Case(
            "fewer documents than samples",
            "prune --model tiny --ratio 0.5 --calibration text.txt --calibration-sampling documents --calibration-length "
                + "32 --calibration-samples 9999 --out o", 1, "text.txt", "9999 samples are asked for"),
        Case("a dry run with a folder", "prune --model tiny --ratio 0.5 --dry-run --out o", 64, "--out: a dry run"),
        Case(
            "a dry run of a global ranking", "prune --model tiny --ratio 0.5 --ranking global --dry-run", 64,
            "--dry-run", "depends on scores"),
        Case(
            "a dry run of something else", "prune --model text.txt --ratio 0.5 --dry-run", 1,
            "text.txt: not valid JSON"),
        Case("a dry run of nothing", "prune --model none --ratio 0.5 --dry-run", 3, "/none does not exist"),
        Case("no folder for the result", "prune --model tiny --ratio 0.5 --importance l2", 64, "--out is missing"),
        Case(
            "weights without a score", "prune --model tiny --ratio 0.5 --prune-layers all --importance l2 --out o", 1,
            "is not a finite number"
        ) {
            try changeWeights(of: $0) { bytes in
                for i in stride(from: bytes.count / 2 / 4 * 4, to: bytes.count / 2 / 4 * 4 + 40, by: 4) {
                    bytes.replaceSubrange(i..<i + 4, with: [0, 0, 192, 127])
                }
            }
        },
        Case(
            "layers that do not exist",
            "prune --model tiny --ratio 0.5 --prune-layers 2-4 --importance magnitude --out o",
            64, "--prune-layers: 2-4", "0 to 3"),
        Case(
            "an unknown importance", "prune --model tiny --ratio 0.5 --importance tailor --out o", 64, "'tailor'",
            "Did you mean 'taylor'?"),
        Case("no calibration", "prune --model tiny --ratio 0.5 --out o", 64, "--calibration is missing"),
        Case(
            "no such calibration text",
            "prune --model tiny --ratio 0.5 --calibration none.txt --calibration-length 32 --out o",
            3, "none.txt: no such text file"),
        Case(
            "a calibration text that is not UTF-8",
            "prune --model tiny --ratio 0.5 --calibration bad.txt --calibration-length 32 --out o", 1, "bad.txt:1"
        ) {
            try write("bad.txt", [0xff, 0xfe], in: $0)
        },
        Case(
            "a calibration text shorter than a sample",
            "prune --model tiny --ratio 0.5 --calibration bad.txt --calibration-length 32 --out o", 1, "bad.txt",
            "needs 32"
        ) { _ = try $0.file("bad.txt", "short") },
        Case(
            "calibration longer than the context", "prune --model tiny --ratio 0.5 --calibration text.txt --out o", 64,
            "--calibration-length", "96 tokens"),
        Case(
            "a result that exists", "prune --model tiny --ratio 0.5 --importance magnitude --out tiny", 4,
            "exists already"),
        Case(
            "a result in no folder", "prune --model tiny --ratio 0.5 --importance magnitude --out a/b", 3,
            "/a does not exist"),
        Case(
            "a quantized model to prune", "prune --model q --ratio 0.5 --importance magnitude --out o", 64,
            "is quantized already"
        ) { try quantize($0) },
    ]

    private static let quantizations: [Case] = [
        Case("an unknown precision", "quantize --model tiny --precision nf5 --out o", 64, "'nf5'", "did you mean"),
        Case("bits without a precision", "quantize --model tiny --precision 5 --out o", 64, "no precision of 5 bits"),
        Case("no precision", "quantize --model tiny --out o", 64, "--precision", "--allocation"),
        Case("too few layers", "quantize --model tiny --allocation a --out o", 64, "has 3 layers, the model 4") {
            _ = try $0.file("a", "844")
        },
        Case(
            "a block size that is none", "quantize --model tiny --precision nf4@100 --out o", 64, "no blocks of '100'"),
        Case("blocks of bf16", "quantize --model tiny --precision bf16@64 --out o", 64, "cannot be chosen"),
        Case(
            "a block size for nobody", "quantize --model tiny --precision q4_0 --block-size 32 --out o", 64,
            "--block-size"),
        Case(
            "a module without precision", "quantize --model tiny --allocation a --out o", 64, "no precision for k_proj"
        ) { _ = try $0.file("a", #"[{"q_proj": "nf4"}, 4, 4, 4]"#) },
        Case(
            "an unknown module", "quantize --model tiny --allocation a --out o", 64, "'q_prj'", "Did you mean 'q_proj'?"
        ) { _ = try $0.file("a", #"[{"q_prj": "nf4", "default": 4}, 4, 4, 4]"#) },
        Case("no such allocation", "quantize --model tiny --allocation a --out o", 3, "/a does not exist"),
        Case("an allocation that is not UTF-8", "quantize --model tiny --allocation a --out o", 1, "is not UTF-8") {
            try write("a", [0xff], in: $0)
        },
        Case(
            "weights that cannot be quantized", "quantize --model tiny --precision 4 --out o", 1, "cannot be quantized"
        ) {
            try changeWeights(of: $0) { bytes in
                let start = bytes.count / 2 / 4 * 4
                for i in stride(from: start, to: start + 4096, by: 1) { bytes[i] = 255 }
            }
        },
        Case("a quantized model to quantize", "quantize --model q --precision nf4 --out o", 64, "is quantized already")
        {
            try quantize($0)
        },
        Case("quantization.json is not JSON", "model inspect q", 1, "quantization.json", "cannot be read") {
            try quantize($0)
            _ = try $0.file("q/quantization.json", "{")
        },
        Case("a block size that overflows", "eval --model q --task sums.jsonl", 1, "block size 9223372036854775807") {
            try quantize($0)
            try replace(
                "\"block_size\" : 64", "\"block_size\" : 9223372036854775807", in: "q/quantization.json", of: $0)
        },
        Case("bits without their table", "eval --model q --task sums.jsonl", 1, "bits 8") {
            try quantize($0)
            try replace("\"bits\" : 4", "\"bits\" : 8", in: "q/quantization.json", of: $0)
        },
        Case("codes that are missing", "model inspect q", 1, "there is no tensor", "embed_tokens.weight.codes") {
            try quantize($0)
            try replace(
                "\"tensors\" : {",
                "\"tensors\" : {\"model.embed_tokens.weight\" : {\"bits\" : 8, "
                    + "\"block_size\" : 64, \"precision\" : \"int8\"},", in: "q/quantization.json", of: $0)
        },
        Case("no checkpoint named", "model inspect", 64, "<folder>"),
        Case("a mistyped verb", "model inspct tiny", 64, "unknown command 'inspct'", "Did you mean 'inspect'?"),
    ]

    @Test("is answered with one line and its exit status", arguments: models + evaluations + prunings + quantizations)
    func refused(_ wrong: Case) throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        _ = try folder.file("sums.jsonl", TinyCheckpoint.task(examples: 4))
        _ = try folder.file("text.txt", TinyCheckpoint.text(lines: 40))
        try wrong.prepare(folder)
        let before = folder.names
        let run = try Binary.run(wrong.arguments + ["--quiet"], in: folder.path)
        #expect(run.status == wrong.status && run.out.isEmpty, "\(run.status): \(run.error)")
        let lines = run.error.split(separator: "\n")
        #expect(run.error.hasPrefix("error: ") && lines.count <= 2, "\(run.error)")
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("hint: ") }, "\(run.error)")
        for words in wrong.says { #expect(run.error.contains(words), "\(run.error)") }

        let json = try Binary.run(wrong.arguments + ["--quiet", "--json"], in: folder.path)
        let error = try JSONDecoder().decode(ErrorEnvelope.self, from: Data(json.error.utf8)).error
        #expect(json.status == wrong.status && error.status == wrong.status && json.out.isEmpty)
        #expect(error.message == lines.first.map { String($0.dropFirst("error: ".count)) })
        #expect(folder.names == before, "something was written")
    }
}
