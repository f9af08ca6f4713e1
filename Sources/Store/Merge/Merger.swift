/// Brings the rows of the attached database `source` into `main`, inside a transaction.
///
/// Which row of `source` is which of `main` is kept in the temporary table `merged`, by kind. A row is
/// 'new' (it came now), 'known' (it was here), 'adopted' (a trial that waited here and got its results now), or 'left' (a
/// trial that is not finished in one of both files: others may refer to it, nothing of it comes).
final class Merger {
    let database: Database
    let time: String
    var outcome = MergeOutcome()
    private let progress: (String) throws -> Void
    private var columnsByTable: [String: [String]] = [:]

    /// Searches that were here, with what they were called there and are called here.
    var joined: Set<Int> = []
    /// Number of every trial that has a counterpart here, by its search and number there.
    var numbers: [TrialNumber: Int] = [:]

    /// A trial's place in a file.
    struct TrialNumber: Hashable {
        var search: Int
        var number: Int
    }

    /// Kinds of rows that are mapped.
    enum Mapped: String, SQLConvertible {
        case model, allocation, exampleSet, stage, search, trial, importanceRun
    }

    init(database: Database, time: String, progress: @escaping (String) throws -> Void) {
        self.database = database
        self.time = time
        self.progress = progress
    }

    /// Everything, in an order in which what is referred to is there.
    func run() throws -> MergeOutcome {
        try database.executeScript(
            """
            CREATE TEMP TABLE merged (
                kind     TEXT    NOT NULL,
                old      INTEGER NOT NULL,
                new      INTEGER NOT NULL,
                state    TEXT    NOT NULL,
                archived TEXT,
                PRIMARY KEY (kind, old)
            ) WITHOUT ROWID;
            """)
        for (name, step) in steps {
            try step()
            try progress(name)
        }
        try database.executeScript("DROP TABLE temp.merged")
        outcome.counts.sort { first, second in
            let order = MergeOutcome.Kind.allCases
            return order.firstIndex(of: first.kind) ?? 0 < order.firstIndex(of: second.kind) ?? 0
        }
        return outcome
    }

    private var steps: [(String, () throws -> Void)] {
        [
            ("models", mergeModels), ("allocations", mergeAllocations), ("example sets", mergeExampleSets),
            ("stages", mergeStages), ("importance runs", mergeImportanceRuns), ("searches", mergeSearches),
            ("trials", mergeTrials), ("observations", mergeObservations), ("results", mergeResults),
            ("suggestions", mergeSuggestions), ("states", finishTrials), ("recommendations", mergeRecommendations),
            ("artifacts", mergeArtifacts), ("events", mergeEvents), ("tags and notes", mergeTagsAndNotes),
        ]
    }

    /// Tables whose rows come, and those that each file has for itself. A test compares them with the schema.
    static let tables: Set<String> = [
        "model", "allocation", "allocation_layer", "example_set", "example_item", "stage", "importance_run",
        "importance_value", "search", "search_transition", "search_source", "importance", "trial", "trial_transition",
        "attempt", "observation", "metric", "example_result", "training_loss", "race", "result_origin", "suggestion",
        "recommendation", "artifact", "event", "tag", "note",
    ]
    static let ownTables: Set<String> = ["migration"]

    /// The columns of a table in this schema, in order.
    func columns(of table: String) throws -> [String] {
        if let known = columnsByTable[table] { return known }
        let names = try database.rows(
            "SELECT name FROM pragma_table_info(:table, 'main') ORDER BY cid", ["table": table]
        ) { try $0.text("name") }
        columnsByTable[table] = names
        return names
    }

    /// Records which row is which.
    func map(_ kind: Mapped, _ old: Int, to new: Int, _ state: String, archived: String? = nil) throws {
        try database.execute(
            "INSERT INTO merged (kind, old, new, state, archived) VALUES (:kind, :old, :new, :state, :archived)",
            ["kind": kind, "old": old, "new": new, "state": state, "archived": archived])
    }

    /// The rows of a table there, and how many of them came.
    func count(_ kind: MergeOutcome.Kind, table: String, added: Int) throws {
        let all =
            try database.first("SELECT count(*) AS rows FROM source.\(table)") { try $0.integer("rows") } ?? 0
        outcome.counts.append(.init(kind: kind, added: added, known: all - added))
    }
}
