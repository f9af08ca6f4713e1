extension Store {
    /// The trials that a filter lets through, in its order.
    public func trials(_ filter: TrialFilter = TrialFilter()) throws -> [TrialRecord] {
        try read { try $0.trials(filter) }
    }

    /// How many trials a filter lets through, whatever its limit.
    public func trialCount(_ filter: TrialFilter) throws -> Int {
        try read { try $0.trialCount(filter) }
    }

    /// The trial of a row id, archived or not.
    public func trial(id: Int) throws -> TrialRecord {
        try read { try $0.trial(id: id) }
    }

    /// The trial of a search's name (or its beginning) and a number.
    /// - Throws: `StoreError.noSearch`, `ambiguous`, `noTrial`.
    public func trial(search name: String, number: Int) throws -> TrialRecord {
        try read { database in
            let search = try database.search(matching: name)
            guard let trial = try database.trials([number...number], of: search).first else {
                throw StoreError.noTrial(
                    selector: "\(search.name)/\(number)", hint: try database.trialHint(search, asked: number))
            }
            return trial
        }
    }

    /// How many trials of a search are in each state, archived ones not counted.
    public func trialCounts(ofSearch id: Int) throws -> [TrialState: Int] {
        try read { database in
            let counts = try database.rows(
                """
                SELECT state, count(*) AS trials FROM trial
                WHERE search_id = :search AND archived_at IS NULL GROUP BY state
                """, ["search": id]
            ) { (try $0.choice("state", TrialState.self), try $0.integer("trials")) }
            return Dictionary(counts, uniquingKeysWith: +)
        }
    }

    /// The changes of a trial's state, in order.
    public func transitions(ofTrial id: Int) throws -> [TransitionRecord] {
        try read { try $0.transitions(ofTrial: id) }
    }

    /// Allocations with their layers, by row id.
    public func allocations(_ ids: [Int]) throws -> [AllocationRecord] {
        try read { try $0.allocations(ids) }
    }
}

extension Database {
    func trials(_ filter: TrialFilter) throws -> [TrialRecord] {
        guard filter.limit != nil else {
            let query = filter.query()
            return try rows(query.sql, query.arguments, TrialRecord.init(row:))
        }
        // Of many only a few are wanted: which, an index says; whole rows are read of those alone.
        return try trials(try trialIDs(filter))
    }

    /// Row ids of the trials that a filter lets through, in its order.
    func trialIDs(_ filter: TrialFilter) throws -> [Int] {
        let query = filter.query(columns: TrialFilter.idColumn)
        return try rows(query.sql, query.arguments) { try $0.integer("id") }
    }

    /// The trials with these ids, in their order.
    func trials(_ ids: [Int]) throws -> [TrialRecord] {
        var filter = TrialFilter()
        filter.ids = ids
        filter.includesArchived = true
        let found = try trials(filter)
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { byID[$0] }
    }

    func trialCount(_ filter: TrialFilter) throws -> Int {
        let query = filter.countQuery()
        return try first(query.sql, query.arguments) { try $0.integer("trials") } ?? 0
    }

    func trials(_ numbers: [ClosedRange<Int>], of search: SearchRecord) throws -> [TrialRecord] {
        var filter = TrialFilter(search: search.id)
        filter.numbers = numbers
        return try trials(filter)
    }

    func trial(id: Int) throws -> TrialRecord {
        let sql = TrialRecord.selection + "\nWHERE trial.id = :id"
        guard let trial = try first(sql, ["id": id], TrialRecord.init(row:)) else {
            throw StoreError.noRow(table: "trial", id: id)
        }
        return trial
    }

    func runningTrials(ofSearch id: Int) throws -> [TrialRecord] {
        var filter = TrialFilter(search: id)
        filter.states = [.running]
        filter.includesArchived = true
        return try trials(filter)
    }

    func transitions(ofTrial id: Int) throws -> [TransitionRecord] {
        try rows(
            "SELECT * FROM trial_transition WHERE trial_id = :trial ORDER BY id", ["trial": id],
            TransitionRecord.init(row:))
    }

    func allocations(_ ids: [Int]) throws -> [AllocationRecord] {
        var layers: [Int: [AllocationRecord.Layer]] = [:]
        let entries = try rows(
            """
            SELECT * FROM allocation_layer WHERE allocation_id IN (SELECT value FROM json_each(:ids))
            ORDER BY allocation_id, layer, module
            """, ["ids": Self.list(ids)]
        ) { (id: try $0.integer("allocation_id"), layer: try AllocationRecord.Layer(row: $0)) }
        for entry in entries { layers[entry.id, default: []].append(entry.layer) }
        return try rows(
            "SELECT * FROM allocation WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id",
            ["ids": Self.list(ids)]
        ) { row in try AllocationRecord(row: row, layers: layers[try row.integer("id")] ?? []) }
    }

    /// What there is instead of a trial that was asked for.
    func trialHint(_ search: SearchRecord, asked number: Int?) throws -> String {
        if let number {
            let archived = try first(
                "SELECT archived_at FROM trial WHERE search_id = :search AND number = :number",
                ["search": search.id, "number": number]
            ) { try $0.optionalText("archived_at") }
            if let time = archived ?? nil { return "it was archived at \(time)" }
        }
        let last = try first(
            "SELECT max(number) AS last FROM trial WHERE search_id = :search AND archived_at IS NULL",
            ["search": search.id]
        ) { try $0.optionalInteger("last") }
        guard let last = last ?? nil else { return "search '\(search.name)' has no trials yet" }
        return "the last trial of search '\(search.name)' is \(last)"
    }
}
