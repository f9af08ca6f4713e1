extension Store {
    /// Records a trial that this process begins now and gives to nobody else: its allocation if it is new, its row with
    /// the next number of the search, the suggestion behind it, the first attempt at it.
    ///
    /// - Parameter waiting: records it for later; `startTrial` begins it.
    /// - Throws: `StoreError.duplicateAllocation` when a candidate (proposal, baseline, initial) of the search that is
    ///   waiting, running or complete has this allocation. Reruns and references may repeat one.
    public func beginTrial(
        _ trial: TrialRecord, allocation: AllocationRecord?, suggestion: SuggestionRecord? = nil, waiting: Bool = false
    ) throws -> TrialRecord {
        let time = now()
        return try write { database in
            let search = try database.search(id: trial.searchID)
            let allocation = try allocation?.insertIfNew(into: database)
            if let allocation, trial.kind.isCandidate {
                try database.checkIsNew(allocation: allocation.id, in: search)
            }
            let stored = try database.record(
                trial, allocation: allocation, suggestion: suggestion, state: waiting ? .waiting : .running, at: time,
                by: process)
            guard !waiting else { return stored }
            let worker = Worker(process, environment: trial.environment)
            _ = try AttemptRecord(trialID: stored.id, number: 1, worker: worker, host: process.host, at: time)
                .insert(into: database)
            return stored
        }
    }

    /// Begins a waiting trial in this process.
    @discardableResult
    public func startTrial(id: Int) throws -> TrialRecord {
        try changeTrial(id: id, to: .running) { database, trial, time in
            try database.start(trial, environment: nil, at: time, by: process)
            let number = try database.nextAttemptNumber(trial: id)
            let worker = Worker(process, environment: trial.environment)
            _ = try AttemptRecord(trialID: id, number: number, worker: worker, host: process.host, at: time)
                .insert(into: database)
        }
    }

    /// Records everything that a trial brought, and that it is complete. A candidate with an objective becomes an
    /// observation of its search.
    /// - Throws: `StoreError.wrongState` unless the trial is running.
    @discardableResult
    public func completeTrial(id: Int, result: TrialResult) throws -> TrialRecord {
        try changeTrial(id: id, to: .complete) { database, trial, time in
            try database.complete(trial, result, at: time, by: process)
        }
    }

    /// Records that a trial failed, and why.
    /// - Parameter error: one line.
    @discardableResult
    public func failTrial(id: Int, error: String, durationSeconds: Double? = nil) throws -> TrialRecord {
        try changeTrial(id: id, to: .failed) { database, trial, time in
            if let attempt = try database.runningAttempt(ofTrial: id) {
                try database.close(attempt, as: .failed, error: error, at: time)
            }
            try database.failTrial(id: id, error: error, durationSeconds: durationSeconds, at: time)
            try database.recordTransition(ofTrial: id, from: trial.state, to: .failed, at: time, by: process)
        }
    }

    /// Records that a trial was ended from outside.
    @discardableResult
    public func interruptTrial(id: Int, durationSeconds: Double? = nil) throws -> TrialRecord {
        try changeTrial(id: id, to: .interrupted) { database, trial, time in
            if let attempt = try database.runningAttempt(ofTrial: id) {
                try database.close(attempt, as: .interrupted, at: time)
            }
            try database.interruptTrial(id: id, durationSeconds: durationSeconds, at: time)
            try database.recordTransition(ofTrial: id, from: trial.state, to: .interrupted, at: time, by: process)
        }
    }

    private func changeTrial(
        id: Int, to state: TrialState, _ update: (Database, TrialRecord, String) throws -> Void
    ) throws -> TrialRecord {
        let time = now()
        return try write { database in
            let before = try database.trial(id: id)
            guard before.state.successors.contains(state) else {
                throw StoreError.wrongState(trial: before.name, state: before.state.rawValue, wanted: state.rawValue)
            }
            try update(database, before, time)
            return try database.trial(id: id)
        }
    }
}

extension Database {
    func checkIsNew(allocation: Int, in search: SearchRecord) throws {
        let twin = try first(
            """
            SELECT number, state FROM trial
            WHERE search_id = :search AND allocation_id = :allocation AND archived_at IS NULL
                AND state IN ('waiting', 'running', 'complete') AND kind IN ('proposal', 'baseline', 'initial')
            """, ["search": search.id, "allocation": allocation]
        ) { (number: try $0.integer("number"), state: try $0.text("state")) }
        if let twin {
            throw StoreError.duplicateAllocation(search: search.name, number: twin.number, state: twin.state)
        }
    }

    /// Numbers of archived trials are not given again.
    fileprivate func nextTrialNumber(search id: Int) throws -> Int {
        let last = try first("SELECT max(number) AS last FROM trial WHERE search_id = :search", ["search": id]) {
            try $0.optionalInteger("last")
        }
        return ((last ?? nil) ?? 0) + 1
    }

    /// Inserts a trial with the next number of its search.
    func record(
        _ trial: TrialRecord, allocation: AllocationRecord?, suggestion: SuggestionRecord?, state: TrialState,
        at time: String, by process: ProcessIdentity
    ) throws -> TrialRecord {
        var trial = trial
        trial.number = try nextTrialNumber(search: trial.searchID)
        trial.search = try search(id: trial.searchID).name
        trial.allocationID = allocation?.id
        trial.allocation = allocation?.precisions
        trial.state = state
        trial.createdAt = time
        trial.startedAt = state == .waiting ? nil : time
        trial = try trial.insert(into: self)
        try suggestion?.insert(into: self, trialID: trial.id)
        try recordTransition(ofTrial: trial.id, from: nil, to: state, at: time, by: process)
        return trial
    }

    func recordTransition(
        ofTrial id: Int, from: TrialState?, to: TrialState, at time: String, by process: ProcessIdentity
    ) throws {
        try insert(
            into: "trial_transition",
            [
                "trial_id": id, "from_state": from, "to_state": to, "at": time, "host": process.host,
                "pid": process.pid, "process_started": process.started,
            ])
    }
}

extension Worker {
    /// A process by itself: its trials are its own as long as it lives.
    init(_ process: ProcessIdentity, environment: RunEnvironment) {
        self.init(
            name: "\(process.host):\(process.pid)", process: process, leaseSeconds: nil, environment: environment)
    }
}
