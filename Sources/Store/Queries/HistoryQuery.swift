/// Something that happened in a search.
public struct HistoryEntry: Sendable {
    /// What it was.
    public enum Kind: Sendable {
        /// The search is in another state.
        case search(to: TrialState)
        /// A trial, as it is now, came into a state.
        case trial(TrialRecord, to: TrialState)
        /// Something was written down; of a trial, its number.
        case event(EventRecord, trial: Int?)
        /// A worker lost a trial, or came too late with its result.
        case attempt(AttemptRecord, trial: Int)
        /// Observations of an earlier search were taken.
        case warmStart(SearchSourceRecord)
    }

    /// When.
    public var at: String
    /// What.
    public var kind: Kind
    /// The process that did it, where that is known.
    public var process: ProcessIdentity?
}

/// Up to where a search's history was read.
public struct HistoryCursor: Sendable, Equatable {
    var searchTransition = 0
    var trialTransition = 0
    var event = 0
    var attempts: Set<Int> = []
    var sources: Set<Int> = []

    /// The beginning.
    public init() {}
}

extension Store {
    /// What happened in a search since it was last read, in order of time; what is of one moment, in order of recording.
    /// - Parameter cursor: is moved behind what is returned.
    public func history(ofSearch id: Int, after cursor: inout HistoryCursor) throws -> [HistoryEntry] {
        let start = cursor
        let (entries, end) = try read { database in
            var end = start
            var entries = try database.warmStarts(ofSearch: id, &end)
            entries += try database.searchTransitions(ofSearch: id, &end)
            entries += try database.trialTransitions(ofSearch: id, &end)
            entries += try database.lostAttempts(ofSearch: id, &end)
            entries += try database.events(ofSearch: id, &end)
            return (entries, end)
        }
        cursor = end
        // A search ends after its trials, also where that was in the same millisecond.
        func order(_ place: Int, _ entry: HistoryEntry) -> (String, Int, Int) {
            if case .search(let state) = entry.kind, state.isFinished { return (entry.at, 1, place) }
            return (entry.at, 0, place)
        }
        return entries.enumerated().sorted { order($0.offset, $0.element) < order($1.offset, $1.element) }.map(
            \.element)
    }
}

extension Database {
    fileprivate func searchTransitions(ofSearch id: Int, _ cursor: inout HistoryCursor) throws -> [HistoryEntry] {
        var last = cursor.searchTransition
        let entries = try rows(
            "SELECT * FROM search_transition WHERE search_id = :search AND id > :last ORDER BY id",
            ["search": id, "last": last]
        ) { row in
            last = max(last, try row.integer("id"))
            let transition = try TransitionRecord(row: row)
            return HistoryEntry(at: transition.at, kind: .search(to: transition.to), process: transition.process)
        }
        cursor.searchTransition = last
        return entries
    }

    fileprivate func trialTransitions(ofSearch id: Int, _ cursor: inout HistoryCursor) throws -> [HistoryEntry] {
        var last = cursor.trialTransition
        let entries = try rows(
            """
            SELECT trial.*, search.name AS search_name, allocation.precisions AS precisions,
                trial_transition.id AS transition_id, to_state, trial_transition.at AS at,
                trial_transition.host AS by_host, pid, process_started
            FROM trial JOIN trial_transition ON trial_transition.trial_id = trial.id
                JOIN search ON search.id = trial.search_id
                LEFT JOIN allocation ON allocation.id = trial.allocation_id
            WHERE trial.search_id = :search AND trial_transition.id > :last
            ORDER BY trial_transition.id
            """, ["search": id, "last": last]
        ) { row in
            last = max(last, try row.integer("transition_id"))
            let process = ProcessIdentity(
                host: try row.text("by_host"), pid: try row.integer("pid"),
                started: try row.optionalText("process_started"))
            return HistoryEntry(
                at: try row.text("at"),
                kind: .trial(try TrialRecord(row: row), to: try row.choice("to_state", TrialState.self)),
                process: process)
        }
        cursor.trialTransition = last
        return entries
    }

    fileprivate func lostAttempts(ofSearch id: Int, _ cursor: inout HistoryCursor) throws -> [HistoryEntry] {
        let seen = cursor.attempts
        let found = try rows(
            """
            SELECT attempt.*, trial.number AS trial_number FROM attempt JOIN trial ON trial.id = attempt.trial_id
            WHERE trial.search_id = :search AND attempt.state IN ('lost', 'late') ORDER BY attempt.id
            """, ["search": id]
        ) { (try AttemptRecord(row: $0), try $0.integer("trial_number")) }.filter { !seen.contains($0.0.id) }
        cursor.attempts.formUnion(found.map(\.0.id))
        return found.map { attempt, number in
            HistoryEntry(
                at: attempt.finishedAt ?? attempt.renewedAt, kind: .attempt(attempt, trial: number),
                process: attempt.process)
        }
    }

    fileprivate func events(ofSearch id: Int, _ cursor: inout HistoryCursor) throws -> [HistoryEntry] {
        var last = cursor.event
        let entries = try rows(
            """
            SELECT event.*, trial.number AS trial_number FROM event LEFT JOIN trial ON trial.id = event.trial_id
            WHERE (event.search_id = :search OR trial.search_id = :search) AND event.id > :last ORDER BY event.id
            """, ["search": id, "last": last]
        ) { row in
            let event = try EventRecord(row: row)
            last = max(last, event.id)
            return HistoryEntry(at: event.at, kind: .event(event, trial: try row.optionalInteger("trial_number")))
        }
        cursor.event = last
        return entries
    }

    fileprivate func warmStarts(ofSearch id: Int, _ cursor: inout HistoryCursor) throws -> [HistoryEntry] {
        let found = try rows(
            """
            SELECT search_source.*, search.name AS name, ifnull((
                SELECT min(observation.created_at) FROM observation
                WHERE observation.search_id = search_source.search_id
                    AND observation.source_search_id = search_source.source_search_id), search.created_at) AS at
            FROM search_source JOIN search ON search.id = search_source.source_search_id
            WHERE search_source.search_id = :search ORDER BY search_source.source_search_id
            """, ["search": id]
        ) { (try $0.text("at"), try SearchSourceRecord(row: $0)) }
        let new = found.filter { !cursor.sources.contains($0.1.searchID) }
        cursor.sources.formUnion(new.map(\.1.searchID))
        return new.map { HistoryEntry(at: $0, kind: .warmStart($1)) }
    }
}
