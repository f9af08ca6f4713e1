internal import Store

/// Takes what came of a trial that was asked for.
struct TellRunner {
    /// What is told.
    enum Message: Sendable {
        /// What was measured.
        case result(TrialResult)
        /// Why there is nothing, one line; the trial is given out again as often as the search retries.
        case failed(String)
        /// The trial is still being carried out; the lease begins anew, with this length in seconds if it is said.
        case alive(lease: Double?)
    }

    /// What became of the trial.
    struct Outcome: Sendable {
        /// The trial that was told of.
        var trial: TrialRecord
        /// Where the result is kept: the trial itself, or a repeat of it when it came too late; nil without a result.
        var kept: TrialRecord?
        /// Until when the lease lasts now.
        var leaseUntil: String?
    }

    let store: Store

    /// Records a message.
    /// - Parameters:
    ///   - number: the go that it is about; nil for the current one, else the latest whose lease ran out.
    ///   - skipsFinished: a message to a go that has ended already is no error.
    /// - Throws: `Failure` with status 4 when that go has ended already.
    func tell(
        _ trial: TrialRecord, attempt number: Int?, _ message: Message, skipsFinished: Bool = false
    ) throws -> Outcome {
        let search = try AskedSearch.named(trial.search, store)
        let attempts = try store.attempts(ofTrial: trial.id)
        if let number, !attempts.contains(where: { $0.number == number }) {
            throw Failure.notFound(
                "\(trial.name) has no attempt \(number)", hint: "it was begun \(attempts.count) times")
        }
        let open = attempts.filter { $0.state == .running || $0.state == .lost }
        let attempt =
            number.map { number in open.first { $0.number == number } }
            ?? open.first { $0.state == .running } ?? open.last
        guard let attempt else {
            if skipsFinished { return Outcome(trial: trial) }
            throw Failure(
                .conflict, code: "finished",
                trial.state == .waiting
                    ? "\(trial.name) waits to be given out: nobody asked for it"
                    : "\(trial.name) has finished already: it is \(trial.state.rawValue)",
                hint: "--skip-if-finished makes that no error")
        }
        switch message {
        case .alive(let lease):
            let seconds = lease ?? Self.length(of: attempt)
            guard try store.renewLease(ofAttempt: attempt.id, seconds: seconds) else {
                if skipsFinished { return Outcome(trial: trial) }
                throw Failure(
                    .conflict, code: "lost", "\(trial.name): attempt \(attempt.number) is lost: \(attempt.error ?? "")",
                    hint: "tell its result all the same: it is kept")
            }
            return Outcome(trial: trial, leaseUntil: try store.attempt(id: attempt.id).leaseUntil)
        case .failed(let why):
            let work = try Specification(canonicalJSON: search.specification, of: "search \(search.name)").work
            let told = try store.failTrial(
                attempt: attempt.id, error: why, durationSeconds: Self.age(of: attempt), retries: work.retries)
            try endIfDone(search)
            return Outcome(trial: told)
        case .result(var result):
            if result.durationSeconds == 0 { result.durationSeconds = Self.age(of: attempt) }
            let kept = try store.completeTrial(attempt: attempt.id, result: result)
            // The result is recorded; what it says about the best trial can be said the next time, too.
            try? Recommender(recorded: search, store: store)?.update()
            try endIfDone(search)
            return Outcome(trial: try store.trial(id: trial.id), kept: kept)
        }
    }

    /// Ends the search with its last trial. Whether references are missing, or anything is to be confirmed, only the next
    /// one to ask can say.
    private func endIfDone(_ search: SearchRecord) throws {
        let specification = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        guard !specification.references, specification.confirmation.count == 0 else { return }
        let limit = try store.search(id: search.id).trialLimit
        guard try store.knowledge(ofSearch: search.id).candidates >= limit else { return }
        _ = try store.endSearch(id: search.id, state: .complete)
    }

    /// The length of the attempt's lease, in seconds; nil for one that never runs out.
    private static func length(of attempt: AttemptRecord) -> Double? {
        attempt.leaseUntil.flatMap { seconds(from: attempt.renewedAt, to: $0) }
    }

    /// Seconds since the attempt began.
    private static func age(of attempt: AttemptRecord) -> Double {
        seconds(from: attempt.startedAt, to: Timestamp.now()) ?? 0
    }

    private static func seconds(from start: String, to end: String) -> Double? {
        guard let start = Timestamp.milliseconds(start), let end = Timestamp.milliseconds(end) else { return nil }
        return max(0, Double(end - start) / 1000)
    }
}
