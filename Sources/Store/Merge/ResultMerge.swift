/// What trials brought, and what is said about them.
extension Merger {
    func mergeObservations() throws {
        try copy(
            RowCopy(
                table: "observation",
                references: [
                    "search_id": .search, "trial_id": .trial, "allocation_id": .allocation,
                    "source_search_id": .search,
                ], key: ["search_id", "trial_id"]))
    }

    func mergeResults() throws {
        let trial: KeyValuePairs<String, Mapped> = ["trial_id": .trial]
        try copy(
            RowCopy(
                table: "trial_transition", references: trial, newOwner: "trial_id",
                key: ["trial_id", "from_state", "to_state", "at", "host", "pid", "process_started"]))
        try copy(
            RowCopy(table: "attempt", references: trial, newOwner: "trial_id", key: ["trial_id", "number"]))
        try copy(
            RowCopy(
                table: "metric", references: trial, newOwner: "trial_id", order: "s.trial_id, s.name, s.task, s.step"))
        try copy(
            RowCopy(
                table: "example_result", references: ["trial_id": .trial, "set_id": .exampleSet],
                newOwner: "trial_id"))
        try copy(
            RowCopy(table: "training_loss", references: trial, newOwner: "trial_id", order: "s.trial_id, s.step"))
        try copy(
            RowCopy(
                table: "race", references: ["trial_id": .trial, "incumbent_id": .trial], newOwner: "trial_id",
                loose: ["incumbent_id"], order: "s.trial_id"))
        try copy(
            RowCopy(
                table: "result_origin", references: ["trial_id": .trial, "source_id": .trial], newOwner: "trial_id",
                loose: ["source_id"], left: [], order: "s.trial_id"))
    }

    /// What the surrogate believed names trials by number, observations and searches by id: all of them are others here.
    func mergeSuggestions() throws {
        let suggestions = try database.rows(
            """
            SELECT s.trial_id, t.search_id, s.pending, s.trust,
                (SELECT o.id FROM source.observation AS so
                    JOIN temp.merged AS os ON os.kind = 'search' AND os.old = so.search_id
                    JOIN temp.merged AS ot ON ot.kind = 'trial' AND ot.old = so.trial_id
                    JOIN main.observation AS o ON o.search_id = os.new AND o.trial_id = ot.new
                 WHERE so.id = s.known_observation) AS known
            FROM source.suggestion AS s
                JOIN temp.merged AS m ON m.kind = 'trial' AND m.old = s.trial_id AND m.state IN ('new', 'adopted')
                JOIN source.trial AS t ON t.id = s.trial_id
            ORDER BY s.trial_id
            """
        ) { row in
            (
                trial: try row.integer("trial_id"), search: try row.integer("search_id"),
                pending: try row.text("pending"), trust: try row.optionalText("trust"),
                known: try row.optionalInteger("known")
            )
        }
        let searches = Dictionary(
            try database.rows("SELECT old, new FROM temp.merged WHERE kind = 'search'") {
                (try $0.integer("old"), try $0.integer("new"))
            }, uniquingKeysWith: { first, _ in first })
        for suggestion in suggestions {
            let pending = suggestion.pending.split { !$0.isNumber }.compactMap { Int($0) }.compactMap { number in
                numbers[TrialNumber(search: suggestion.search, number: number)]
                    // Left out so far; in a search that is new here its number stays free for it.
                    ?? (joined.contains(suggestion.search) ? nil : number)
            }
            try copy(
                RowCopy(
                    table: "suggestion", references: ["trial_id": .trial], key: ["trial_id"], left: [],
                    expressions: ["pending": ":pending", "trust": ":trust", "known_observation": ":known"],
                    condition: "s.trial_id = :trial"),
                [
                    "trial": suggestion.trial, "pending": Database.list(pending.sorted()),
                    "trust": suggestion.trust.map { Self.renamingKeys(of: $0, by: searches) },
                    "known": suggestion.known,
                ])
        }
    }

    func mergeArtifacts() throws {
        let added = try copy(
            RowCopy(
                table: "artifact", references: ["trial_id": .trial, "search_id": .search, "stage_id": .stage],
                key: ["trial_id", "search_id", "stage_id", "kind", "path", "sha256", "created_at"]))
        try count(.artifacts, table: "artifact", added: added)
    }

    func mergeEvents() throws {
        let added = try copy(
            RowCopy(
                table: "event", references: ["search_id": .search, "trial_id": .trial],
                key: ["search_id", "trial_id", "at", "level", "message"]))
        try count(.events, table: "event", added: added)
    }

    func mergeTagsAndNotes() throws {
        let owner: KeyValuePairs<String, Mapped> = ["search_id": .search, "trial_id": .trial]
        let notes = try copy(
            RowCopy(table: "note", references: owner, key: ["search_id", "trial_id", "text", "created_at"]))
        try count(.notes, table: "note", added: notes)
        let tags = try copy(RowCopy(table: "tag", references: owner, key: ["search_id", "trial_id", "name"]))
        try count(.tags, table: "tag", added: tags)
    }

    /// A JSON object whose keys are ids, with other ids; its values stay digit for digit.
    static func renamingKeys(of object: String, by ids: [Int: Int]) -> String {
        var text = ""
        var rest = object[...]
        while let start = rest.firstIndex(of: "\"") {
            let behind = rest.index(after: start)
            guard let end = rest[behind...].firstIndex(of: "\"") else { break }
            let key = rest[behind..<end]
            text += rest[..<behind] + (Int(key).flatMap { ids[$0] }.map(String.init) ?? String(key)) + "\""
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }
}
