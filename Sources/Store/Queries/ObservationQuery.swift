extension Store {
    /// What the surrogate of a search knows: observations of its warm start first (by source search and trial number),
    /// then its own in the order in which they were made. Own trials that were archived are forgotten.
    public func observations(ofSearch id: Int) throws -> [ObservationRecord] {
        try read { database in
            try database.rows(
                Self.observationsQuery, ["search": id], ObservationRecord.init(row:))
        }
    }

    static let observationsQuery = """
        \(ObservationRecord.selection)
        WHERE observation.search_id = :search
            AND (trial.archived_at IS NULL OR observation.origin = 'warm-start')
        ORDER BY observation.origin = 'warm-start' DESC, observation.source_search_id,
            iif(observation.origin = 'warm-start', trial.number, observation.id)
        """

    /// Gives a search observations of an earlier one.
    ///
    /// - Parameters:
    ///   - id: the search that learns.
    ///   - source: the earlier search.
    ///   - observations: of the earlier search, those that fit (same number of layers, same objective): the caller knows.
    /// - Throws: `StoreError.constraint` when one of them was taken before.
    public func warmStart(search id: Int, from source: Int, observations: [ObservationRecord]) throws {
        let time = now()
        try write { database in
            for observation in observations {
                let taken = ObservationRecord(
                    searchID: id, trialID: observation.trialID, allocationID: observation.allocationID,
                    value: observation.value, standardError: observation.standardError,
                    pairedStandardError: observation.pairedStandardError, origin: .warmStart, sourceSearchID: source)
                try taken.insert(into: database, at: time)
            }
            try database.insert(
                into: "search_source",
                ["search_id": id, "source_search_id": source, "observations": observations.count])
        }
    }

    /// Why trials were proposed, by trial; trials of the initial design have no suggestion.
    public func suggestions(ofTrials ids: [Int]) throws -> [Int: SuggestionRecord] {
        try read { try $0.suggestions(ofTrials: ids) }
    }

    /// How much the latest proposal of a search believed each source of its warm start, JSON as in
    /// `SuggestionRecord.trust`; nil without any.
    public func latestTrust(ofSearch id: Int) throws -> String? {
        try read { database in
            try database.first(Self.latestTrustQuery, ["search": id]) { try $0.text("trust") }
        }
    }

    static let latestTrustQuery = """
        SELECT suggestion.trust FROM trial JOIN suggestion ON suggestion.trial_id = trial.id
        WHERE trial.search_id = :search AND trial.archived_at IS NULL AND suggestion.trust IS NOT NULL
        ORDER BY trial.number DESC LIMIT 1
        """

    /// Records how much each layer matters. Estimating again with the same estimator replaces.
    public func recordImportances(ofSearch id: Int, _ importances: [ImportanceRecord]) throws {
        try write { database in
            for importance in importances { try importance.upsert(into: database, searchID: id) }
        }
    }

    /// How much each layer of a search's model matters, by estimator and layer.
    public func importances(ofSearch id: Int) throws -> [ImportanceRecord] {
        try read { database in
            try database.rows(
                "SELECT * FROM importance WHERE search_id = :search ORDER BY estimator, layer", ["search": id],
                ImportanceRecord.init(row:))
        }
    }
}

extension Database {
    func suggestions(ofTrials ids: [Int]) throws -> [Int: SuggestionRecord] {
        let found = try rows(
            "SELECT * FROM suggestion WHERE trial_id IN (SELECT value FROM json_each(:ids))", ["ids": Self.list(ids)]
        ) { (try $0.integer("trial_id"), try SuggestionRecord(row: $0)) }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }
}
