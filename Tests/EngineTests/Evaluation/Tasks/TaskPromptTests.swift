import Foundation
import Testing

@testable import Engine

@Suite("Prompts of tasks known by name") struct TaskPromptTests {
    struct Case: CustomTestStringConvertible {
        let task: String
        let shots: Int
        var limit: Int?
        var testDescription: String { "\(task), \(shots) shots, \(limit.map { "the first \($0)" } ?? "all")" }
        var file: String { "\(task)-\(shots)" + (limit.map { "-of\($0)" } ?? "") }
    }

    static let cases: [Case] =
        ["boolq", "piqa", "hellaswag", "winogrande", "arc_easy", "arc_challenge", "openbookqa"].flatMap { task in
            [Case(task: task, shots: 0), Case(task: task, shots: 1), Case(task: task, shots: 3, limit: 2)]
                + [Case(task: task, shots: 7)]
        } + [Case(task: "blimp_adjunct_island", shots: 0), Case(task: "blimp_causative", shots: 0)]

    @Test("are the harness's, byte by byte, whatever the layout", arguments: cases, ["hub", "original"])
    func prompts(_ what: Case, layout: String) throws {
        let expected = try TaskFixtures.expected(what.file, as: TaskFixtures.Question.self)
        let options = TaskOptions(data: TaskFixtures.data(layout), limit: what.limit, shots: what.shots)
        let task = try #require(TaskFixtures.choices(TaskReference(what.task).load(options)))
        #expect(task.name == what.task)
        #expect(task.examples.count == expected.count)
        for (example, question) in zip(task.examples, expected) {
            #expect(example.bytes == question.requests, "\(example.id)")
            #expect(example.gold == question.gold, "\(example.id)")
        }
    }

    @Test(
        "find their examples beside the file",
        arguments: [
            ("arc_easy", "original/ARC-V1-Feb2018-2/ARC-Easy/ARC-Easy-Test.jsonl"),
            ("hellaswag", "original/hellaswag/hellaswag_val.jsonl"), ("piqa", "original/piqa/valid.jsonl"),
            ("winogrande", "original/winogrande_1.1/dev.jsonl"),
            ("boolq", "hub/super_glue/boolq/validation-00001-of-00002.jsonl"),
        ])
    func beside(name: String, file: String) throws {
        let expected = try TaskFixtures.expected("\(name)-7", as: TaskFixtures.Question.self)
        let loaded = try TaskReference("\(name):\(TaskFixtures.folder)/data/\(file)").load(TaskOptions(shots: 7))
        #expect(try #require(TaskFixtures.choices(loaded)).examples.map(\.bytes) == expected.map(\.requests))
        #expect(loaded.files.contains { $0.lowercased().contains("train") })
    }

    @Test("say which metrics the harness defines")
    func metrics() throws {
        let normalized = TaskDefinitions.all.compactMap { $0 as? any ChoiceTask }
            .filter(\.hasNormalizedAccuracy).map(\.name)
        #expect(normalized == ["piqa", "hellaswag", "arc_easy", "arc_challenge", "openbookqa"])
        for name in ["boolq", "piqa", "winogrande"] {
            let loaded = try TaskReference(name).load(TaskOptions(data: TaskFixtures.data("hub"), limit: 3))
            let task = try #require(TaskFixtures.choices(loaded))
            #expect(task.hasNormalizedAccuracy == (name == "piqa"))
            #expect(task.limited(to: 1).hasNormalizedAccuracy == (name == "piqa"))
        }
    }

    @Test("of blimp are those of its paradigms, the limit counting for each", arguments: ["hub/blimp", "original"])
    func group(folder: String) throws {
        let options = TaskOptions(limit: 2, shots: 5)
        let loaded = try TaskReference("blimp:\(TaskFixtures.data(folder))").load(options)
        let task = try #require(TaskFixtures.choices(loaded))
        #expect(
            task.examples.map(\.subtask) == ["blimp_adjunct_island", "blimp_causative"].flatMap { [$0, $0] })
        let expected = try ["adjunct_island", "causative"].flatMap {
            try TaskFixtures.expected("blimp_\($0)-0", as: TaskFixtures.Question.self).prefix(2)
        }
        #expect(task.examples.map(\.bytes) == expected.map(\.requests))
    }

    @Test("other seeds show other examples")
    func seeds() throws {
        func examples(_ seed: UInt64) throws -> [[[[UInt8]]]] {
            let options = TaskOptions(data: TaskFixtures.data("hub"), shots: 3, shotsSeed: seed)
            return try #require(TaskFixtures.choices(TaskReference("piqa").load(options))).examples.map(\.bytes)
        }
        #expect(try examples(1) != examples(2))
        #expect(try examples(2) == examples(2))
    }
}

@Suite("Documents of tasks known by name") struct TaskDocumentTests {
    private struct Page: Decodable {
        let scored: String
        let words: Int
        let bytes: Int
    }

    @Test(
        "of WikiText are the harness's from lines, rows and pages",
        arguments: [
            "original/wikitext-2-raw/wiki.test.raw", "hub/wikitext/wikitext-2-raw-v1/test-00000-of-00001.jsonl",
            "hub/wikitext_document_level/wikitext-2-raw-v1/pages.jsonl",
        ])
    func wikitext(file: String) throws {
        let expected = try TaskFixtures.expected("wikitext", as: Page.self)
        let loaded = try TaskReference("wikitext:\(TaskFixtures.folder)/data/\(file)").load()
        let documents = try #require(TaskFixtures.documents(loaded))
        #expect(documents.map { Array($0.scored.utf8) } == expected.map { Array($0.scored.utf8) })
        #expect(documents.map(\.words) == expected.map(\.words))
        #expect(documents.map(\.bytes) == expected.map(\.bytes))
    }

    @Test("of the Penn Treebank are sentences", arguments: ["hub", "original"])
    func treebank(layout: String) throws {
        let loaded = try TaskReference("ptb").load(TaskOptions(data: TaskFixtures.data(layout), limit: 2, shots: 3))
        let documents = try #require(TaskFixtures.documents(loaded))
        #expect(documents.map(\.scored) == ["no it was n't black monday", "but while the <unk> fell N points"])
        #expect(documents.map(\.words) == [6, 7])
    }
}
