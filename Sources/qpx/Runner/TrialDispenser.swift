internal import Engine
internal import Store

/// Gives out the trials of a search one by one, to as many workers as there are.
///
/// In this order: what others left behind and what a user wanted, references and the initial design, proposals, then what
/// is to be confirmed. With one worker the same search gives the same sequence always; with several, each proposal knows
/// what is being tried and its record says what it knew.
struct TrialDispenser {
    /// What a worker is to do.
    enum Next {
        /// Carry this out.
        case trial(ClaimedTrial, TrialPlan)
        /// Nothing, unless somebody else's trial is lost: as many candidates as the limit allows have been begun.
        case full
        /// Nothing: every allocation within the budget was tried, or is being tried.
        case exhausted
        /// Nothing yet: what is to be confirmed shows when others have finished their trials.
        case early
    }

    let store: Store
    let problem: SearchProblem
    let size: (TrialPlan) throws -> TrialSize
    let search: SearchRecord
    let worker: Worker
    /// Wraps every write that begins a trial.
    var beginning: (() throws -> ClaimedTrial?) throws -> ClaimedTrial? = { try $0() }
    /// Called when a proposal is computed.
    var choosing: () -> Void = {}
    private let initial: [TrialPlan]
    /// Whether every plan of the initial design has been begun; from then on, what becomes of them is the store's to say.
    private var isInitialBegun = false
    private let proposer: Proposer
    private let recommender: Recommender

    /// - Throws: `BudgetError`, `AllocationError`.
    init(
        store: Store, context: SearchContext, search: SearchRecord, worker: Worker
    ) throws {
        self.store = store
        problem = context.problem
        size = context.evaluator.size
        self.search = search
        self.worker = worker
        let problem = context.problem
        initial = try problem.initialPlans().filter { plan in
            plan.kind.isCandidate
                ? problem.specification.warmStart.isEmpty
                : !problem.specification.work.isAsked || problem.specification.references
        }
        proposer = try Proposer(
            space: problem.space, budgetBytes: problem.budgetBytes, importance: problem.unitImportance,
            options: Proposer.Options(isFront: problem.isFront, parallelism: problem.parallelism))
        var recommender = Recommender(store: store, search: search, space: problem.space, proposer: proposer)
        recommender.count = max(recommender.count, problem.specification.confirmation.count)
        self.recommender = recommender
    }

    /// Trials of the search in all: references, candidates up to its limit, replicates that confirm.
    func total(limit: Int) -> Int {
        initial.count { !$0.kind.isCandidate } + limit + problem.specification.confirmation.trials
    }

    /// Records what the search recommends now, if it has learned anything.
    func recommend() throws { try recommender.update() }

    /// The next trial, begun.
    mutating func next() throws -> Next {
        while true {
            if let claimed = try beginning({ try store.claimTrial(ofSearch: search.id, by: worker) }) {
                return .trial(claimed, try TrialPlan(claimed.trial))
            }
            let started = MonotonicClock.seconds
            let known = try store.knowledge(ofSearch: search.id)
            let limit = try store.search(id: search.id).trialLimit
            if !isInitialBegun, let plan = try nextInitial(known, limit: limit) {
                if let claimed = try begin(plan, suggestion: nil, known) { return .trial(claimed, plan) }
                continue
            }
            isInitialBegun = true
            if known.candidates >= limit {
                if let rest = try confirm(otherwise: .full) { return rest }
                continue
            }
            choosing()
            let observations = try SurrogateObservations(store: store, space: problem.space, search: search)
                .all(known)
            let pending = known.pending.compactMap { $0.allocation.flatMap(problem.space.allocation(parsing:)) }
            let outcome = try proposer.propose(
                observations: observations, pending: pending, trial: known.candidates,
                seed: problem.specification.seed)
            guard case .proposal(let proposal) = outcome else {
                if let rest = try confirm(otherwise: .exhausted) { return rest }
                continue
            }
            var suggestion = try SuggestionRecord(
                proposal, sign: problem.isMaximized ? 1 : -1, observations: observations.count,
                durationSeconds: MonotonicClock.seconds - started)
            suggestion.pending = known.pending.map(\.number)
            suggestion.knownObservation = known.lastObservation
            suggestion.trust = try SuggestionRecord.trust(proposal)
            let plan = TrialPlan(
                base: .pruned, allocation: proposal.allocation, recovers: problem.specification.recovery.steps > 0,
                kind: .proposal, label: nil)
            if let claimed = try begin(plan, suggestion: suggestion, known) { return .trial(claimed, plan) }
        }
    }

    /// Brings the recommendation up to date and plans what is to be confirmed.
    /// - Returns: nil where replicates wait now.
    private func confirm(otherwise rest: Next) throws -> Next? {
        try recommend()
        let confirmation = problem.specification.confirmation
        guard confirmation.count > 0 else { return rest }
        let plan = try store.planConfirmation(
            ofSearch: search.id, count: confirmation.count,
            seeds: ReplicateSeeds.first(confirmation.seeds, of: search.seed), environment: worker.environment)
        switch plan {
        case .tooEarly: return .early
        case .planned(let replicates): return replicates.isEmpty ? rest : nil
        }
    }

    /// The first plan of the initial design that nobody has begun.
    private func nextInitial(_ known: SearchKnowledge, limit: Int) throws -> TrialPlan? {
        let begun = try known.trials.map { try TrialPlan($0) }
        return initial.first { plan in
            !(plan.kind.isCandidate && known.candidates >= limit) && !begun.contains { $0.isSame(as: plan) }
        }
    }

    /// Begins a trial; nil when another worker was faster, or took the last one.
    private func begin(
        _ plan: TrialPlan, suggestion: SuggestionRecord?, _ known: SearchKnowledge
    ) throws -> ClaimedTrial? {
        let size = try size(plan)
        let record = TrialRecord(
            searchID: search.id, kind: plan.kind, label: plan.label, weightBytes: size.weightBytes,
            bitsPerWeight: size.bitsPerWeight, isWithinBudget: size.isWithinBudget, seed: problem.specification.seed,
            specification: try plan.recorded(), environment: worker.environment)
        let allocation = try plan.allocation.map { try AllocationRecord($0, choices: problem.space.choices) }
        return try beginning {
            let start = try store.beginTrial(record, allocation: allocation, suggestion: suggestion, by: worker)
            switch start {
            case .begun(let claimed): return claimed
            case .full: return nil
            case .exists(let number):
                guard !known.trials.contains(where: { $0.number == number }) else {
                    throw Failure(
                        .failed, "search '\(search.name)': the next trial would repeat \(search.name)/\(number)")
                }
                return nil
            }
        }
    }
}
