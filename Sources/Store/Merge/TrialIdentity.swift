/// What of a trial never changes: the same trial in two files has the same.
struct TrialIdentity: Hashable {
    /// What is fixed when a trial is planned.
    struct Plan: Hashable {
        var createdAt: String
        var kind: String
        var allocation: Int?
        var label: String?
        var seed: UInt64
        var origin: String
        var provenance: String?
        var rerunOf: Int?
    }

    /// What is fixed once it has finished: two files may have carried the same plan out, each for itself.
    struct Run: Hashable {
        var state: String
        var host: String
        var startedAt: String?
        var finishedAt: String?
    }

    var plan: Plan
    /// Nil while it has not finished.
    var run: Run?
}

/// A trial as a merge sees it.
struct MergedTrial {
    var id: Int
    var search: Int
    var number: Int
    var state: TrialState
    var isCandidate: Bool
    var archivedAt: String?
    var identity: TrialIdentity

    init(row: Row) throws {
        id = try row.integer("id")
        search = try row.integer("search_id")
        number = try row.integer("number")
        state = try row.choice("state", TrialState.self)
        let kind = try row.choice("kind", TrialKind.self)
        isCandidate = kind.isCandidate
        archivedAt = try row.optionalText("archived_at")
        identity = TrialIdentity(
            plan: .init(
                createdAt: try row.text("created_at"), kind: kind.rawValue,
                allocation: try row.optionalInteger("allocation_id"), label: try row.optionalText("label"),
                seed: try row.pattern("seed"), origin: try row.text("origin"),
                provenance: try row.optionalText("provenance"), rerunOf: try row.optionalInteger("rerun_of")),
            run: !state.isFinished
                ? nil
                : .init(
                    state: state.rawValue, host: try row.text("host"), startedAt: try row.optionalText("started_at"),
                    finishedAt: try row.optionalText("finished_at")))
    }

    /// Whether no other candidate with its allocation may be in sight beside it.
    var holdsAllocation: Bool {
        isCandidate && archivedAt == nil && (state == .complete || !state.isFinished)
    }

    /// Whether no other replicate of the same trial with its seed may be in sight beside it.
    var holdsSeed: Bool {
        identity.plan.kind == TrialKind.replicate.rawValue && archivedAt == nil && state != .interrupted
    }
}

/// The trials of one search here, while those of another file are brought.
struct TrialShelf {
    private struct Replicate: Hashable {
        var of: Int?
        var seed: UInt64
    }

    let name: String
    private var byPlan: [TrialIdentity.Plan: [MergedTrial]] = [:]
    private var numbers: Set<Int> = []
    private var last = 0
    private var allocations: [Int: Int] = [:]
    private var replicates: [Replicate: Int] = [:]

    init(name: String, trials: [MergedTrial]) {
        self.name = name
        for trial in trials { add(trial) }
    }

    /// What a trial of the other file is here. Each is found once, so that two of the same identity stay two.
    mutating func take(_ identity: TrialIdentity) -> MergedTrial? {
        guard let planned = byPlan[identity.plan] else { return nil }
        let index =
            planned.firstIndex { $0.identity == identity } ?? planned.firstIndex { $0.identity.run == nil }
        return index.flatMap { byPlan[identity.plan]?.remove(at: $0) }
    }

    /// A number for a trial: its own unless it is taken.
    func free(_ number: Int) -> Int { numbers.contains(number) ? last + 1 : number }

    /// The number of the trial beside which this one cannot be in sight.
    func twin(of trial: MergedTrial) -> Int? {
        if trial.holdsAllocation, let allocation = trial.identity.plan.allocation { return allocations[allocation] }
        if trial.holdsSeed { return replicates[Self.replicate(trial)] }
        return nil
    }

    /// Remembers a trial that is here; it is not found by `take` any more.
    mutating func addBrought(_ trial: MergedTrial) {
        numbers.insert(trial.number)
        last = max(last, trial.number)
        if trial.holdsAllocation, let allocation = trial.identity.plan.allocation {
            allocations[allocation] = trial.number
        }
        if trial.holdsSeed { replicates[Self.replicate(trial)] = trial.number }
    }

    private mutating func add(_ trial: MergedTrial) {
        byPlan[trial.identity.plan, default: []].append(trial)
        addBrought(trial)
    }

    private static func replicate(_ trial: MergedTrial) -> Replicate {
        Replicate(of: trial.identity.plan.rerunOf, seed: trial.identity.plan.seed)
    }
}
