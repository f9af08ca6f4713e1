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
            var last = Look()
            _ = last.next(store)
            try await writer.write(ByteBuffer(string: "retry: 2000\nevent: open\ndata: {}\n\n"))
            var quiet = 0
            while !Task.isCancelled {
                try await Task.sleep(for: Self.interval)
                quiet += 1
                if let changes = last.next(store) {
                    try await writer.write(ByteBuffer(string: Self.event(changes)))
                    quiet = 0
                } else if quiet >= Self.quietLooks {
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    quiet = 0
                }
            }
            try await writer.finish(nil)
        }
    }

    /// How far the file had come when it was last looked at.
    private struct Look {
        private var version: Int?
        private var mark: ChangeMark?

        /// Looks again.
        /// - Returns: what has changed; nil where nothing has, or where the file is locked or gone for a moment.
        mutating func next(_ store: Store) -> Changes? {
            do {
                // Before the rest: what is written in between is looked at once more.
                let version = try store.dataVersion()
                guard version != self.version else { return nil }
                let changes = try store.changes(since: mark)
                self.version = version
                if let changes { mark = changes.mark }
                return changes
            } catch {
                return nil
            }
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
