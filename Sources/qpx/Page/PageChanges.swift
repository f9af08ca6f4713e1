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
            // The first look is before the reader hears anything: what happens from then on is news.
            var last = try? Look(store)
            try await writer.write(ByteBuffer(string: "retry: 2000\nevent: open\ndata: {}\n\n"))
            var quiet = 0
            while !Task.isCancelled {
                try await Task.sleep(for: Self.interval)
                quiet += 1
                // A look that fails, because the file is locked or gone for a moment, is made again.
                if let version = try? store.dataVersion(), version != last?.version,
                    let changes = try? store.changes(since: last?.mark)
                {
                    try await writer.write(ByteBuffer(string: Self.event(changes)))
                    last = Look(version: version, mark: changes.mark)
                    quiet = 0
                }
                if quiet >= Self.quietLooks {
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    quiet = 0
                }
            }
            try await writer.finish(nil)
        }
    }

    /// How far the file had come at a look.
    private struct Look {
        /// Before the mark was taken: what is written between both is looked at once more.
        var version: Int
        var mark: ChangeMark

        init(version: Int, mark: ChangeMark) {
            self.version = version
            self.mark = mark
        }

        init?(_ store: Store) throws {
            version = try store.dataVersion()
            guard let changes = try store.changes(since: nil) else { return nil }
            mark = changes.mark
        }
    }

    private static func event(_ changes: Changes) -> String {
        let data: JSONValue = [
            "trials": .array(changes.trials.map(JSONValue.string)),
            "searches": .array(changes.searches.map(JSONValue.string)),
        ]
        return "event: change\ndata: \(data.compact)\n\n"
    }
}
