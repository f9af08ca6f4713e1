/// One optimization over allocations for one pruned model, one objective, one budget.
///
/// What a search is never changes once stored; its state, times, error, trial limit, pruned model, budget in bytes and
/// archiving may.
public struct SearchRecord: Equatable, Sendable {
    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// The name, unique among searches that are not archived. No '/', ',' or space.
    public var name: String
    /// How far it has come.
    public internal(set) var state = TrialState.waiting
    /// Row id of the intact model.
    public var modelID: Int
    /// Row id of the pruned model, once there is one.
    public var prunedModelID: Int?
    /// The objective's name, such as "loss" or "accuracy".
    public var objective: String
    /// Which way it is better.
    public var direction: ObjectiveDirection
    /// Fraction of coupled structures removed in the layers that are pruned.
    public var pruningRatio: Double
    /// Fraction of all weights that is gone, once known.
    public var parametersRemoved: Double?
    /// The budget in bytes of weights, once known.
    public var budgetBytes: Int?
    /// The budget in bits per weight, if it was given so.
    public var budgetBitsPerWeight: Double?
    /// The precisions to choose from, such as "nf2,nf3,nf4,int8".
    public var choices: String
    /// How many trials at most.
    public var trialLimit: Int
    /// Seed of everything random.
    public var seed: UInt64
    /// The fully resolved specification, JSON.
    public var specification: String
    /// The command line that began it.
    public var commandLine: String?
    /// Who computes the objective.
    public var evaluator: EvaluatorKind
    /// What is traded against the objective: "memory"; nil with one objective.
    public var secondObjective: String?
    /// What it was created with and on; each trial has its own.
    public var environment: RunEnvironment
    /// What it chooses among, JSON; nil where it was begun before that was kept. See `Store.recordSpace`.
    public internal(set) var space: String?
    /// Why it failed.
    public internal(set) var error: String?
    /// When it was recorded.
    public internal(set) var createdAt = ""
    /// When it first ran.
    public internal(set) var startedAt: String?
    /// When it last stopped.
    public internal(set) var finishedAt: String?
    /// When it was archived.
    public internal(set) var archivedAt: String?

    /// A search to record.
    public init(
        name: String, modelID: Int, prunedModelID: Int? = nil, objective: String, direction: ObjectiveDirection,
        pruningRatio: Double, parametersRemoved: Double? = nil, budgetBytes: Int? = nil,
        budgetBitsPerWeight: Double? = nil, choices: String, trialLimit: Int, seed: UInt64, specification: String,
        commandLine: String? = nil, evaluator: EvaluatorKind = .native, secondObjective: String? = nil,
        environment: RunEnvironment
    ) {
        self.name = name
        self.modelID = modelID
        self.prunedModelID = prunedModelID
        self.objective = objective
        self.direction = direction
        self.pruningRatio = pruningRatio
        self.parametersRemoved = parametersRemoved
        self.budgetBytes = budgetBytes
        self.budgetBitsPerWeight = budgetBitsPerWeight
        self.choices = choices
        self.trialLimit = trialLimit
        self.seed = seed
        self.specification = specification
        self.commandLine = commandLine
        self.evaluator = evaluator
        self.secondObjective = secondObjective
        self.environment = environment
    }

    init(row: Row) throws {
        self.init(
            name: try row.text("name"), modelID: try row.integer("model_id"),
            prunedModelID: try row.optionalInteger("pruned_model_id"), objective: try row.text("objective"),
            direction: try row.choice("direction", ObjectiveDirection.self),
            pruningRatio: try row.real("pruning_ratio"), parametersRemoved: try row.optionalReal("parameters_removed"),
            budgetBytes: try row.optionalInteger("budget_bytes"),
            budgetBitsPerWeight: try row.optionalReal("budget_bits_per_weight"), choices: try row.text("choices"),
            trialLimit: try row.integer("trial_limit"), seed: try row.pattern("seed"),
            specification: try row.text("specification"), commandLine: try row.optionalText("command_line"),
            evaluator: try row.choice("evaluator", EvaluatorKind.self),
            secondObjective: try row.optionalText("second_objective"), environment: try RunEnvironment(row: row))
        id = try row.integer("id")
        state = try row.choice("state", TrialState.self)
        space = try row.optionalText("space")
        error = try row.optionalText("error")
        createdAt = try row.text("created_at")
        startedAt = try row.optionalText("started_at")
        finishedAt = try row.optionalText("finished_at")
        archivedAt = try row.optionalText("archived_at")
    }

    func insert(into database: Database, at time: String) throws -> SearchRecord {
        var stored = self
        stored.createdAt = time
        stored.state = .waiting
        stored.id = try database.insert(
            into: "search",
            [
                "name": name, "state": TrialState.waiting, "model_id": modelID, "pruned_model_id": prunedModelID,
                "objective": objective, "direction": direction,
                "pruning_ratio": try finite(pruningRatio, "pruning ratio"),
                "parameters_removed": try parametersRemoved.map { try finite($0, "parameters removed") },
                "budget_bytes": budgetBytes,
                "budget_bits_per_weight": try budgetBitsPerWeight.map { try finite($0, "budget") },
                "choices": choices, "trial_limit": trialLimit, "seed": seed, "specification": specification,
                "command_line": commandLine, "evaluator": evaluator, "second_objective": secondObjective,
                "qpx_version": environment.qpxVersion, "host": environment.host,
                "thread_count": environment.threadCount, "processor": environment.processor, "created_at": time,
            ])
        return stored
    }
}

/// Who computes the objective of a search.
public enum EvaluatorKind: String, Sendable, CaseIterable {
    /// qpx itself.
    case native
    /// A program that is given each trial and answers with its metrics.
    case command
    /// Whoever asks for trials and tells what came of them.
    case ask
}

extension EvaluatorKind: SQLConvertible {}

/// Where the warm start of a search came from.
public struct SearchSourceRecord: Equatable, Sendable {
    /// Row id of the earlier search.
    public var searchID: Int
    /// Its name.
    public var name: String
    /// How many of its observations were taken.
    public var observations: Int

    init(row: Row) throws {
        searchID = try row.integer("source_search_id")
        name = try row.text("name")
        observations = try row.integer("observations")
    }
}
