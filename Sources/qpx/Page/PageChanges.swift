internal import Dispatch
internal import Hummingbird
internal import HummingbirdCore
internal import Store

/// Tells the page what changes while it is open, as server-sent events.
///
/// The file is watched, not the searches: they may run in any process that has it. A look costs next to nothing while
/// nobody writes.
struct PageChanges: Sendable {
    let store: Store

    /// How long between two looks.
    private static let interval = Duration.seconds(1)
    /// After how many looks without news the line is kept open, and a reader who has gone is noticed.
    private static let quietLooks = 15

    /// Events without end, until the reader goes.
    ///
    /// `change`: {"trials": [search/number], "searches": [name]}. Both may be empty: something else changed.
    func body() -> ResponseBody {
        ResponseBody { writer in
            try await writer.write(ByteBuffer(string: "retry: 2000\nevent: open\ndata: {}\n\n"))
            var mark: ChangeMark?
            var version: Int?
            var quiet = 0
            while !Task.isCancelled {
                // A look that fails, because the file is locked or gone for a moment, is made again.
                if let now = try? store.dataVersion(), now != version, let found = try? look(since: mark) {
                    version = now
                    if let changes = found.changes {
                        let isFirst = mark == nil
                        mark = changes.mark
                        if !isFirst {
                            try await writer.write(ByteBuffer(string: Self.event(changes)))
                            quiet = 0
                        }
                    }
                }
                quiet += 1
                if quiet >= Self.quietLooks {
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    quiet = 0
                }
                try await Task.sleep(for: Self.interval)
            }
            try await writer.finish(nil)
        }
    }

    private func look(since mark: ChangeMark?) throws -> (changes: Changes?, Void) {
        (try store.changes(since: mark), ())
    }

    private static func event(_ changes: Changes) -> String {
        let data: JSONValue = [
            "trials": .array(changes.trials.map(JSONValue.string)),
            "searches": .array(changes.searches.map(JSONValue.string)),
        ]
        return "event: change\ndata: \(data.compact)\n\n"
    }
}
