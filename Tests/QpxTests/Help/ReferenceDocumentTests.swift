import Foundation
import Testing

@testable import qpx

@Suite("The reference documentation") struct ReferenceDocumentTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/reference")

    @Test("is what the program says; 'make docs' writes it anew") func current() throws {
        let documents = try ReferenceDocument.all()
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(files == documents.map(\.name).sorted())
        for document in documents {
            let kept = try String(contentsOf: Self.folder.appending(path: document.name), encoding: .utf8)
            #expect(kept == document.text, "docs/reference/\(document.name) is out of date: run 'make docs'")
        }
    }

    @Test(
        "names every key that reading commands print",
        arguments: [
            ["searches"], ["trials", "first"], ["trials", "--columns", "number"], ["tag"], ["note", "first/7"],
            ["diff", "first", "second"], ["archive", "first/7", "--dry-run"], ["show", "first"], ["show", "first/6"],
            ["compare", "first/3", "first/6"], ["compare", "first", "second"], ["report", "first"],
            ["pareto", "first"], ["du"], ["gc"], ["db", "check"], ["doctor"],
            ["help"],
        ])
    func keys(arguments: [String]) throws {
        let database = try ExampleDatabase()
        _ = try database.run(["tag", "paper", "first/3"])
        _ = try database.run(["note", "first/7", "diverged"])
        let documented = try #require(try ReferenceDocument.all().first { $0.name == "json.md" }).text
        let run = try database.run(arguments + ["--json"])
        let value = try JSONSerialization.jsonObject(with: Data(run.out.utf8))
        var found: Set<String> = []
        Self.collect(value, into: &found)
        #expect(!found.isEmpty)
        for key in found.sorted() {
            #expect(documented.contains("\"\(key)\""), "\(arguments[0]) prints '\(key)'")
        }
    }

    /// Objects whose keys are the user's: settings, metrics, columns.
    private static let open: Set<String> = ["specification", "cells", "values"]

    private static func collect(_ value: Any, into keys: inout Set<String>) {
        if let object = value as? [String: Any] {
            keys.formUnion(object.keys)
            for (key, value) in object where !open.contains(key) { collect(value, into: &keys) }
        } else if let list = value as? [Any] {
            for value in list { collect(value, into: &keys) }
        }
    }
}
