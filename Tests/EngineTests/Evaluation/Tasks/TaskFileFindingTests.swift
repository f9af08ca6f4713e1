import Foundation
import Testing

@testable import Engine

@Suite("Files of tasks") struct TaskFileFindingTests {
    static let piqa = #"{"goal": "g", "sol1": "a", "sol2": "b", "label": 1}"#
    static let arc =
        #"{"id": "1", "question": {"stem": "q", "choices": [{"text": "a", "label": "A"}, "#
        + #"{"text": "b", "label": "B"}]}, "answerKey": "B"}"#

    @Test(
        "are found under the names that they are published by",
        arguments: [
            ("piqa", piqa, "piqa/valid.jsonl"), ("piqa", piqa, "physicaliqa-train-dev/dev.jsonl"),
            ("piqa", piqa, "datasets/ybisk___piqa/plain_text/validation-00000-of-00001.jsonl"),
            ("piqa", piqa, "hub/datasets--baber--piqa/snapshots/0f1/piqa-validation.json"),
            ("piqa", piqa, "anything/val.jsonl"), ("piqa", piqa, "piqa.jsonl"),
            ("arc_easy", arc, "ARC-V1-Feb2018-2/ARC-Easy/ARC-Easy-Test.jsonl"),
            ("arc_easy", arc, "ai2_arc/ARC-Easy/test-00000-of-00001.jsonl"),
            ("arc_easy", arc, "ARC_Easy/test/0000.jsonl"), ("arc_easy", arc, "arc_easy/test.jsonl"),
            ("openbookqa", arc, "OpenBookQA-V1-Sep2018/Data/Main/test.jsonl"),
            ("boolq", #"{"passage": "p", "question": "q", "answer": true}"#, "BoolQ/dev.jsonl"),
            ("boolq", #"{"passage": "p", "question": "q", "label": true}"#, "super_glue/BoolQ/val.jsonl"),
            (
                "blimp_causative", #"{"sentence_good": "a.", "sentence_bad": "b."}"#,
                "blimp/data/causative.jsonl"
            ),
            (
                "blimp_causative", #"{"sentence_good": "a.", "sentence_bad": "b."}"#,
                "blimp/causative/train-00000-of-00001.jsonl"
            ),
        ])
    func found(name: String, row: String, file: String) throws {
        // Others' files lie beside.
        let folder = try TaskFolder([
            file: row, "ARC-Challenge/ARC-Challenge-Test.jsonl": Self.arc, "zz/openbookqa/dev.jsonl": Self.arc,
            "zz/other/validation.jsonl": #"{"text": "x"}"#, "piqa/train.jsonl": Self.piqa, "notes.txt": "x",
        ])
        let loaded = try TaskReference(name).load(TaskOptions(data: folder.path))
        #expect(loaded.files == [folder.path + "/" + file])
        #expect(try #require(TaskFixtures.choices(loaded)).examples.map(\.id) == ["\(name)/0"])
    }

    @Test("come from the named split of the wanted configuration")
    func configurations() throws {
        let row = #"{"sentence": "a _ b", "option1": "x", "option2": "y", "answer": "2"}"#
        let folder = try TaskFolder([
            "winogrande_1.1/train_l.jsonl": row, "winogrande_1.1/train_xl.jsonl": row + "\n" + row + "\n" + row,
            "winogrande_1.1/dev.jsonl": row.replacing("a _", with: "c _"), "winogrande_1.1/train_s.jsonl": row,
        ])
        let loaded = try TaskReference("winogrande").load(TaskOptions(data: folder.path, shots: 2))
        #expect(loaded.files.map { URL(filePath: $0).lastPathComponent } == ["dev.jsonl", "train_xl.jsonl"])
    }

    @Test(
        "are recognised by their fields",
        arguments: [
            (piqa, "x/rows.jsonl", "piqa"), ("[" + piqa + "]", "x/rows.json", "piqa"),
            (arc, "x/ARC-Challenge-Test.jsonl", "arc_challenge"), (arc, "openbookqa/test.jsonl", "openbookqa"),
            (#"{"sentence_good": "a.", "sentence_bad": "b.", "UID": "causative"}"#, "x/y.jsonl", "blimp_causative"),
            (
                #"{"question_stem": "q", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "A"}"#,
                "t.jsonl", "openbookqa"
            ),
            (#"{"page": " = A = \n b"}"#, "t.jsonl", "wikitext"),
        ])
    func recognised(row: String, file: String, name: String) throws {
        let folder = try TaskFolder([file: row])
        #expect(try TaskReference(folder.path + "/" + file).load().name == name)
    }

    @Test("of finished prompts keep their own names and take no shots")
    func prompts() throws {
        let row = #"{"id": "a", "context": "Q:", "choices": ["x", "y"], "gold": 1}"#
        let folder = try TaskFolder(["mine.jsonl": row])
        let file = folder.path + "/mine.jsonl"
        #expect(try TaskReference(file).load().name == "mine")
        #expect(try TaskReference("boolq:" + file).load().name == "boolq")
        #expect(throws: TaskDataError.noShots(file: file)) { try TaskReference(file).load(TaskOptions(shots: 1)) }
    }

    @Test(
        "may be names, names with files, and paths",
        arguments: [
            ("piqa", TaskReference.named("piqa", location: nil)), ("piqa:a:b", .named("piqa", location: "a:b")),
            ("./piqa", .file("./piqa")), ("pica:x", .file("pica:x")), ("/a/b.jsonl", .file("/a/b.jsonl")),
        ])
    func references(text: String, reference: TaskReference) {
        #expect(TaskReference(text) == reference)
        #expect(TaskReference(text).text == text)
    }

    struct Fault: CustomTestStringConvertible {
        let task: String
        let files: [String: String]
        var options = TaskOptions()
        let message: String
        var testDescription: String { message }
    }

    static let faults = [
        Fault(
            task: "piqa:DIR/p.jsonl", files: ["p.jsonl": piqa + "\n" + piqa.replacing("1}", with: "-1}")],
            message: "p.jsonl:2: 'label' says no right answer"),
        Fault(
            task: "piqa:DIR/p.jsonl", files: ["p.jsonl": piqa.replacing("1}", with: #"""}"#)],
            message: "p.jsonl:1: 'label' says no right answer"),
        Fault(
            task: "piqa:DIR/p.jsonl", files: ["p.jsonl": piqa.replacing("1}", with: "2}")],
            message: "'label' is 2, but 2 choices"),
        Fault(
            task: "piqa:DIR/p.jsonl",
            files: ["p.jsonl": #"{"goal": "g", "sol1": "a", "sol2": "b"}"#, "p-labels.lst": "0\n1\n"],
            message: "p-labels.lst: has 2 labels for 1 rows"),
        Fault(
            task: "piqa:DIR/p.jsonl", files: ["p.jsonl": #"{"goal": "g", "sol1": "a", "sol2": "b"}"#],
            message: "p.jsonl:1: lacks the field 'label'"),
        Fault(
            task: "piqa:DIR/p.jsonl", files: ["p.jsonl": piqa + "\n{"], message: "p.jsonl:2: is not JSON"),
        Fault(task: "piqa:DIR/p.jsonl", files: ["p.jsonl": arc], message: "p.jsonl:1: has no rows of piqa"),
        Fault(task: "piqa:DIR/p.jsonl", files: ["q.jsonl": piqa], message: "p.jsonl: no such file"),
        Fault(task: "piqa:DIR/p.json", files: ["p.json": "[]"], message: "p.json: has no rows"),
        Fault(task: "piqa:DIR/p.json", files: ["p.json": "[1]"], message: "p.json, row 0: expected an object"),
        Fault(
            task: "arc_easy:DIR/a.jsonl", files: ["a.jsonl": arc.replacing(#"Key": "B""#, with: #"Key": "C""#)],
            message: "'answerKey' is 'C', none of the choices' labels 'A', 'B'"),
        Fault(
            task: "winogrande:DIR/w.jsonl",
            files: ["w.jsonl": #"{"sentence": "a b", "option1": "x", "option2": "y", "answer": "1"}"#],
            message: "w.jsonl:1: the sentence has no '_'"),
        Fault(
            task: "winogrande:DIR/w.jsonl",
            files: ["w.jsonl": #"{"sentence": "a _", "option1": "x", "option2": "y", "answer": ""}"#],
            message: "w.jsonl:1: 'answer' says no right answer"),
        Fault(
            task: "piqa:DIR/validation-00000-of-00002.jsonl", files: ["validation-00000-of-00002.jsonl": piqa],
            message: "validation-00001-of-00002.jsonl: this part"),
        Fault(task: "DIR/t.jsonl", files: ["t.jsonl": arc], message: "may be arc_easy or arc_challenge or openbookqa"),
        Fault(task: "piqa", files: [:], message: "piqa: say where its files are: --data FOLDER"),
        Fault(
            task: "wikitext", files: ["news/test.jsonl": #"{"text": "x"}"#], options: TaskOptions(data: "DIR"),
            message: "wikitext: no file of the test split"),
        Fault(
            task: "piqa", files: ["a.txt": ""], options: TaskOptions(data: "DIR"),
            message: "piqa: no file of the validation split"),
        Fault(
            task: "blimp", files: ["causative.jsonl": #"{"sentence_good": "a.", "sentence_bad": "b."}"#],
            options: TaskOptions(data: "DIR"), message: "lacks 66 of its files, the first of them adjunct_island.jsonl"),
        Fault(
            task: "piqa:DIR/piqa_valid.jsonl", files: ["piqa_valid.jsonl": piqa, "piqa_train.jsonl": piqa],
            options: TaskOptions(shots: 1), message: "has 1 rows to show as examples, 2 are needed"),
        Fault(
            task: "piqa:DIR/piqa_valid.jsonl", files: ["piqa_valid.jsonl": piqa], options: TaskOptions(shots: 1),
            message: "piqa: no file of the train split"),
    ]

    @Test("say in one line what is wrong with them", arguments: faults)
    func names(_ fault: Fault) throws {
        let folder = try TaskFolder(fault.files)
        func placed(_ text: String) -> String { text.replacing("DIR", with: folder.path) }
        var options = fault.options
        options.data = options.data.map(placed)
        let error = #expect(throws: TaskDataError.self) { try TaskReference(placed(fault.task)).load(options) }
        let message = try #require(error?.description)
        #expect(message.contains(fault.message), "\(message)")
        #expect(!message.contains("\n"))
    }
}
