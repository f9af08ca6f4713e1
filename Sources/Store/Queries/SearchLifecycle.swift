extension Store {
    /// Records a search, waiting.
    ///
    /// - Parameter numbered: takes the name as a stem when it is taken: `name-2`, `name-3`, …
    /// - Throws: `StoreError.searchExists` when the name is taken and not numbered, `badRecord` for a name with '/', ','
    ///   or space in it.
    public func createSearch(_ search: SearchRecord, numbered: Bool = false) throws -> SearchRecord {
        guard !search.name.isEmpty, !search.name.contains(where: { "/,".contains($0) || $0.isWhitespace }) else {
            throw StoreError.badRecord(
                field: "the search name '\(search.name)'", reason: "a name is not empty and has no '/', ',' or space")
        }
        let time = now()
        return try write { database in
            var search = search
            let stem = search.name
            var number = 1
            while try database.liveSearch(named: search.name) != nil {
                guard numbered else { throw StoreError.searchExists(name: stem) }
                number += 1
                search.name = "\(stem)-\(number)"
            }
            let stored = try search.insert(into: database, at: time)
            try database.recordTransition(ofSearch: stored.id, from: nil, to: .waiting, at: time, by: process)
            return stored
        }
    }

    /// Marks a search as running in this process: at its beginning and at each resume.
    @discardableResult
    public func startSearch(id: Int) throws -> SearchRecord {
        let time = now()
        return try write { database in
            try database.startSearch(try database.search(id: id), at: time, by: process)
            return try database.search(id: id)
        }
    }

    /// Begins to take part in a search: marks it as running in this process unless others are at it, or it has finished.
    public func enterSearch(id: Int) throws -> SearchEntry {
        let time = now()
        return try write { database in
            let search = try database.search(id: id)
            if search.state == .complete, try !database.hasWaiting(search: id) { return .finished }
            let owner = try database.processRunning(search: id)
            let isAlive = owner != process && owner?.isAlive(seenFrom: process) == true
            let isWorkedOn = try !database.liveWork(ofSearch: id, at: time, seenFrom: process).isEmpty
            if search.state == .running, isAlive || isWorkedOn { return .joined }
            try database.startSearch(search, at: time, by: process)
            return .started
        }
    }

    /// Marks a search as ended: complete, failed or interrupted.
    /// - Parameter error: one line, for a failed search.
    @discardableResult
    public func finishSearch(id: Int, state: TrialState, error: String? = nil) throws -> SearchRecord {
        precondition(state.isFinished, "a search ends complete, failed or interrupted")
        return try changeSearch(id: id, to: state) { database, time in
            try database.execute(
                "UPDATE search SET state = :state, finished_at = :time, error = :error WHERE id = :id",
                ["id": id, "time": time, "state": state, "error": error])
        }
    }

    /// Marks a search as ended, if this was the last one at it: complete when no trial waits or runs, failed or interrupted
    /// when nobody else is at a trial.
    ///
    /// - Returns: the search; nil when others are at it, and nothing was written.
    @discardableResult
    public func endSearch(id: Int, state: TrialState, error: String? = nil) throws -> SearchRecord? {
        precondition(state.isFinished, "a search ends complete, failed or interrupted")
        let time = now()
        return try write { database in
            let before = try database.search(id: id)
            if state == .complete {
                let left = try database.first(
                    """
                    SELECT count(*) AS trials FROM trial
                    WHERE search_id = :id AND state IN ('waiting', 'running') AND kind <> 'rerun' AND archived_at IS NULL
                    """, ["id": id]
                ) { try $0.integer("trials") }
                guard left == 0 else { return nil }
                // Somebody else saw it first.
                if before.state == .complete { return before }
            } else {
                let others = try database.liveWork(ofSearch: id, at: time, seenFrom: process)
                    .contains { $0.attempt.process != process && $0.trial.kind != .rerun }
                // An error says more than that others were interrupted because of it.
                let isOpen = !before.state.isFinished || (before.state == .interrupted && state == .failed)
                guard !others, isOpen else { return nil }
            }
            try database.execute(
                "UPDATE search SET state = :state, finished_at = :time, error = :error WHERE id = :id",
                ["id": id, "time": time, "state": state, "error": error])
            try database.recordTransition(ofSearch: id, from: before.state, to: state, at: time, by: process)
            return try database.search(id: id)
        }
    }

    /// Records what is known once the model is pruned: the pruned model, what is gone, and the budget in bytes.
    @discardableResult
    public func recordPruning(
        ofSearch id: Int, prunedModelID: Int, parametersRemoved: Double, budgetBytes: Int?
    ) throws -> SearchRecord {
        try write { database in
            _ = try database.search(id: id)
            try database.execute(
                """
                UPDATE search SET pruned_model_id = :model, parameters_removed = :removed,
                    budget_bytes = ifnull(:budget, budget_bytes)
                WHERE id = :id
                """,
                [
                    "id": id, "model": prunedModelID, "removed": try finite(parametersRemoved, "parameters removed"),
                    "budget": budgetBytes,
                ])
            return try database.search(id: id)
        }
    }

    /// Records what a search chooses among, unless that is known: it never changes.
    /// - Parameter space: JSON.
    public func recordSpace(ofSearch id: Int, _ space: String) throws {
        try write { database in
            _ = try database.execute(
                "UPDATE search SET space = :space WHERE id = :id AND space IS NULL", ["id": id, "space": space])
        }
    }

    /// Lets a search go on to another number of trials.
    @discardableResult
    public func setTrialLimit(ofSearch id: Int, to limit: Int) throws -> SearchRecord {
        try write { database in
            try database.execute("UPDATE search SET trial_limit = :limit WHERE id = :id", ["id": id, "limit": limit])
            return try database.search(id: id)
        }
    }

    private func changeSearch(
        id: Int, to state: TrialState, _ update: (Database, String) throws -> Void
    ) throws -> SearchRecord {
        let time = now()
        return try write { database in
            let before = try database.search(id: id).state
            try update(database, time)
            try database.recordTransition(ofSearch: id, from: before, to: state, at: time, by: process)
            return try database.search(id: id)
        }
    }
}

/// What a process finds that wants to take part in a search.
public enum SearchEntry: Equatable, Sendable {
    /// Nobody was at it: it is running in this process now.
    case started
    /// Others are at it.
    case joined
    /// It is complete, and no trial waits.
    case finished
}

extension Database {
    fileprivate func startSearch(_ search: SearchRecord, at time: String, by process: ProcessIdentity) throws {
        try execute(
            """
            UPDATE search SET state = 'running', started_at = ifnull(started_at, :time), finished_at = NULL,
                error = NULL
            WHERE id = :id
            """, ["id": search.id, "time": time])
        try recordTransition(ofSearch: search.id, from: search.state, to: .running, at: time, by: process)
    }

    fileprivate func hasWaiting(search id: Int) throws -> Bool {
        var filter = TrialFilter(search: id)
        filter.states = [.waiting]
        filter.limit = 1
        return try !trials(filter).isEmpty
    }

    func recordTransition(
        ofSearch id: Int, from: TrialState?, to: TrialState, at time: String, by process: ProcessIdentity
    ) throws {
        try insert(
            into: "search_transition",
            [
                "search_id": id, "from_state": from, "to_state": to, "at": time, "host": process.host,
                "pid": process.pid, "process_started": process.started,
            ])
    }
}
