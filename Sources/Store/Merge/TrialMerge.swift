/// Trials: as rows that are running while their results come, because a finished trial takes none; archived until the
/// end, because only then their states say whether another with the same allocation may be in sight beside them.
extension Merger {
    private struct Counterpart {
        var new: Int
        var isArchived: Bool
    }

    func mergeTrials() throws {
        let searches = Dictionary(
            try database.rows("SELECT old, new FROM temp.merged WHERE kind = 'search'") {
                (try $0.integer("old"), try $0.integer("new"))
            }, uniquingKeysWith: { first, _ in first })
        let trials = try database.rows(
            """
            SELECT s.id, s.search_id, s.number, s.kind, s.label, s.state, s.seed, s.rerun_of, s.created_at,
                s.started_at, s.finished_at, s.host, s.origin, s.provenance, s.archived_at, m.new AS allocation_id
            FROM source.trial AS s
                LEFT JOIN temp.merged AS m ON m.kind = 'allocation' AND m.old = s.allocation_id
            ORDER BY s.id
            """, [:], MergedTrial.init(row:))
        var shelves: [Int: TrialShelf] = [:]
        var counterparts: [Int: Counterpart] = [:]
        var added = 0
        for trial in trials {
            guard let search = searches[trial.search] else {
                throw StoreError.badRow(column: "search_id", reason: "\(trial.search), which no search has")
            }
            var shelf = try shelves[search] ?? shelf(ofSearch: search)
            if try bring(trial, into: search, &shelf, &counterparts) { added += 1 }
            shelves[search] = shelf
        }
        try count(.trials, table: "trial", added: added)
    }

    private func shelf(ofSearch id: Int) throws -> TrialShelf {
        TrialShelf(
            name: try database.search(id: id).name,
            trials: try database.rows(
                "SELECT * FROM main.trial WHERE search_id = :search ORDER BY id", ["search": id],
                MergedTrial.init(row:)))
    }

    /// - Returns: whether it came.
    private func bring(
        _ source: MergedTrial, into search: Int, _ shelf: inout TrialShelf, _ counterparts: inout [Int: Counterpart]
    ) throws -> Bool {
        var trial = source
        let name = "\(shelf.name)/\(source.number)"
        if let original = source.identity.plan.rerunOf {
            guard let counterpart = counterparts[original] else {
                outcome.remarks.append(.repeatOfUnfinished(name))
                return false
            }
            trial.identity.plan.rerunOf = counterpart.new
            // A replicate goes out of sight with what it repeats.
            let isReplicate = trial.identity.plan.kind == TrialKind.replicate.rawValue
            if counterpart.isArchived, isReplicate, trial.archivedAt == nil { trial.archivedAt = time }
        }
        if let here = shelf.take(trial.identity) {
            try meet(here, source, shelf)
            counterparts[source.id] = Counterpart(new: here.id, isArchived: here.archivedAt != nil)
            return false
        }
        guard source.state.isFinished else {
            outcome.remarks.append(.unfinishedTrial(name, state: source.state.rawValue))
            return false
        }
        trial.number = shelf.free(source.number)
        let newName = "\(shelf.name)/\(trial.number)"
        if trial.number != source.number { outcome.remarks.append(.renumberedTrial(from: name, to: newName)) }
        if let twin = shelf.twin(of: trial) {
            trial.archivedAt = time
            outcome.remarks.append(.archivedTwin(trial: newName, twin: "\(shelf.name)/\(twin)"))
        }
        trial.id = try insert(trial, from: source, search: search)
        try map(.trial, source.id, to: trial.id, "new", archived: trial.archivedAt)
        numbers[TrialNumber(search: source.search, number: source.number)] = trial.number
        shelf.addBrought(trial)
        counterparts[source.id] = Counterpart(new: trial.id, isArchived: trial.archivedAt != nil)
        return true
    }

    /// A trial that both files have.
    private func meet(_ here: MergedTrial, _ source: MergedTrial, _ shelf: TrialShelf) throws {
        let name = "\(shelf.name)/\(here.number)"
        numbers[TrialNumber(search: source.search, number: source.number)] = here.number
        switch (here.state.isFinished, source.state.isFinished) {
        case (true, _):
            // Finished here and not there: there is less to know there.
            try map(.trial, source.id, to: here.id, source.state.isFinished ? "known" : "left")
        case (false, false):
            try map(.trial, source.id, to: here.id, "left")
        case (false, true) where here.state == .running:
            outcome.remarks.append(.runningHere(name))
            try map(.trial, source.id, to: here.id, "left")
        case (false, true):
            outcome.remarks.append(.completedHere(name))
            try adopt(here, from: source)
            try map(.trial, source.id, to: here.id, "adopted", archived: here.archivedAt)
        }
    }

    private func insert(_ trial: MergedTrial, from source: MergedTrial, search: Int) throws -> Int {
        try copy(
            RowCopy(
                table: "trial", references: ["allocation_id": .allocation],
                expressions: [
                    "search_id": ":search", "number": ":number", "rerun_of": ":rerun", "state": "'running'",
                    "archived_at": ":time",
                ], condition: "s.id = :id"),
            [
                "id": source.id, "search": search, "number": trial.number, "rerun": trial.identity.plan.rerunOf,
                "time": time,
            ])
        return try lastID(of: "trial")
    }

    /// Writes over a trial that waits here what is known of it now that it has finished there.
    private func adopt(_ here: MergedTrial, from source: MergedTrial) throws {
        let fixed: Set = [
            "id", "search_id", "number", "allocation_id", "kind", "label", "seed", "origin", "provenance", "rerun_of",
            "created_at", "archived_at", "state",
        ]
        let assignments = try columns(of: "trial").filter { !fixed.contains($0) }.map { "\($0) = s.\($0)" }
        try database.execute(
            """
            UPDATE main.trial SET \((assignments + ["state = 'running'"]).joined(separator: ", "))
            FROM source.trial AS s WHERE trial.id = :id AND s.id = :old
            """, ["id": here.id, "old": source.id])
    }

    /// Gives the trials their states, once all that belongs to them is there.
    func finishTrials() throws {
        try database.execute(
            """
            UPDATE main.trial SET state = s.state
            FROM temp.merged AS m JOIN source.trial AS s ON s.id = m.old
            WHERE m.kind = 'trial' AND m.state IN ('new', 'adopted') AND trial.id = m.new
            """)
        try database.execute(
            """
            UPDATE main.trial SET archived_at = m.archived
            FROM temp.merged AS m WHERE m.kind = 'trial' AND m.state = 'new' AND trial.id = m.new
            """)
    }
}
