import Foundation

@testable import Engine

/// Invented rows in published layouts, and what lm-evaluation-harness makes of them (`scripts/golden/tasks.py`).
enum TaskFixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/Tasks").path

    /// The folder of a layout: "hub" or "original".
    static func data(_ layout: String) -> String { folder + "/data/" + layout }

    /// The decoded lines of a file of expected values.
    static func expected<Line: Decodable>(_ name: String, as type: Line.Type) throws -> [Line] {
        let text = try String(contentsOfFile: "\(folder)/expected/\(name).jsonl", encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    /// What the harness scores for a question.
    struct Question: Decodable {
        let contexts: [String]
        let continuations: [String]
        let gold: Int

        var requests: [[[UInt8]]] {
            continuations.indices.map { index in
                [Array(contexts[contexts.count == 1 ? 0 : index].utf8), Array(continuations[index].utf8)]
            }
        }
    }

    /// The questions of a task that was read.
    static func choices(_ loaded: LoadedTask) -> MultipleChoiceTask? {
        if case .choices(let task) = loaded.content { task } else { nil }
    }

    /// The documents of a task that was read.
    static func documents(_ loaded: LoadedTask) -> [RollingDocument]? {
        if case .documents(let task) = loaded.content { task.documents } else { nil }
    }
}

extension MultipleChoiceExample {
    /// Context and continuation of every choice, byte by byte: Swift's strings are equal where these are not.
    var bytes: [[[UInt8]]] { requests.map { [Array($0.context.utf8), Array($0.continuation.utf8)] } }
}

/// A folder that is gone when the test is over.
final class TaskFolder {
    let path: String

    init(_ files: [String: String]) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "qpx-tasks-\(UUID().uuidString)")
        path = url.resolvingSymlinksInPath().path
        for (name, text) in files {
            let file = url.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
