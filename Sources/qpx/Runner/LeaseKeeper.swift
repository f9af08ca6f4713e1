internal import Dispatch
internal import Store
internal import Synchronization

/// Says that a worker is alive while it is at a trial: renews the lease thrice in its length, on a queue of its own.
///
/// A renewal that cannot be written is tried again the next time; one that is refused, because the trial was given to
/// another worker, is told once. The worker goes on: a late result is kept.
final class LeaseKeeper: @unchecked Sendable {
    /// Set once; a source may be cancelled from any thread.
    private let timer: any DispatchSourceTimer
    private let isRefused = Mutex(false)

    /// Begins to renew.
    /// - Parameter refused: called once when the trial is no longer this worker's.
    init(store: Store, attempt: AttemptRecord, seconds: Double, refused: @escaping @Sendable () -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "lease"))
        self.timer = timer
        let interval = max(seconds / 3, 0.02)
        timer.schedule(deadline: .now() + interval, repeating: interval)
        timer.setEventHandler { [weak self] in
            guard let self, (try? store.renewLease(ofAttempt: attempt.id, seconds: seconds)) == false else { return }
            timer.cancel()
            // It may as well have ended a moment ago.
            guard (try? store.attempt(id: attempt.id).state) == .lost else { return }
            let isFirst = isRefused.withLock { told in
                defer { told = true }
                return !told
            }
            if isFirst { refused() }
        }
        timer.resume()
    }

    /// The trial has ended.
    func end() { timer.cancel() }
}
