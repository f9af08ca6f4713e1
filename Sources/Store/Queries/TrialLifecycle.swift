/// What a trial brought, recorded all at once.
public struct TrialResult: Sendable {
    /// The value of the search's objective; nil when the trial has none or it was not finite.
    public var objectiveValue: Double?
    /// Its standard error, where it is known.
    public var objectiveStandardError: Double?
    /// How long the trial worked.
    public var durationSeconds: Double
    /// Everything measured.
    public var metrics: [MetricRecord]
    /// Every question's answer, one record per task.
    public var exampleResults: [ExampleResultRecord]
    /// Every step of recovery.
    public var trainingLosses: [TrainingLossRecord]
    /// The files it made or used.
    public var artifacts: [ArtifactRecord]

    /// A result from its parts. An objective that is not finite becomes nil.
    public init(
        objectiveValue: Double?, objectiveStandardError: Double? = nil, durationSeconds: Double,
        metrics: [MetricRecord] = [], exampleResults: [ExampleResultRecord] = [],
        trainingLosses: [TrainingLossRecord] = [], artifacts: [ArtifactRecord] = []
    ) {
        self.objectiveValue = objectiveValue?.ifFinite
        self.objectiveStandardError = objectiveStandardError?.ifFinite
        self.durationSeconds = durationSeconds
        self.metrics = metrics
        self.exampleResults = exampleResults
        self.trainingLosses = trainingLosses
        self.artifacts = artifacts
    }
}

extension Store {
    /// Records a trial that begins now: its allocation if it is new, its row with the next number of the search, the
    /// suggestion behind it.
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
            var trial = trial
            trial.number = try database.nextTrialNumber(search: search.id)
            trial.search = search.name
            trial.allocationID = allocation?.id
            trial.allocation = allocation?.precisions
            trial.state = waiting ? .waiting : .running
            trial.createdAt = time
            trial.startedAt = waiting ? nil : time
            trial = try trial.insert(into: database)
            try suggestion?.insert(into: database, trialID: trial.id)
            try database.recordTransition(ofTrial: trial.id, from: nil, to: trial.state, at: time, by: process)
            return trial
        }
    }

    /// Begins a waiting trial.
    @discardableResult
    public func startTrial(id: Int) throws -> TrialRecord {
        try changeTrial(id: id, to: .running) { database, time in
            try database.execute(
                "UPDATE trial SET state = 'running', started_at = :time WHERE id = :id", ["id": id, "time": time])
        }
    }

    /// Records everything that a trial brought, and that it is complete. A candidate with an objective becomes an
    /// observation of its search.
    /// - Throws: `StoreError.wrongState` unless the trial is running.
    @discardableResult
    public func completeTrial(id: Int, result: TrialResult) throws -> TrialRecord {
        try changeTrial(id: id, to: .complete) { database, time in
            for metric in result.metrics { try metric.insert(into: database, trialID: id) }
            for examples in result.exampleResults { try examples.insert(into: database, trialID: id) }
            for loss in result.trainingLosses { try loss.insert(into: database, trialID: id) }
            for artifact in result.artifacts {
                var artifact = artifact
                artifact.trialID = id
                _ = try artifact.insert(into: database, at: time)
            }
            try database.execute(
                """
                UPDATE trial SET state = 'complete', finished_at = :time, duration_seconds = :seconds,
                    objective_value = :value, objective_standard_error = :error
                WHERE id = :id
                """,
                [
                    "id": id, "time": time, "seconds": try finite(result.durationSeconds, "a trial's duration"),
                    "value": result.objectiveValue, "error": result.objectiveStandardError,
                ])
            let trial = try database.trial(id: id)
            if let value = trial.objectiveValue, let allocation = trial.allocationID, trial.kind.isCandidate {
                let observation = ObservationRecord(
                    searchID: trial.searchID, trialID: id, allocationID: allocation, value: value,
                    standardError: trial.objectiveStandardError,
                    origin: trial.kind == .baseline ? .baseline : .search)
                try observation.insert(into: database, at: time)
            }
        }
    }

    /// Records that a trial failed, and why.
    /// - Parameter error: one line.
    @discardableResult
    public func failTrial(id: Int, error: String, durationSeconds: Double? = nil) throws -> TrialRecord {
        try changeTrial(id: id, to: .failed) { database, time in
            try database.execute(
                """
                UPDATE trial SET state = 'failed', finished_at = :time, duration_seconds = :seconds, error = :error
                WHERE id = :id
                """, ["id": id, "time": time, "seconds": durationSeconds, "error": error])
        }
    }

    /// Records that a trial was ended from outside.
    @discardableResult
    public func interruptTrial(id: Int, durationSeconds: Double? = nil) throws -> TrialRecord {
        try changeTrial(id: id, to: .interrupted) { database, time in
            try database.interruptTrial(id: id, durationSeconds: durationSeconds, at: time)
        }
    }

    /// Finds trials of a search that their processes left running (killed, power cut), and marks them interrupted.
    ///
    /// - Parameter evenIfAlive: also those whose process is alive, or on another host from where it cannot be seen.
    /// - Returns: the trials marked, and those that still run.
    @discardableResult
    public func interruptRunningTrials(
        ofSearch id: Int, evenIfAlive: Bool = false
    ) throws -> (interrupted: [TrialRecord], running: [TrialRecord]) {
        let time = now()
        return try write { database in
            var interrupted: [TrialRecord] = []
            var running: [TrialRecord] = []
            for trial in try database.runningTrials(ofSearch: id) {
                let owner = try database.transitions(ofTrial: trial.id).last { $0.to == .running }?.process
                // Nil: on another host, alive for all that can be seen from here.
                let isAlive = owner.map { $0.isAlive(seenFrom: process) ?? true } ?? false
                guard evenIfAlive || !isAlive else {
                    running.append(trial)
                    continue
                }
                try database.interruptTrial(id: trial.id, durationSeconds: nil, at: time)
                try database.recordTransition(
                    ofTrial: trial.id, from: .running, to: .interrupted, at: time, by: process)
                interrupted.append(try database.trial(id: trial.id))
            }
            return (interrupted, running)
        }
    }

    /// Marks a trial as deleted. Nothing is lost; its surrogate forgets it, its allocation may be proposed again.
    public func deleteTrial(id: Int) throws {
        let time = now()
        try write { database in
            let trial = try database.trial(id: id)
            guard trial.state != .running else {
                throw StoreError.wrongState(trial: trial.name, state: "running", wanted: "deleted")
            }
            try database.execute(
                "UPDATE trial SET deleted_at = :time WHERE id = :id AND deleted_at IS NULL",
                ["id": id, "time": time])
        }
    }

    /// Takes back the deletion of a trial.
    /// - Throws: `StoreError.duplicateAllocation` when its allocation was tried again since.
    @discardableResult
    public func restoreTrial(id: Int) throws -> TrialRecord {
        try write { database in
            let trial = try database.trial(id: id)
            guard trial.deletedAt != nil else { return trial }
            if let allocation = trial.allocationID, trial.kind.isCandidate,
                trial.state == .complete || !trial.state.isFinished
            {
                try database.checkIsNew(allocation: allocation, in: try database.search(id: trial.searchID))
            }
            try database.execute("UPDATE trial SET deleted_at = NULL WHERE id = :id", ["id": id])
            return try database.trial(id: id)
        }
    }

    private func changeTrial(
        id: Int, to state: TrialState, _ update: (Database, String) throws -> Void
    ) throws -> TrialRecord {
        let time = now()
        return try write { database in
            let before = try database.trial(id: id)
            guard before.state.successors.contains(state) else {
                throw StoreError.wrongState(trial: before.name, state: before.state.rawValue, wanted: state.rawValue)
            }
            try update(database, time)
            try database.recordTransition(ofTrial: id, from: before.state, to: state, at: time, by: process)
            return try database.trial(id: id)
        }
    }
}

extension Database {
    fileprivate func checkIsNew(allocation: Int, in search: SearchRecord) throws {
        let twin = try first(
            """
            SELECT number, state FROM trial
            WHERE search_id = :search AND allocation_id = :allocation AND deleted_at IS NULL
                AND state IN ('waiting', 'running', 'complete') AND kind IN ('proposal', 'baseline', 'initial')
            """, ["search": search.id, "allocation": allocation]
        ) { (number: try $0.integer("number"), state: try $0.text("state")) }
        if let twin {
            throw StoreError.duplicateAllocation(search: search.name, number: twin.number, state: twin.state)
        }
    }

    /// Numbers of deleted trials are not given again.
    fileprivate func nextTrialNumber(search id: Int) throws -> Int {
        let last = try first("SELECT max(number) AS last FROM trial WHERE search_id = :search", ["search": id]) {
            try $0.optionalInteger("last")
        }
        return ((last ?? nil) ?? 0) + 1
    }

    fileprivate func interruptTrial(id: Int, durationSeconds: Double?, at time: String) throws {
        try execute(
            "UPDATE trial SET state = 'interrupted', finished_at = :time, duration_seconds = :seconds WHERE id = :id",
            ["id": id, "time": time, "seconds": durationSeconds])
    }

    fileprivate func recordTransition(
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
