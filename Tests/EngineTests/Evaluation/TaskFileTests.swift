import Foundation
import Testing

@testable import Engine

@Suite("Task files") struct TaskFileTests {
    static let good = #"{"id": "a", "context": "Q:", "choices": ["x", "y z"], "gold": 1}"#

    private func parse(_ text: String, file: String = "dir/my.task.jsonl") throws -> MultipleChoiceTask {
        try TaskFile.parse(Array(text.utf8), file: file)
    }

    @Test("build requests from context, a blank and choice")
    func builds() throws {
        let task = try parse(Self.good)
        #expect(task.name == "my.task")
        let example = try #require(task.examples.first)
        #expect(example.id == "a" && example.gold == 1 && example.choices == ["x", "y z"] && example.subtask == nil)
        #expect(
            example.requests == [.init(context: "Q:", continuation: " x"), .init(context: "Q:", continuation: " y z")])
        #expect(task.hasNormalizedAccuracy)
    }

    @Test("let requests decide")
    func requestsDecide() throws {
        let task = try parse(
            #"{"id":"a","context":"Q:","choices":["x","y"],"gold":0,"requests":[["P","\nx"],["P","\ny"]]}"#)
        #expect(task.examples.first?.requests.map(\.continuation) == ["\nx", "\ny"])
        #expect(task.examples.first?.requests.map(\.context) == ["P", "P"])
    }

    @Test("share a continuation between contexts")
    func contexts() throws {
        let task = try parse(
            #"{"id":"a","context":"","contexts":["A b","A c"],"continuation":"d.","choices":["b","c"],"gold":0}"#)
        #expect(
            task.examples.first?.requests == [
                .init(context: "A b", continuation: " d."), .init(context: "A c", continuation: " d."),
            ])
        #expect(!task.hasNormalizedAccuracy)
    }

    @Test("have no normalised accuracy where contexts are empty")
    func emptyContexts() throws {
        #expect(try !parse(#"{"id":"a","context":"","choices":["x","y"],"gold":0}"#).hasNormalizedAccuracy)
        #expect(try !parse(Self.good, file: "social_iqa.jsonl").hasNormalizedAccuracy)
    }

    @Test("may have blank lines, carriage returns, a byte order mark, null and unknown fields")
    func lenient() throws {
        let text =
            "\u{feff}" + Self.good + "\r\n\r\n  \n"
            + #"{"id":"b","context":"é","choices":["x","y"],"gold":0,"requests":null,"field":{"k":[1]}}"# + "\n\n"
        let task = try parse(text)
        #expect(task.examples.map(\.id) == ["a", "b"])
        #expect(task.examples.last?.requests.first?.context == "é")
    }

    @Test(
        "are named after the file",
        arguments: [
            ("a/b/arc_easy.jsonl", "arc_easy"), ("x", "x"), (".jsonl", ".jsonl"), ("a.b/c", "c"),
            ("t.v2.jsonl", "t.v2"),
        ])
    func names(path: String, name: String) { #expect(TaskFile.name(of: path) == name) }

    struct Fault: CustomTestStringConvertible {
        let line: String
        let error: TaskFileError
        var testDescription: String { error.description }
    }

    static let faults = [
        Fault(line: "not json", error: .notJSON(file: "f", line: 2)),
        Fault(line: #"{"id": "b", "context": "#, error: .notJSON(file: "f", line: 2)),
        Fault(line: "[1, 2]", error: .notJSON(file: "f", line: 2)),
        Fault(line: "7", error: .notJSON(file: "f", line: 2)),
        Fault(
            line: #"{"context":"","choices":["x","y"],"gold":0}"#, error: .missingField(file: "f", line: 2, field: "id")
        ),
        Fault(
            line: #"{"id":"b","context":"","gold":0}"#, error: .missingField(file: "f", line: 2, field: "choices")),
        Fault(
            line: #"{"id":"b","context":"","choices":["x","y"]}"#,
            error: .missingField(file: "f", line: 2, field: "gold")),
        Fault(
            line: #"{"id":"b","choices":["x","y"],"gold":0}"#,
            error: .missingField(file: "f", line: 2, field: "context")),
        Fault(
            line: #"{"id":7,"context":"","choices":["x","y"],"gold":0}"#,
            error: .wrongType(file: "f", line: 2, field: "id")),
        Fault(
            line: #"{"id":null,"context":"","choices":["x","y"],"gold":0}"#,
            error: .wrongType(file: "f", line: 2, field: "id")),
        Fault(
            line: #"{"id":"b","context":"","choices":["x",1],"gold":0}"#,
            error: .wrongType(file: "f", line: 2, field: "choices")),
        Fault(
            line: #"{"id":"b","context":"","choices":["x","y"],"gold":0.5}"#,
            error: .wrongType(file: "f", line: 2, field: "gold")),
        Fault(
            line: #"{"id":"b","context":"","choices":["x","y"],"gold":123456789012345678901234567890}"#,
            error: .wrongType(file: "f", line: 2, field: "gold")),
        Fault(
            line: #"{"id":"b","context":"","choices":["x","y"],"gold":2}"#,
            error: .goldOutOfRange(file: "f", line: 2, gold: 2, choices: 2)),
        Fault(
            line: #"{"id":"b","context":"","choices":["x","y"],"gold":-1}"#,
            error: .goldOutOfRange(file: "f", line: 2, gold: -1, choices: 2)),
        Fault(
            line: #"{"id":"b","context":"","choices":[],"gold":0}"#,
            error: .tooFewChoices(file: "f", line: 2, count: 0)),
        Fault(
            line: #"{"id":"b","context":"","choices":["x"],"gold":0}"#,
            error: .tooFewChoices(file: "f", line: 2, count: 1)),
        Fault(
            line: #"{"id":"b","context":"","choices":["x",""],"gold":0}"#,
            error: .emptyChoice(file: "f", line: 2, choice: 1)),
        Fault(
            line: #"{"id":"b","choices":["x","y"],"gold":0,"requests":[["c","x"]]}"#,
            error: .countDiffers(file: "f", line: 2, field: "requests", count: 1, choices: 2)),
        Fault(
            line: #"{"id":"b","choices":["x","y"],"gold":0,"contexts":["c"],"continuation":"d"}"#,
            error: .countDiffers(file: "f", line: 2, field: "contexts", count: 1, choices: 2)),
        Fault(
            line: #"{"id":"b","choices":["x","y"],"gold":0,"requests":[["c","x"],["c"]]}"#,
            error: .notPair(file: "f", line: 2, request: 1, count: 1)),
        Fault(
            line: #"{"id":"b","choices":["x","y"],"gold":0,"requests":[["c",""],["c","y"]]}"#,
            error: .emptyContinuation(file: "f", line: 2, choice: 0)),
        Fault(
            line: #"{"id":"b","choices":["x","y"],"gold":0,"contexts":["c","d"],"continuation":""}"#,
            error: .emptyContinuation(file: "f", line: 2, choice: 0)),
        Fault(
            line: #"{"id":"a","context":"c","choices":["x","y"],"gold":0}"#,
            error: .duplicateID(file: "f", line: 2, id: "a", firstLine: 1)),
        Fault(
            line: #"{"id":"b","context":"c","choices":["x","y"],"gold":0,"subtask":"s"}"#,
            error: .mixedSubtasks(file: "f", line: 2)),
    ]

    @Test("name file, line and fault", arguments: faults)
    func names(_ fault: Fault) {
        let error = #expect(throws: TaskFileError.self) { try parse(Self.good + "\n" + fault.line, file: "f") }
        #expect(error == fault.error)
        #expect(error?.description.hasPrefix("f:2: ") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("must be UTF-8")
    func invalidUTF8() {
        let bytes = Array(Self.good.utf8) + [10] + [0x22, 0xff, 0x22]
        #expect(throws: TaskFileError.invalidUTF8(file: "f", line: 2)) { try TaskFile.parse(bytes, file: "f") }
    }

    @Test("must have an example", arguments: ["", "\n", " \n\t\n"])
    func empty(_ text: String) {
        #expect(throws: TaskFileError.empty(file: "f")) { try parse(text, file: "f") }
    }

    @Test("must exist and be files")
    func missing() {
        let folder = FileManager.default.temporaryDirectory.path
        #expect(throws: TaskFileError.missing(file: "/no/such.jsonl")) { try TaskFile.read("/no/such.jsonl") }
        #expect(throws: TaskFileError.unreadable(file: folder)) { try TaskFile.read(folder) }
    }

    @Test("give nested samples")
    func samples() throws {
        let lines = (0..<40).map { #"{"id":"\#($0)","context":"c","choices":["x","y"],"gold":0}"# }
        let task = try parse(lines.joined(separator: "\n"))
        let small = task.sampled(5, seed: 1)
        let large = task.sampled(20, seed: 1)
        #expect(small.examples.count == 5 && large.examples.count == 20 && small.name == task.name)
        #expect(small.examples.allSatisfy { large.examples.contains($0) })
        #expect(large.examples.compactMap { Int($0.id) } == large.examples.compactMap { Int($0.id) }.sorted())
        #expect(task.sampled(5, seed: 2) != small)
        #expect(task.sampled(40, seed: 1) == task)
    }
}

@Suite("Task files of public test sets", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct PublicTaskFileTests {
    @Test(
        "are read whole, with the metrics that are defined for them",
        arguments: [
            ("arc_easy", 500, true), ("arc_challenge", 500, true), ("openbookqa", 333, true), ("piqa", 500, true),
            ("hellaswag", 500, true), ("social_iqa", 500, false), ("winogrande", 500, false), ("blimp", 6700, false),
        ])
    func reads(name: String, count: Int, isNormalized: Bool) throws {
        let task = try TaskFile.read(Shared.url("data/tasks/\(name).jsonl").path)
        #expect(task.name == name)
        #expect(task.examples.count == count)
        #expect(task.hasNormalizedAccuracy == isNormalized)
    }

    @Test("give the same requests without the field", arguments: ["arc_easy", "winogrande", "blimp", "hellaswag"])
    func rebuilt(name: String) throws {
        let url = Shared.url("data/tasks/\(name).jsonl")
        let task = try TaskFile.read(url.path)
        let stripped = try String(contentsOf: url, encoding: .utf8)
            .replacing(#""requests":"#, with: #""not_requests":"#)
        #expect(try TaskFile.parse(Array(stripped.utf8), file: url.path) == task)
    }
}
