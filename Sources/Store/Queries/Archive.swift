extension Store {
    /// Archives a trial and its replicates. Nothing is lost; its surrogate forgets it, its allocation may be
    /// proposed again. What the search recommends rested on it and is gone until the surrogate is asked again.
    public func archiveTrial(id: Int) throws { try archive([.trial(id)]) }

    /// Archives a search; its trials go out of sight with it. Nothing is lost, its name is free again.
    public func archiveSearch(id: Int) throws { try archive([.search(id)]) }

    /// Archives trials and searches, all of them or none.
    /// - Throws: `StoreError.wrongState` when one of them runs.
    public func archive(_ owners: [RecordOwner]) throws {
        let time = now()
        try write { database in
            for owner in owners {
                switch owner {
                case .trial(let id): try database.archiveTrial(id: id, at: time)
                case .search(let id): try database.archiveSearch(id: id, at: time, seenFrom: process)
                case .stage: continue
                }
            }
        }
    }

    /// Takes back the archiving of a trial; its replicates stay archived.
    /// - Throws: `StoreError.duplicateAllocation` when its allocation was tried again since.
    @discardableResult
    public func restoreTrial(id: Int) throws -> TrialRecord {
        try write { database in
            try database.restoreTrial(id: id)
            return try database.trial(id: id)
        }
    }

    /// Takes back the archiving of the search that had this name last.
    /// - Throws: `StoreError.searchExists` when the name was given to another since.
    public func restoreSearch(named name: String) throws -> SearchRecord {
        try write { try $0.restoreSearch(named: name) }
    }

    /// Takes back the archiving of searches, by the names that they had, and of trials, all of it or nothing.
    public func restore(searches names: [String], trials ids: [Int]) throws {
        try write { database in
            for name in names { _ = try database.restoreSearch(named: name) }
            for id in ids { try database.restoreTrial(id: id) }
        }
    }

    /// The archived trials that selectors name, of searches that are not archived themselves; all of them without one.
    public func archivedTrials(_ selectors: [TrialSelector]) throws -> [TrialRecord] {
        try read { database in
            var filter = TrialFilter()
            filter.includesArchived = true
            filter.condition = .comparison(.equal, .field(.isArchived), .number(1))
            if selectors.isEmpty { return try database.trials(filter) }
            return try selectors.flatMap { selector in
                filter.searches = try database.searches(matching: selector.search).map(\.id)
                filter.numbers = selector.parts.compactMap { part in
                    if case .numbers(let range) = part { range } else { nil }
                }
                return try database.trials(filter)
            }
        }
    }
}

extension Database {
    fileprivate func archiveTrial(id: Int, at time: String) throws {
        let trial = try trial(id: id)
        guard trial.state != .running else {
            throw StoreError.wrongState(trial: trial.name, state: "running", wanted: "archived")
        }
        let replicates = try replicates(of: id)
        if let running = replicates.first(where: { $0.state == .running }) {
            throw StoreError.wrongState(trial: running.name, state: "running", wanted: "archived")
        }
        for id in [id] + replicates.map(\.id) {
            try execute(
                "UPDATE trial SET archived_at = :time WHERE id = :id AND archived_at IS NULL", ["id": id, "time": time])
        }
        try forgetRecommendations(ofSearch: trial.searchID)
    }

    fileprivate func archiveSearch(id: Int, at time: String, seenFrom process: ProcessIdentity) throws {
        let search = try search(id: id)
        let hasProcess = try processRunning(search: id)?.isAlive(seenFrom: process) == true
        let isWorkedOn = try !liveWork(ofSearch: id, at: time, seenFrom: process).isEmpty
        if search.state == .running, hasProcess || isWorkedOn {
            throw StoreError.wrongState(trial: "search \(search.name)", state: "running", wanted: "archived")
        }
        try execute(
            "UPDATE search SET archived_at = :time WHERE id = :id AND archived_at IS NULL", ["id": id, "time": time])
    }

    fileprivate func restoreTrial(id: Int) throws {
        let trial = try trial(id: id)
        guard trial.archivedAt != nil else { return }
        if let allocation = trial.allocationID, trial.kind.isCandidate,
            trial.state == .complete || !trial.state.isFinished
        {
            try checkIsNew(allocation: allocation, in: try search(id: trial.searchID))
        }
        try execute("UPDATE trial SET archived_at = NULL WHERE id = :id", ["id": id])
        try forgetRecommendations(ofSearch: trial.searchID)
    }

    fileprivate func restoreSearch(named name: String) throws -> SearchRecord {
        if try liveSearch(named: name) != nil { throw StoreError.searchExists(name: name) }
        let archived = try first(
            """
            SELECT * FROM search WHERE name = :name AND archived_at IS NOT NULL
            ORDER BY archived_at DESC, id DESC LIMIT 1
            """, ["name": name], SearchRecord.init(row:))
        guard let archived else { throw StoreError.noSearch(name: name, suggestions: []) }
        try execute("UPDATE search SET archived_at = NULL WHERE id = :id", ["id": archived.id])
        return try search(id: archived.id)
    }
}
