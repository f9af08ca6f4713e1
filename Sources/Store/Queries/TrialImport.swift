/// A trial that was measured elsewhere.
public struct ImportedTrialRecord: Sendable {
    /// What it weighs, what it is called; its kind is the store's to say.
    public var trial: TrialRecord
    /// Its allocation.
    public var allocation: AllocationRecord
    /// What it brought.
    public var result: TrialResult

    /// A trial to take in.
    /// - Parameter trial: with origin `imported` and where it was measured as `provenance`.
    public init(trial: TrialRecord, allocation: AllocationRecord, result: TrialResult) {
        self.trial = trial
        self.allocation = allocation
        self.result = result
    }
}

/// What became of a trial that was to be taken in.
public enum TrialImport: Sendable, Equatable {
    /// It is a trial now, and an observation.
    case added(TrialRecord)
    /// It repeats the allocation of an earlier trial, and is recorded as its rerun.
    case repeated(TrialRecord)
    /// It was taken in before.
    case known(TrialRecord)
    /// The search is trying its allocation itself.
    case underWay(TrialRecord)
}

extension Store {
    /// Takes trials in that were measured elsewhere: all or, when one cannot be recorded, none.
    ///
    /// The first of an allocation is a candidate and becomes an observation; further ones are reruns of it. One whose
    /// provenance the search knows is left out.
    /// - Parameter isTrial: says what would happen and changes nothing.
    /// - Returns: what became of each, in order.
    public func importTrials(_ imports: [ImportedTrialRecord], isTrial: Bool = false) throws -> [TrialImport] {
        struct Undone: Error, Sendable { let outcomes: [TrialImport] }
        let time = now()
        do {
            return try write { database in
                let outcomes = try imports.map { try database.importTrial($0, at: time, by: process) }
                // Only a transaction that is rolled back knows what it would have done.
                if isTrial { throw Undone(outcomes: outcomes) }
                return outcomes
            }
        } catch let undone as Undone {
            return undone.outcomes
        }
    }
}

extension Database {
    fileprivate func importTrial(
        _ imported: ImportedTrialRecord, at time: String, by process: ProcessIdentity
    ) throws -> TrialImport {
        let search = try search(id: imported.trial.searchID)
        if let provenance = imported.trial.provenance,
            let known = try first(
                """
                \(TrialRecord.selection)
                WHERE trial.search_id = :search AND trial.provenance = :provenance AND trial.archived_at IS NULL
                """, ["search": search.id, "provenance": provenance], TrialRecord.init(row:))
        {
            return .known(known)
        }
        let allocation = try imported.allocation.insertIfNew(into: self)
        let twin = try first(
            """
            \(TrialRecord.selection)
            WHERE trial.search_id = :search AND trial.allocation_id = :allocation AND trial.archived_at IS NULL
                AND trial.state IN ('waiting', 'running', 'complete')
                AND trial.kind IN ('proposal', 'baseline', 'initial')
            """, ["search": search.id, "allocation": allocation.id], TrialRecord.init(row:))
        if let twin, twin.state != .complete { return .underWay(twin) }
        var trial = imported.trial
        trial.kind = twin == nil ? .initial : .rerun
        trial.rerunOf = twin?.id
        trial.origin = .imported
        trial.number =
            1
            + (try first(
                "SELECT ifnull(max(number), 0) AS last FROM trial WHERE search_id = :search", ["search": search.id]
            ) {
                try $0.integer("last")
            } ?? 0)
        trial.search = search.name
        trial.allocationID = allocation.id
        trial.state = .running
        trial.createdAt = time
        trial.startedAt = time
        trial = try trial.insert(into: self)
        try record(imported.result, of: trial, at: time)
        if twin == nil, let value = imported.result.objectiveValue {
            try ObservationRecord(
                searchID: search.id, trialID: trial.id, allocationID: allocation.id, value: value,
                standardError: imported.result.objectiveStandardError, origin: .search
            ).insert(into: self, at: time)
        }
        try insert(
            into: "trial_transition",
            [
                "trial_id": trial.id, "from_state": SQLValue.null, "to_state": TrialState.complete, "at": time,
                "host": process.host, "pid": process.pid, "process_started": process.started,
            ])
        let done = try self.trial(id: trial.id)
        return twin == nil ? .added(done) : .repeated(done)
    }

    private func record(_ result: TrialResult, of trial: TrialRecord, at time: String) throws {
        for metric in result.metrics { try metric.insert(into: self, trialID: trial.id) }
        try execute(
            """
            UPDATE trial SET state = 'complete', finished_at = :time, duration_seconds = :seconds,
                objective_value = :value, objective_standard_error = :error
            WHERE id = :id
            """,
            [
                "id": trial.id, "time": time, "seconds": try finite(result.durationSeconds, "a trial's duration"),
                "value": result.objectiveValue, "error": result.objectiveStandardError,
            ])
    }
}
