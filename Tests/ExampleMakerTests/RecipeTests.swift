import Foundation
import Testing

@testable import ExampleMaker

@Suite("The recipe") struct RecipeTests {
    @Test("is what the arguments say") func parses() throws {
        let recipe = try Recipe(arguments: ["--out", "x", "--seed", "9", "--only", "data", "--population", "20"])
        #expect(recipe.out == "x" && recipe.seed == 9 && recipe.only == .data && recipe.population == 20)
        #expect(try Recipe(arguments: []).out == "example")
    }

    @Test(
        "refuses what it does not know",
        arguments: [
            ["--seed"], ["--seed", "x"], ["--seed", "-1"], ["--colour", "red"], ["--only", "nothing"],
            ["--questions", "0"], ["--train-bytes", "99999999999999999999"],
        ])
    func refuses(arguments: [String]) {
        #expect {
            try Recipe(arguments: arguments)
        } throws: { error in
            guard case .usage? = error as? ExampleError else { return false }
            return !"\(error)".contains("\n")
        }
    }

    @Test("made the example that is in this repository, and makes it again to the last byte")
    func isReproducible() throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let committed = ExampleFolder(path: root.appending(path: "example").path)
        let fresh = ExampleFolder(
            path: FileManager.default.temporaryDirectory.appending(path: "example-\(UUID().uuidString)").path)
        defer { try? FileManager.default.removeItem(atPath: fresh.path) }
        let recipe = try Recipe(arguments: [])
        for step in Step.all where step.group == .data { _ = try step.run(recipe, fresh) }
        let tasks = TaskWriterTests.topics.map { "tasks/\($0).jsonl" }
        let files =
            tasks + [
                ExampleFolder.calibration, ExampleFolder.heldOut, ExampleFolder.tokenizer,
                ExampleFolder.tokenizerConfiguration,
            ]
        for file in files {
            let isSame = try committed.read(file, from: "data") == fresh.read(file, from: "data")
            #expect(isSame, "\(file) differs: run ExampleMaker --only data, and commit what changed")
        }
    }

    @Test("says which step is missing, and which file cannot be written") func failsClearly() throws {
        let folder = ExampleFolder(path: "/proc/nowhere")
        #expect(throws: ExampleError.missing(file: "/proc/nowhere/train.txt", step: "texts")) {
            try folder.read(ExampleFolder.train, from: "texts")
        }
        #expect {
            try folder.write("x", to: "a.txt")
        } throws: { error in
            guard case .unwritable("/proc/nowhere/a.txt", _)? = error as? ExampleError else { return false }
            return !"\(error)".contains("\n")
        }
    }
}

@Suite("JSON text") struct JSONTextTests {
    @Test("escapes what must be escaped and keeps the order of keys") func writes() throws {
        let value = JSONText.object([
            ("z", .string("a\"b\\c\nd\u{1}\u{120}/")), ("a", .array([.integer(-3), .bool(true), .null])),
            ("o", .object([])), ("l", .array([])),
        ])
        #expect(
            value.line
                == #"{"z": "a\"b\\c\nd\u0001Ġ/", "a": [-3, true, null], "o": {}, "l": []}"#)
        let decoded = try JSONSerialization.jsonObject(with: Data(value.page.utf8)) as? [String: Any]
        #expect(decoded?["z"] as? String == "a\"b\\c\nd\u{1}\u{120}/")
        #expect(value.page.hasPrefix("{\n  \"z\": "))
    }
}
