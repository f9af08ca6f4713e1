/// What a trial brought, recorded all at once.
public struct TrialResult: Sendable {
    /// The value of the search's objective; nil when the trial has none or it was not finite.
    public var objectiveValue: Double?
    /// Its standard error, where it is known.
    public var objectiveStandardError: Double?
    /// This trial's share of the standard error of a difference between trials that answered the same questions.
    public var pairedStandardError: Double?
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
    /// How it did in a race; nil where it could not be stopped. The objective's value of a stopped one is an estimate.
    public var race: RaceRecord?
    /// Where it is from; nil where that is not known.
    public var origin: ResultOrigin?

    /// A result from its parts. An objective that is not finite becomes nil.
    public init(
        objectiveValue: Double?, objectiveStandardError: Double? = nil, durationSeconds: Double,
        metrics: [MetricRecord] = [], exampleResults: [ExampleResultRecord] = [],
        trainingLosses: [TrainingLossRecord] = [], artifacts: [ArtifactRecord] = [], race: RaceRecord? = nil,
        origin: ResultOrigin? = nil
    ) {
        self.objectiveValue = objectiveValue?.ifFinite
        self.objectiveStandardError = objectiveStandardError?.ifFinite
        self.durationSeconds = durationSeconds
        self.metrics = metrics
        self.exampleResults = exampleResults
        self.trainingLosses = trainingLosses
        self.artifacts = artifacts
        self.race = race
        self.origin = origin
    }
}

/// The end of a go at a trial, whoever was thought to be at it.
extension Store {
    /// Records everything that a worker found out.
    ///
    /// A worker thought dead is heard as well: its result is the trial's if nobody else finished the trial meanwhile;
    /// otherwise it is kept beside it, as a rerun of the trial with the label "late".
    /// - Parameter environment: what it was computed on, where that may differ from what the trial says.
    /// - Returns: the trial that the result belongs to, complete.
    /// - Throws: `StoreError.attemptEnded` when the attempt has ended already.
    @discardableResult
    public func completeTrial(
        attempt id: Int, result: TrialResult, environment: RunEnvironment? = nil
    ) throws -> TrialRecord {
        let time = now()
        return try write { database in
            let attempt = try database.attempt(id: id)
            let trial = try database.trial(id: attempt.trialID)
            if attempt.state == .running {
                try database.complete(trial, result, at: time, by: process)
                return try database.trial(id: trial.id)
            }
            guard attempt.state == .lost else { throw database.ended(attempt, of: trial) }
            if trial.state.isFinished {
                try database.close(attempt, as: .late, at: time)
                return try database.recordLate(
                    trial, attempt, result, environment: environment, at: time, by: process)
            }
            if let other = try database.runningAttempt(ofTrial: trial.id) {
                try database.close(other, as: .lost, error: "the result of attempt \(attempt.number) came", at: time)
            }
            try database.execute("UPDATE attempt SET state = 'running' WHERE id = :id", ["id": attempt.id])
            try database.start(trial, environment: environment, since: attempt.startedAt, at: time, by: process)
            try database.complete(try database.trial(id: trial.id), result, at: time, by: process)
            return try database.trial(id: trial.id)
        }
    }

    /// Records that a go at a trial ended with an error.
    ///
    /// - Parameters:
    ///   - error: one line.
    ///   - retries: how many more goes there may be after the first failed one; as long as there are, the trial waits to
    ///     be given out again, then it has failed. 0 where another go would end the same.
    /// - Returns: the trial: waiting or failed; as it was when the attempt had been lost.
    /// - Throws: `StoreError.attemptEnded` when the attempt has ended already.
    @discardableResult
    public func failTrial(
        attempt id: Int, error: String, durationSeconds: Double? = nil, retries: Int = 0
    ) throws -> TrialRecord {
        let time = now()
        return try write { database in
            let attempt = try database.attempt(id: id)
            let trial = try database.trial(id: attempt.trialID)
            guard attempt.state == .running else {
                guard attempt.state == .lost else { throw database.ended(attempt, of: trial) }
                try database.close(attempt, as: .late, error: error, at: time)
                return trial
            }
            try database.close(attempt, as: .failed, error: error, at: time)
            let failures = try database.attempts(ofTrial: trial.id).count { $0.state == .failed }
            if failures <= retries {
                try database.execute("UPDATE trial SET state = 'waiting' WHERE id = :id", ["id": trial.id])
                try database.recordTransition(
                    ofTrial: trial.id, from: trial.state, to: .waiting, at: time, by: process)
            } else {
                try database.failTrial(id: trial.id, error: error, durationSeconds: durationSeconds, at: time)
                try database.recordTransition(
                    ofTrial: trial.id, from: trial.state, to: .failed, at: time, by: process)
            }
            return try database.trial(id: trial.id)
        }
    }

    /// Records that a go at a trial was ended from outside. One that was lost stays so.
    @discardableResult
    public func interruptTrial(attempt id: Int, durationSeconds: Double? = nil) throws -> TrialRecord {
        let time = now()
        return try write { database in
            let attempt = try database.attempt(id: id)
            let trial = try database.trial(id: attempt.trialID)
            guard attempt.state == .running else { return trial }
            try database.close(attempt, as: .interrupted, at: time)
            try database.interruptTrial(id: trial.id, durationSeconds: durationSeconds, at: time)
            try database.recordTransition(
                ofTrial: trial.id, from: trial.state, to: .interrupted, at: time, by: process)
            return try database.trial(id: trial.id)
        }
    }
}

extension Database {
    /// Records the results of a running trial and of the attempt at it.
    func complete(_ trial: TrialRecord, _ result: TrialResult, at time: String, by process: ProcessIdentity) throws {
        for metric in result.metrics { try metric.insert(into: self, trialID: trial.id) }
        for examples in result.exampleResults { try examples.insert(into: self, trialID: trial.id) }
        for loss in result.trainingLosses { try loss.insert(into: self, trialID: trial.id) }
        for artifact in result.artifacts {
            var artifact = artifact
            artifact.trialID = trial.id
            _ = try artifact.insert(into: self, at: time)
        }
        try result.race?.insert(into: self, trialID: trial.id)
        try result.origin?.insert(into: self, trialID: trial.id)
        if let attempt = try runningAttempt(ofTrial: trial.id) { try close(attempt, as: .complete, at: time) }
        try execute(
            """
            UPDATE trial SET state = 'complete', finished_at = :time, duration_seconds = :seconds,
                objective_value = :value, objective_standard_error = :error, fidelity = :fidelity
            WHERE id = :id
            """,
            [
                "id": trial.id, "time": time, "seconds": try finite(result.durationSeconds, "a trial's duration"),
                "value": result.objectiveValue, "error": result.objectiveStandardError,
                "fidelity": result.race?.fidelity ?? 1,
            ])
        if let value = result.objectiveValue, let allocation = trial.allocationID, trial.kind.isObserved {
            let observation = ObservationRecord(
                searchID: trial.searchID, trialID: trial.id, allocationID: allocation, value: value,
                standardError: result.objectiveStandardError, pairedStandardError: result.pairedStandardError?.ifFinite,
                origin: trial.kind == .baseline ? .baseline : .search)
            try observation.insert(into: self, at: time)
        }
        try recordTransition(ofTrial: trial.id, from: trial.state, to: .complete, at: time, by: process)
    }

    func failTrial(id: Int, error: String, durationSeconds: Double?, at time: String) throws {
        try execute(
            """
            UPDATE trial SET state = 'failed', finished_at = :time, duration_seconds = :seconds, error = :error
            WHERE id = :id
            """, ["id": id, "time": time, "seconds": durationSeconds, "error": error])
    }

    func interruptTrial(id: Int, durationSeconds: Double?, at time: String) throws {
        try execute(
            "UPDATE trial SET state = 'interrupted', finished_at = :time, duration_seconds = :seconds WHERE id = :id",
            ["id": id, "time": time, "seconds": durationSeconds])
    }

    /// A result that came when its trial had finished: a repeat of it.
    fileprivate func recordLate(
        _ trial: TrialRecord, _ attempt: AttemptRecord, _ result: TrialResult, environment: RunEnvironment?,
        at time: String, by process: ProcessIdentity
    ) throws -> TrialRecord {
        let repeated = TrialRecord(
            searchID: trial.searchID, kind: .rerun, label: "late", weightBytes: trial.weightBytes,
            bitsPerWeight: trial.bitsPerWeight, isWithinBudget: trial.isWithinBudget, seed: trial.seed,
            rerunOf: trial.kind == .rerun ? trial.rerunOf ?? trial.id : trial.id, specification: trial.specification,
            origin: trial.origin,
            provenance: trial.provenance, environment: environment ?? trial.environment)
        let allocation = try trial.allocationID.flatMap { try allocations([$0]).first }
        let stored = try record(
            repeated, allocation: allocation, suggestion: nil, state: .running, at: time, by: process)
        try start(stored, environment: nil, since: attempt.startedAt, at: time, by: process)
        try complete(stored, result, at: time, by: process)
        return try self.trial(id: stored.id)
    }

    fileprivate func ended(_ attempt: AttemptRecord, of trial: TrialRecord) -> StoreError {
        .attemptEnded(trial: trial.name, attempt: attempt.number, state: attempt.state.rawValue)
    }
}
