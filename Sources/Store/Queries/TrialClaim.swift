/// What came of asking to begin a trial.
public enum TrialStart: Equatable, Sendable {
    /// It began.
    case begun(ClaimedTrial)
    /// The search has a trial of the same plan, under this number: look again at what there is.
    case exists(number: Int)
    /// The search has as many candidates as its limit allows.
    case full
}

extension Store {
    /// Gives a worker what is left to do of trials that are recorded already: first a trial whose worker is lost, then
    /// one that was interrupted and that nobody repeated, then one that waits (enqueued, or to be tried again); the
    /// oldest of each. Two workers never get the same.
    ///
    /// - Returns: nil when there is none; the worker may propose.
    public func claimTrial(ofSearch id: Int, by worker: Worker) throws -> ClaimedTrial? {
        let time = now()
        return try write { database in
            let search = try database.search(id: id)
            if let trial = try database.lostTrial(of: search, at: time, by: process) {
                return try database.claim(trial, by: worker, at: time, process: process)
            }
            if let trial = try database.repeatInterrupted(of: search, at: time, by: process) {
                return try database.claim(trial, by: worker, at: time, process: process)
            }
            var filter = TrialFilter(search: id)
            filter.states = [.waiting]
            filter.limit = 1
            guard let trial = try database.trials(filter).first else { return nil }
            return try database.claim(trial, by: worker, at: time, process: process)
        }
    }

    /// Records a trial that a worker begins now, unless the search has one of the same plan (that waits, runs, is complete
    /// or failed) or as many candidates as its limit allows. Reruns are always begun.
    ///
    /// Whatever other workers do meanwhile, the limit is never exceeded and no candidate's allocation is there twice.
    public func beginTrial(
        _ trial: TrialRecord, allocation: AllocationRecord?, suggestion: SuggestionRecord? = nil, by worker: Worker
    ) throws -> TrialStart {
        let time = now()
        return try write { database in
            let search = try database.search(id: trial.searchID)
            let allocation = try allocation?.insertIfNew(into: database)
            if trial.kind != .rerun {
                if let twin = try database.twin(of: trial, allocation: allocation?.id) {
                    return .exists(number: twin)
                }
                if trial.kind.isCandidate, try database.candidateCount(search: search.id) >= search.trialLimit {
                    return .full
                }
            }
            var trial = trial
            trial.environment = worker.environment
            let stored = try database.record(
                trial, allocation: allocation, suggestion: suggestion, state: .running, at: time, by: process)
            let attempt = try AttemptRecord(
                trialID: stored.id, number: 1, worker: worker, host: process.host, at: time
            ).insert(into: database)
            return .begun(ClaimedTrial(trial: stored, attempt: attempt))
        }
    }

    /// A sign of life: the worker goes on for another lease.
    /// - Returns: whether the trial is still the worker's. It may go on all the same: a late result is kept.
    @discardableResult
    public func renewLease(ofAttempt id: Int, seconds: Double?) throws -> Bool {
        let time = now()
        return try write { database in
            try database.execute(
                """
                UPDATE attempt SET renewed_at = :time, lease_until = :until WHERE id = :id AND state = 'running'
                """, ["id": id, "time": time, "until": seconds.map { Timestamp.adding(seconds: $0, to: time) }]) == 1
        }
    }

    /// The attempt of a row id.
    public func attempt(id: Int) throws -> AttemptRecord {
        try read { try $0.attempt(id: id) }
    }

    /// Every go at a trial, in order.
    public func attempts(ofTrial id: Int) throws -> [AttemptRecord] {
        try read { try $0.attempts(ofTrial: id) }
    }

    /// The trials of a search that somebody is at, with who: neither silent for longer than the lease nor a process that
    /// has ended.
    public func liveWork(ofSearch id: Int) throws -> [ClaimedTrial] {
        let time = now()
        return try read { try $0.liveWork(ofSearch: id, at: time, seenFrom: process) }
    }
}

extension Database {
    func attempt(id: Int) throws -> AttemptRecord { try row("attempt", id: id, AttemptRecord.init(row:)) }

    func attempts(ofTrial id: Int) throws -> [AttemptRecord] {
        try rows(
            "SELECT * FROM attempt WHERE trial_id = :trial ORDER BY number", ["trial": id], AttemptRecord.init(row:))
    }

    static let runningAttemptQuery = "SELECT * FROM attempt WHERE trial_id = :trial AND state = 'running'"

    func runningAttempt(ofTrial id: Int) throws -> AttemptRecord? {
        try first(Self.runningAttemptQuery, ["trial": id], AttemptRecord.init(row:))
    }

    func liveWork(ofSearch id: Int, at time: String, seenFrom observer: ProcessIdentity) throws -> [ClaimedTrial] {
        try runningTrials(ofSearch: id).compactMap { trial in
            guard let attempt = try runningAttempt(ofTrial: trial.id),
                attempt.loss(at: time, seenFrom: observer) == nil
            else { return nil }
            return ClaimedTrial(trial: trial, attempt: attempt)
        }
    }

    static let candidateCountQuery = """
        SELECT count(*) AS candidates FROM trial
        WHERE search_id = :search AND archived_at IS NULL AND state <> 'interrupted'
            AND kind IN ('proposal', 'baseline', 'initial') AND origin <> 'imported'
        """

    /// Candidates that wait, run, are complete or failed: what counts towards the limit of a search. What was measured
    /// elsewhere does not.
    func candidateCount(search id: Int) throws -> Int {
        try first(Self.candidateCountQuery, ["search": id]) { try $0.integer("candidates") } ?? 0
    }

    static let twinQuery = """
        SELECT number FROM trial
        WHERE search_id = :search AND allocation_id IS :allocation
            AND (:candidate OR specification IS :specification)
            AND (kind IN ('proposal', 'baseline', 'initial')) = :candidate AND kind NOT IN ('rerun', 'replicate')
            AND archived_at IS NULL AND state <> 'interrupted'
        ORDER BY number LIMIT 1
        """

    /// The number of a trial that waits, runs, is complete or failed and carries out the same for the same purpose: among
    /// candidates the allocation says it all, elsewhere where the trial departs from them counts too.
    func twin(of trial: TrialRecord, allocation id: Int?) throws -> Int? {
        if trial.kind == .replicate { return try replicate(of: trial.rerunOf ?? 0, seed: trial.seed) }
        return try first(
            Self.twinQuery,
            [
                "search": trial.searchID, "allocation": id, "specification": trial.specification,
                "candidate": trial.kind.isCandidate,
            ]
        ) { try $0.integer("number") }
    }

    /// The oldest running trial whose worker is lost, its attempt closed. Reruns are not given to others: they end as
    /// interrupted.
    fileprivate func lostTrial(
        of search: SearchRecord, at time: String, by process: ProcessIdentity
    ) throws -> TrialRecord? {
        for trial in try runningTrials(ofSearch: search.id) {
            if let attempt = try runningAttempt(ofTrial: trial.id) {
                guard let reason = attempt.loss(at: time, seenFrom: process) else { continue }
                try close(attempt, as: .lost, error: reason, at: time)
            } else {
                // Begun by a qpx that knew no attempts: its process is in the history.
                let owner = try transitions(ofTrial: trial.id).last { $0.to == .running }?.process
                // Nil: on another host, alive for all that can be seen from here.
                guard owner.map({ $0.isAlive(seenFrom: process) ?? true }) != true else { continue }
            }
            if trial.kind != .rerun { return trial }
            try interruptTrial(id: trial.id, durationSeconds: nil, at: time)
            try recordTransition(ofTrial: trial.id, from: .running, to: .interrupted, at: time, by: process)
        }
        return nil
    }

    /// A new trial, waiting, with the plan of the oldest interrupted one that nobody repeated; not beyond the limit,
    /// unless a user wanted it.
    fileprivate func repeatInterrupted(
        of search: SearchRecord, at time: String, by process: ProcessIdentity
    ) throws -> TrialRecord? {
        var filter = TrialFilter(search: search.id)
        filter.states = [.interrupted]
        var isFull: Bool?
        for trial in try trials(filter) where trial.kind != .rerun {
            guard try twin(of: trial, allocation: trial.allocationID) == nil else { continue }
            if trial.kind.isCandidate, trial.origin == .search {
                if try isFull ?? (candidateCount(search: search.id) >= search.trialLimit) {
                    isFull = true
                    continue
                }
                isFull = false
            }
            let again = TrialRecord(
                searchID: trial.searchID, kind: trial.kind, label: trial.label, weightBytes: trial.weightBytes,
                bitsPerWeight: trial.bitsPerWeight, isWithinBudget: trial.isWithinBudget, seed: trial.seed,
                rerunOf: trial.rerunOf, specification: trial.specification, origin: trial.origin,
                provenance: trial.provenance,
                environment: trial.environment)
            let allocation = try trial.allocationID.flatMap { try allocations([$0]).first }
            let suggestion = try suggestions(ofTrials: [trial.id])[trial.id]
            return try record(
                again, allocation: allocation, suggestion: suggestion, state: .waiting, at: time, by: process)
        }
        return nil
    }

    /// Begins the next attempt at a trial that waits, or whose last attempt was closed.
    fileprivate func claim(
        _ trial: TrialRecord, by worker: Worker, at time: String, process: ProcessIdentity
    ) throws -> ClaimedTrial {
        try start(trial, environment: worker.environment, at: time, by: process)
        let attempt = try AttemptRecord(
            trialID: trial.id, number: try nextAttemptNumber(trial: trial.id), worker: worker, host: process.host,
            at: time
        ).insert(into: self)
        return ClaimedTrial(trial: try self.trial(id: trial.id), attempt: attempt)
    }

    /// Marks a trial as running, in this environment, since now or an earlier time.
    func start(
        _ trial: TrialRecord, environment: RunEnvironment?, since: String? = nil, at time: String,
        by process: ProcessIdentity
    ) throws {
        let environment = environment ?? trial.environment
        try execute(
            """
            UPDATE trial SET state = 'running', started_at = :time, qpx_version = :version, host = :host,
                thread_count = :threads, processor = :processor
            WHERE id = :id
            """,
            [
                "id": trial.id, "time": since ?? time, "version": environment.qpxVersion, "host": environment.host,
                "threads": environment.threadCount, "processor": environment.processor,
            ])
        if trial.state != .running {
            try recordTransition(ofTrial: trial.id, from: trial.state, to: .running, at: time, by: process)
        }
    }

    func nextAttemptNumber(trial id: Int) throws -> Int {
        let last = try first("SELECT max(number) AS last FROM attempt WHERE trial_id = :trial", ["trial": id]) {
            try $0.optionalInteger("last")
        }
        return ((last ?? nil) ?? 0) + 1
    }

    /// Ends an attempt.
    func close(_ attempt: AttemptRecord, as state: AttemptState, error: String? = nil, at time: String) throws {
        try execute(
            "UPDATE attempt SET state = :state, finished_at = :time, error = ifnull(:error, error) WHERE id = :id",
            ["id": attempt.id, "state": state, "time": time, "error": error])
    }
}
