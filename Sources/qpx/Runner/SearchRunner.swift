internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Carries out a search from its specification, or goes on with one that was interrupted.
///
/// The one place where the Engine and the Store meet: the Engine says which allocation is next and computes the trial,
/// the Store keeps the trial from its start and its results when they exist.
struct SearchRunner {
    let store: Store
    let console: Console
    let progress: ProgressLine
    let interrupts: InterruptGuard

    init(store: Store, console: Console) {
        self.store = store
        self.console = console
        progress = console.progress()
        interrupts = InterruptGuard(store: store, progress: progress)
    }

    /// Runs a new search to its end.
    /// - Parameter commandLine: recorded as it was typed.
    func start(_ specification: Specification, commandLine: String?) throws -> SearchRecord {
        defer { interrupts.end() }
        defer { progress.finish() }
        if let name = specification.name, (try? store.search(named: name))?.name == name {
            throw StoreError.searchExists(name: name)
        }
        for name in specification.warmStart { _ = try store.search(named: name) }
        var specification = specification
        let context =
            try specification.evaluator.isExternal
            ? externalContext(&specification) : nativeContext(&specification)
        progress.finish()
        let problem = context.problem
        let search = try store.createSearch(
            SearchRecord(
                name: specification.name ?? Self.name(specification, ratio: problem.ratio), modelID: context.modelID,
                prunedModelID: context.prunedModelID, objective: specification.objective.name,
                direction: specification.objective.direction, pruningRatio: problem.ratio,
                parametersRemoved: problem.parametersRemoved, budgetBytes: problem.budgetBytes,
                budgetBitsPerWeight: problem.budgetBitsPerWeight,
                choices: specification.choices.joined(separator: ","), trialLimit: specification.trials,
                seed: specification.seed, specification: try specification.canonicalJSON(), commandLine: commandLine,
                evaluator: specification.evaluator.isExternal ? .command : .native,
                environment: environment(specification.threads)),
            numbered: specification.name == nil)
        return try carryOut(search, context)
    }

    /// What the trials share where this program carries them out; the recovery's steps are filled in.
    private func nativeContext(_ specification: inout Specification) throws -> SearchContext {
        let base = try ModelFolder.open(specification.model, says: "--model")
        let isPruning = specification.pruning.isPruning
        let shapes = isPruning ? try specification.pruning.shapes(of: base.model.configuration) : nil
        try WarmStart.check(
            specification, store: store, layers: shapes?.configuration.layers.count ?? base.model.blocks.count)
        progress.begin("reading texts and tasks")
        let inputs = try SearchInputs(specification, tokenizer: base.tokenizer)
        if let data = inputs.recovery {
            specification.recovery = try specification.recovery.resolved(sequences: data.count)
        }
        try SearchChecks(specification: specification, inputs: inputs, base: base).run()
        return try SearchPreparation(store: store, specification: specification, progress: progress)
            .context(inputs: inputs, base: base)
    }

    /// What they share where another program does; the choices of a space are filled in.
    private func externalContext(_ specification: inout Specification) throws -> SearchContext {
        specification = try ExternalPreparation.resolved(specification)
        let context = try ExternalPreparation(store: store, specification: specification, progress: progress).context()
        try WarmStart.check(specification, store: store, layers: context.problem.space.layers)
        return context
    }

    /// Goes on with a search: trials that were interrupted are carried out again, finished ones are kept.
    func resume(_ name: String, threads: Int?) throws -> SearchRecord {
        defer { interrupts.end() }
        defer { progress.finish() }
        let search = try store.search(named: name)
        let (_, running) = try store.interruptRunningTrials(ofSearch: search.id)
        if let trial = running.first {
            throw Failure(
                .conflict, "search '\(search.name)' is being carried out: \(trial.name) is running in another process",
                hint: "wait for it, or stop that process first")
        }
        if search.state == .complete {
            throw Failure(.conflict, "search '\(search.name)' has finished already: there is nothing to resume")
        }
        if let process = try store.processRunning(search: search.id), process.pid != store.process.pid,
            process.isAlive() == true, search.state == .running
        {
            throw Failure(.conflict, "search '\(search.name)' is being carried out by process \(process.pid)")
        }
        var specification = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        if let threads { specification.threads = threads }
        let context = try RecordedContext(store: store, progress: progress).context(search, specification)
        return try carryOut(search, context)
    }

    private func carryOut(_ search: SearchRecord, _ context: SearchContext) throws -> SearchRecord {
        interrupts.watch(search: search.id)
        do {
            try store.startSearch(id: search.id)
            try recordInputs(search, context)
            try runTrials(search, context)
            return try interrupts.finish { try store.finishSearch(id: search.id, state: .complete) }
        } catch {
            interrupts.waitIfEnding()
            progress.finish()
            _ = try? store.finishSearch(id: search.id, state: .failed, error: Failure(error).message)
            throw error
        }
    }

    /// What the trials start from: files, importance, observations of earlier searches. A search that was killed before
    /// all of it was recorded gets the rest when it is resumed.
    private func recordInputs(_ search: SearchRecord, _ context: SearchContext) throws {
        let known = try store.artifacts(of: .search(search.id))
        for file in context.files where !known.contains(where: { $0.kind == file.role && $0.path == file.path }) {
            try store.recordArtifact(
                ArtifactRecord(
                    kind: file.role, path: file.path, bytes: file.bytes, sha256: file.sha256, searchID: search.id))
        }
        let measure = context.problem.specification.layerImportance
        try store.recordImportances(
            ofSearch: search.id,
            (context.problem.importance?.estimates ?? []).enumerated().map { layer, estimate in
                ImportanceRecord(
                    estimator: measure.measure,
                    signal: LayerMeasures.named(measure.measure)?.usesSignal == true ? measure.signal.rawValue : nil,
                    layer: layer, value: estimate.value, nullMean: estimate.nullMean,
                    nullDeviation: estimate.nullDeviation)
            })
        let taken = try WarmStart(store: store, problem: context.problem, searchID: search.id).take()
        if taken > 0 { progress.note("\(taken) observations taken from earlier searches") }
    }

    private func runTrials(_ search: SearchRecord, _ context: SearchContext) throws {
        let problem = context.problem
        let runner = TrialRunner(
            store: store, progress: progress, interrupts: interrupts, context: context, search: search,
            environment: environment(problem.specification.threads))
        if problem.bitMap.hasLetters, let legend = problem.bitMap.legend { progress.note("allocations: \(legend)") }
        var finished = try self.finished(search)
        // What was measured elsewhere uses up no trial of this search.
        let imported = try importedCandidates(search)
        func count() -> Int { finished.count { $0.kind.isCandidate } - imported }
        let initial = try problem.initialPlans()
            .filter { !$0.kind.isCandidate || problem.specification.warmStart.isEmpty }
        var pace = SearchPace(
            done: finished.count - imported, total: initial.count { !$0.kind.isCandidate } + search.trialLimit)
        for plan in initial {
            if plan.kind.isCandidate, count() >= search.trialLimit { continue }
            guard !finished.contains(where: { $0.isSame(as: plan) }) else { continue }
            let started = MonotonicClock.seconds
            try runner.run(plan, suggestion: nil, pace: pace)
            finished.append(plan)
            pace = pace.adding(seconds: MonotonicClock.seconds - started)
        }
        let proposer = try Proposer(
            space: problem.space, budgetBytes: problem.budgetBytes, importance: problem.unitImportance,
            options: Proposer.Options(parallelism: problem.parallelism))
        let observations = SurrogateObservations(store: store, problem: problem, search: search)
        while count() < search.trialLimit {
            progress.begin("choosing the next allocation")
            let started = MonotonicClock.seconds
            let known = try observations.all()
            let outcome = try proposer.propose(
                observations: known, trial: count(), seed: problem.specification.seed)
            guard case .proposal(let proposal) = outcome else {
                progress.note("every allocation within the budget has been tried")
                break
            }
            let suggestion = try SuggestionRecord(
                proposal, sign: problem.isMaximized ? 1 : -1, observations: known.count,
                durationSeconds: MonotonicClock.seconds - started)
            let plan = TrialPlan(
                base: .pruned, allocation: proposal.allocation, recovers: problem.specification.recovery.steps > 0,
                kind: .proposal, label: nil)
            try runner.run(plan, suggestion: suggestion, pace: pace)
            finished.append(plan)
            pace = pace.adding(seconds: MonotonicClock.seconds - started)
        }
        progress.finish()
    }

    /// The plans of what is done, failed trials included: their allocations are not tried again.
    private func finished(_ search: SearchRecord) throws -> [TrialPlan] {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete, .failed]
        return try store.trials(filter).filter { $0.kind != .rerun }.map { try TrialPlan($0) }
    }

    private func importedCandidates(_ search: SearchRecord) throws -> Int {
        try store.trials(TrialFilter(search: search.id))
            .count { $0.origin == .imported && $0.kind.isCandidate && $0.state == .complete }
    }

    private func environment(_ threads: Int) -> RunEnvironment { .current(store: store, threads: threads) }

    /// A short readable name: the model and how much of its structures was removed.
    private static func name(_ specification: Specification, ratio: Double) -> String {
        let file = URL(filePath: specification.model)
        let model = (specification.evaluator.space == nil ? file : file.deletingPathExtension()).lastPathComponent
            .map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." ? $0 : "-" }
        return "\(String(model))-\(Int((ratio * 100).rounded()))"
    }
}

extension RunEnvironment {
    /// This process on this machine.
    static func current(store: Store, threads: Int) -> RunEnvironment {
        RunEnvironment(
            qpxVersion: ProgramVersion.text, host: store.process.host, threadCount: threads,
            processor: KernelInformation.codeSet)
    }
}

extension SuggestionRecord {
    /// What the surrogate believed, in the objective's own direction.
    init(_ proposal: Proposal, sign: Double, observations: Int, durationSeconds: Double) throws {
        let hyperparameters = Dictionary(
            proposal.hyperparameters.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
        self.init(
            mean: sign * (proposal.prediction?.mean ?? 0), deviation: proposal.prediction?.deviation ?? 0,
            acquisition: proposal.acquisition, acquisitionValue: proposal.acquisitionValue,
            hyperparameters: try CanonicalJSON.text(hyperparameters),
            randomState: proposal.randomState.map(String.init).joined(separator: " "),
            candidates: proposal.candidates, observations: observations, durationSeconds: durationSeconds)
    }
}
