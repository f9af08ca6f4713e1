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

    @Test("names every key that reading commands print") func keys() throws {
        let database = try ExampleDatabase()
        let documented = try #require(try ReferenceDocument.all().first { $0.name == "json.md" }).text
        for arguments in [["searches"], ["trials", "first"], ["tag"], ["diff", "first", "second"]] {
            let run = try database.run(arguments + ["--json"])
            #expect(run.status == 0, "\(run.error)")
            let value = try JSONSerialization.jsonObject(with: Data(run.out.utf8))
            var found: Set<String> = []
            Self.collect(value, into: &found)
            for key in found.sorted() {
                #expect(documented.contains("\"\(key)\""), "\(arguments[0]) prints '\(key)'")
            }
        }
    }

    private static func collect(_ value: Any, into keys: inout Set<String>) {
        if let object = value as? [String: Any] {
            keys.formUnion(object.keys)
            for value in object.values { collect(value, into: &keys) }
        } else if let list = value as? [Any] {
            for value in list { collect(value, into: &keys) }
        }
    }
}
