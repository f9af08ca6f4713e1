/// One allocation carried through quantization, recovery and evaluation.
///
/// Stored when it begins. After it has finished (complete, failed, interrupted) nothing of it and of its results changes:
/// triggers in the file refuse it. Only the mark of archiving may be set and taken away.
public struct TrialRecord: Equatable, Sendable {
    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// Row id of the search.
    public var searchID: Int
    /// The search's name; filled in by the store.
    public internal(set) var search = ""
    /// The number in its search, from 1; filled in by the store.
    public internal(set) var number = 0
    /// Row id of the allocation; nil for a reference without one.
    public internal(set) var allocationID: Int?
    /// The allocation's precisions by layer, such as "nf4,nf4,int8"; see `AllocationRecord.precisions`.
    public internal(set) var allocation: String?
    /// Why it is in the search.
    public var kind: TrialKind
    /// What reports call it, such as "uniform 4-bit".
    public var label: String?
    /// How far it has come.
    public internal(set) var state = TrialState.waiting
    /// Bytes of all weights, scales included.
    public var weightBytes: Int?
    /// Mean over all quantized weights, scales included.
    public var bitsPerWeight: Double?
    /// Whether the weights are within the search's budget; nil where none applies.
    public var isWithinBudget: Bool?
    /// Seed of everything random in the trial.
    public var seed: UInt64
    /// Row id of the trial that a rerun, or a replicate, repeats.
    public var rerunOf: Int?
    /// Where it departs from its search's specification, JSON; nil when nowhere.
    public var specification: String?
    /// The value of the search's objective, once complete.
    public internal(set) var objectiveValue: Double?
    /// Its standard error.
    public internal(set) var objectiveStandardError: Double?
    /// Why it failed.
    public internal(set) var error: String?
    /// When it was recorded.
    public internal(set) var createdAt = ""
    /// When it began.
    public internal(set) var startedAt: String?
    /// When it ended.
    public internal(set) var finishedAt: String?
    /// How long it worked.
    public internal(set) var durationSeconds: Double?
    /// What it ran with and on.
    public var environment: RunEnvironment
    /// When it was archived.
    public internal(set) var archivedAt: String?
    /// Who wanted it.
    public var origin: TrialOrigin
    /// Where an imported trial was measured.
    public var provenance: String?
    /// Which part of the evaluation its objective's value rests on: 1, or less where it was stopped early.
    public internal(set) var fidelity = 1.0

    /// `search/number`, as trials are named everywhere.
    public var name: String { "\(search)/\(number)" }

    /// A trial to record.
    public init(
        searchID: Int, kind: TrialKind, label: String? = nil, weightBytes: Int? = nil, bitsPerWeight: Double? = nil,
        isWithinBudget: Bool? = nil, seed: UInt64, rerunOf: Int? = nil, specification: String? = nil,
        origin: TrialOrigin = .search, provenance: String? = nil, environment: RunEnvironment
    ) {
        self.searchID = searchID
        self.kind = kind
        self.label = label
        self.weightBytes = weightBytes
        self.bitsPerWeight = bitsPerWeight
        self.isWithinBudget = isWithinBudget
        self.seed = seed
        self.rerunOf = rerunOf
        self.specification = specification
        self.origin = origin
        self.provenance = provenance
        self.environment = environment
    }

    /// The columns that `init(row:)` reads, and the tables that they come from.
    static let selection =
        "SELECT trial.*, search.name AS search_name, allocation.precisions AS precisions" + tables

    /// Every trial with its search and its allocation.
    static let tables = """

        FROM trial JOIN search ON search.id = trial.search_id
            LEFT JOIN allocation ON allocation.id = trial.allocation_id
        """

    init(row: Row) throws {
        self.init(
            searchID: try row.integer("search_id"), kind: try row.choice("kind", TrialKind.self),
            label: try row.optionalText("label"), weightBytes: try row.optionalInteger("weight_bytes"),
            bitsPerWeight: try row.optionalReal("bits_per_weight"),
            isWithinBudget: try row.optionalBoolean("within_budget"), seed: try row.pattern("seed"),
            rerunOf: try row.optionalInteger("rerun_of"), specification: try row.optionalText("specification"),
            origin: try row.choice("origin", TrialOrigin.self), provenance: try row.optionalText("provenance"),
            environment: try RunEnvironment(row: row))
        id = try row.integer("id")
        search = try row.text("search_name")
        number = try row.integer("number")
        allocationID = try row.optionalInteger("allocation_id")
        allocation = try row.optionalText("precisions")
        state = try row.choice("state", TrialState.self)
        objectiveValue = try row.optionalReal("objective_value")
        objectiveStandardError = try row.optionalReal("objective_standard_error")
        error = try row.optionalText("error")
        createdAt = try row.text("created_at")
        startedAt = try row.optionalText("started_at")
        finishedAt = try row.optionalText("finished_at")
        durationSeconds = try row.optionalReal("duration_seconds")
        archivedAt = try row.optionalText("archived_at")
        fidelity = try row.real("fidelity")
    }

    /// Inserts the row; the caller has set number, allocation, state and times.
    func insert(into database: Database) throws -> TrialRecord {
        var stored = self
        stored.id = try database.insert(
            into: "trial",
            [
                "search_id": searchID, "number": number, "allocation_id": allocationID, "kind": kind, "label": label,
                "state": state, "weight_bytes": weightBytes,
                "bits_per_weight": try bitsPerWeight.map { try finite($0, "bits per weight") },
                "within_budget": isWithinBudget, "seed": seed, "rerun_of": rerunOf, "specification": specification,
                "origin": origin, "provenance": provenance,
                "created_at": createdAt, "started_at": startedAt, "qpx_version": environment.qpxVersion,
                "host": environment.host, "thread_count": environment.threadCount,
                "processor": environment.processor,
            ])
        return stored
    }
}

/// A change of state, of a trial or a search.
public struct TransitionRecord: Equatable, Sendable {
    /// The state before; nil at the beginning.
    public var from: TrialState?
    /// The state after.
    public var to: TrialState
    /// When.
    public var at: String
    /// The process that wrote it.
    public var process: ProcessIdentity

    init(row: Row) throws {
        from = try row.optionalText("from_state").flatMap(TrialState.init(rawValue:))
        to = try row.choice("to_state", TrialState.self)
        at = try row.text("at")
        process = ProcessIdentity(
            host: try row.text("host"), pid: try row.integer("pid"), started: try row.optionalText("process_started"))
    }
}
