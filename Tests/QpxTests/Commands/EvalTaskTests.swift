import Engine
import Foundation
import Testing

@testable import Store
@testable import qpx

@Suite("qpx eval of tasks known by name") struct EvalTaskTests {
    /// Invented rows in published layouts.
    static let data = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "EngineTests/Evaluation/Fixtures/Tasks/data").path

    struct Output: Decodable {
        struct Task: Decodable {
            struct Example: Decodable {
                var id: String
                var log_likelihoods: [Double]
            }
            var task: String
            var n: Int
            var acc: Double?
            var word_perplexity: Double?
            var byte_perplexity: Double?
            var bits_per_byte: Double?
            var words: Int?
            var files: [String]
            var examples: [Example]?
        }
        var tasks: [Task]
    }

    @Test("finds them in a folder, scores what the engine scores, and says which files it read", arguments: [0, 2])
    func named(shots: Int) throws {
        let folder = try TemporaryFolder()
        let model = try TinyCheckpoint(in: folder)
        let run = try Binary.run(
            [
                "eval", "--model", model.path, "--task", "piqa", "winogrande", "wikitext", "ptb", "--limit", "2",
                "--shots", "\(shots)", "--json", "--quiet", "--per-example",
            ], environment: ["QPX_DATA": Self.data + "/hub"])
        #expect(run.status == 0, "\(run.error)")
        let output = try run.json(Output.self)
        #expect(output.tasks.map(\.task) == ["piqa", "winogrande", "wikitext", "ptb"])
        #expect(output.tasks.allSatisfy { $0.n == 2 && $0.examples?.count == 2 })
        #expect(output.tasks[0].files.count == (shots == 0 ? 2 : 4))
        #expect(output.tasks[0].files[0] == Self.data + "/hub/piqa/validation-00000-of-00002.jsonl")

        let scorer = LlamaScorer(model: TinyCheckpoint.model(seed: 1), parallelism: .serial)
        let evaluator = Evaluator(model: scorer, encoder: try Tokenizer.load(directory: URL(filePath: model.path)))
        let options = TaskOptions(data: Self.data + "/hub", limit: 2, shots: shots)
        for task in output.tasks {
            switch try TaskReference(task.task).load(options).content {
            case .choices(let choices):
                let expected = try evaluator.evaluate(tasks: [choices]).tasks[0]
                #expect(task.acc == expected.acc)
                #expect(task.examples?.map(\.log_likelihoods) == expected.examples?.map(\.logLikelihoods))
            case .documents(let documents):
                let expected = try evaluator.rollingPerplexity(of: documents.documents)
                #expect(task.word_perplexity == expected.wordPerplexity && task.words == expected.words)
                #expect(task.byte_perplexity == expected.bytePerplexity && task.bits_per_byte == expected.bitsPerByte)
                #expect(task.examples?.flatMap(\.log_likelihoods) == expected.logLikelihoods)
            }
        }
    }

    @Test("shows documents to people in a table of their own") func table() throws {
        let folder = try TemporaryFolder()
        let model = try TinyCheckpoint(in: folder)
        let file = Self.data + "/original/wikitext-2-raw/wiki.test.raw"
        let run = try Binary.run(["eval", "--model", model.path, "--task", "wikitext:\(file)", "--quiet"])
        #expect(run.status == 0, "\(run.error)")
        #expect(run.out.contains("word perplexity") && run.out.contains("wikitext") && !run.out.contains("acc"))
    }

    @Test(
        "takes the rows of a data set as a text",
        arguments: [
            ("wikitext/wikitext-2-raw-v1/test-00000-of-00001.jsonl", "wikitext-2-raw/wiki.test.raw", "rows"),
            ("ptb_text_only/penn_treebank/validation-00000-of-00001.jsonl", "ptb/ptb.valid.txt", "sentences"),
        ])
    func rows(hub: String, original: String, name: String) throws {
        let folder = try TemporaryFolder()
        let model = try TinyCheckpoint(in: folder)
        func evaluate(_ file: String) throws -> EvaluationOutput.Text {
            let run = try Binary.run([
                "eval", "--model", model.path, "--text", file, "--text-protocol", name, "--window-length", "16",
                "--json", "--quiet",
            ])
            #expect(run.status == 0, "\(run.error)")
            return try run.json(EvaluationOutput.self).texts[0]
        }
        let (rows, lines) = (try evaluate("\(Self.data)/hub/\(hub)"), try evaluate("\(Self.data)/original/\(original)"))
        #expect(rows.perplexity == lines.perplexity && rows.tokens == lines.tokens && rows.windows > 1)
    }

    @Test("searches with them, records perplexities of documents, and a rerun finds the same") func search() throws {
        let fixture = try SearchFixture()
        _ = try fixture.folder.file(
            "s.yaml", "task: [piqa, wikitext]\ndata: \(Self.data)/original\nshots: 1\nlimit: 3\n")
        let arguments = SearchFixture.search("named", ["--trials", "3", "--no-references"])
            .filter { $0 != "--task" && $0 != "task.jsonl" }
        let run = try fixture.run(arguments + ["--spec", "s.yaml"])
        #expect(run.status == 0, "\(run.error)")
        let database = try Database.open(path: fixture.folder.path + "/qpx.db", mode: .readOnly, busySeconds: 1) { "" }
        func count(_ query: String) throws -> Int {
            try database.first("SELECT count(*) AS n FROM (\(query))") { try $0.integer("n") } ?? -1
        }
        let trials = try count("SELECT * FROM trial WHERE state = 'complete'")
        #expect(trials >= 3)
        for name in ["word_perplexity", "byte_perplexity", "bits_per_byte"] {
            #expect(
                try count("SELECT * FROM metric WHERE name = '\(name)' AND task = 'wikitext' AND value > 0") == trials)
        }
        #expect(try count("SELECT * FROM metric WHERE name = 'acc' AND task = 'piqa' AND count = 3") == trials)
        let tasks = try fixture.store().artifacts(of: .search(1)).filter { $0.kind == "task" }.map(\.path)
        #expect(
            tasks.map { URL(filePath: $0).lastPathComponent }
                == ["valid.jsonl", "valid-labels.lst", "train.jsonl", "train-labels.lst", "wiki.test.raw"])
        #expect(try fixture.run(["rerun", "named/1"]).status == 0)
    }
}
