import Foundation
import Testing

@testable import qpx

private struct ExportOutput: Decodable {
    struct Encoding: Decodable {
        var encoding: String
        var matrices: Int
        var bytes: Int
    }
    var format: String
    var policy: String?
    var out: String
    var adapter_out: String?
    var architecture: String
    var bytes: Int
    var encodings: [Encoding]?
    var notes: [String]
    struct Row: Decodable {
        var metric: String
        var before: Double
        var after: Double
    }
    var measured: [Row]?
}

private struct GenerateOutput: Decodable {
    struct Token: Decodable {
        var id: Int
        var log_probability: Double
    }
    var text: String
    var tokens: [Token]
    var ending: String
}

private struct EvalOutput: Decodable {
    struct Text: Decodable { var mean_loss: Double }
    var texts: [Text]
}

@Suite("qpx export --format and qpx generate") struct ExportModelCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        _ = try folder.file("train.txt", TinyCheckpoint.text(lines: 60))
        _ = try folder.file("held.txt", TinyCheckpoint.text(lines: 20))
    }

    private func run(_ arguments: String) throws -> Binary.Run {
        try Binary.run(arguments.split(separator: " ").map(String.init), in: folder.path)
    }

    private func loss(_ model: String) throws -> Double {
        let run = try run("eval --model \(model) --text held.txt --window-length 32 --json --quiet")
        return try #require(run.json(EvalOutput.self).texts.first).mean_loss
    }

    private func generated(_ arguments: String) throws -> GenerateOutput {
        try run("generate \(arguments) --json --quiet").json(GenerateOutput.self)
    }

    private func recover(_ precision: String) throws {
        let run = try run(
            "recover --model tiny --precision \(precision) --recovery-text train.txt --recovery-steps 3 --rank 2 "
                + "--batch 2 --sequence-length 32 --learning-rate 0.01 --out tuned --quiet")
        #expect(run.status == 0, "\(run.error)")
    }

    @Test("write a GGUF file that evaluates and speaks like the model with its adapters") func gguf() throws {
        try recover("nf4")
        let run = try run(
            "export --format gguf --dtype f32 --model tuned/base --adapters tuned --out m.gguf --json --quiet")
        let output = try run.json(ExportOutput.self)
        #expect(output.policy == "faithful" && output.encodings?.map(\.encoding) == ["f32"])
        #expect(output.adapter_out == nil)
        #expect(abs(try loss("m.gguf") - loss("tuned/base --adapters tuned")) < 1e-5)
        let tokens = try generated("--model m.gguf --prompt 1 --max-tokens 12")
        let original = try generated("--model tuned/base --adapters tuned --prompt 1 --max-tokens 12")
        #expect(tokens.tokens.map(\.id) == original.tokens.map(\.id))
        #expect(tokens.text == original.text)
    }

    @Test("write codes and adapters apart, and refuse to write over either") func exact() throws {
        try recover("q8_0")
        let command = "export --format gguf --policy exact --model tuned/base --adapters tuned --out m.gguf"
        let output = try run(command + " --json --quiet").json(ExportOutput.self)
        let adapter = try #require(output.adapter_out)
        #expect(adapter.hasSuffix("/m-lora.gguf") && FileManager.default.fileExists(atPath: adapter))
        #expect(try run(command).status == 4)
        try FileManager.default.removeItem(atPath: output.out)
        let again = try run(command)
        #expect(again.status == 4 && again.error.contains("m-lora.gguf exists already"))
        #expect(!FileManager.default.fileExists(atPath: output.out))
    }

    @Test("measure the model before and the file after, where asked to") func measured() throws {
        try recover("nf4")
        let expected = try loss("tuned/base --adapters tuned")
        for policy in ["faithful", "deployable"] {
            let run = try run(
                "export --format gguf --policy \(policy) --model tuned/base --adapters tuned --out \(policy).gguf "
                    + "--text held.txt --window-length 32 --json --quiet")
            let row = try #require(run.json(ExportOutput.self).measured?.first)
            #expect(row.metric == "held loss" && row.before == expected)
            #expect(abs(row.after - (try loss("\(policy).gguf"))) < 1e-12)
            #expect(row.after != row.before)
        }
    }

    @Test("write plain folders with the same loss") func folders() throws {
        try recover("nf4")
        let expected = try loss("tuned/base --adapters tuned")
        #expect(
            try run("export --format hf --dtype f32 --model tuned/base --adapters tuned --out hf --quiet").status == 0)
        #expect(abs(try loss("hf") - expected) < 1e-5)
        #expect(
            try run("export --format peft --dtype f32 --model tuned/base --adapters tuned --out peft --quiet").status
                == 0)
        #expect(abs(try loss("peft/base --adapters peft") - expected) < 1e-5)
    }

    @Test("generate the same text from the same seed, as it comes and as JSON") func generate() throws {
        let arguments = "--model tiny --prompt 1 --max-tokens 16 --temperature 1.5 --seed 3"
        let one = try generated(arguments)
        #expect(try generated(arguments + " --threads 1").tokens.map(\.id) == one.tokens.map(\.id))
        #expect(
            try generated(arguments.replacing("--seed 3", with: "--seed 4")).tokens.map(\.id) != one.tokens.map(\.id))
        let streamed = try run("generate \(arguments) --quiet")
        #expect(streamed.out == one.text + "\n")
        _ = try folder.file("prompt.txt", "1")
        #expect(try run("generate --model tiny --prompt-file prompt.txt --max-tokens 4 --quiet").status == 0)
    }

    @Test(
        "say in one line what is wrong",
        arguments: [
            ("export --model tiny --out x", 64, "--format is missing"),
            ("export --format onnx --model tiny --out x", 64, "onnx"),
            ("export --format gguf --model tiny", 64, "--out is missing"),
            ("export --format hf --policy exact --model tiny --out x", 64, "--policy is for --format gguf"),
            ("export --format gguf --pad --model tiny --out x", 64, "--pad is for hf and peft"),
            ("export --format gguf --dtype q9 --model tiny --out x", 64, "--dtype: there is no 'q9'"),
            ("export --format peft --model tiny --out x", 1, "--adapters"),
            ("export --format gguf --model none --out x", 3, "none does not exist"),
            ("export --format gguf --model tiny --out held.txt", 4, "held.txt exists already"),
            ("generate --model tiny", 64, "--prompt is missing"),
            ("generate --model tiny --prompt a --prompt-file held.txt", 64, "only one"),
            ("generate --model tiny --prompt-file none", 3, "none does not exist"),
            ("generate --model tiny --prompt 1 --temperature -1", 64, "temperature"),
            ("generate --model tiny --prompt 1 --top-p 2", 64, "--top-p: 2 is out of range"),
            ("generate --model bad.gguf --prompt 1", 1, "bad.gguf: it is no GGUF file"),
            ("eval --model none.gguf --text held.txt", 3, "none.gguf does not exist"),
        ])
    func refused(arguments: String, status: Int32, message: String) throws {
        _ = try folder.file("bad.gguf", "not such a file")
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let run = try run(arguments + " --quiet")
        #expect(run.status == status, "\(run.error)")
        #expect(run.error.contains(message), "\(run.error)")
        #expect(run.error.split(separator: "\n").filter { $0.hasPrefix("error: ") }.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
    }
}
