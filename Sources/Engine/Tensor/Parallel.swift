import Dispatch

/// How many threads a computation may use.
///
/// Work is always cut into parts that do not depend on the number of threads, or whose results do not depend on the
/// cut, so the same digits come out with one thread or many.
public struct Parallelism: Sendable, Equatable {
    /// Upper bound on threads that compute at the same time.
    public let threads: Int

    /// At most `threads` threads, at least one.
    public init(threads: Int) { self.threads = max(1, threads) }

    /// Everything on the calling thread.
    public static let serial = Parallelism(threads: 1)

    /// Calls `body` once for every index, on up to `threads` threads, and returns when all are done.
    public func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
        let workers = min(threads, count)
        guard workers > 1 else {
            for i in 0..<max(0, count) { body(i) }
            return
        }
        // One call per worker with a strided share would tie slow parts together: hand out indices one at a time.
        let next = AtomicCounter()
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let i = next.increment()
                if i >= count { return }
                body(i)
            }
        }
    }

    /// Like `forEach`, collecting the results in the order of the indices.
    public func map<R: Sendable>(_ count: Int, _ body: @Sendable (Int) -> R) -> [R] {
        let results = ResultSlots<R>(count: count)
        forEach(count) { results.set($0, body($0)) }
        return results.values()
    }
}
