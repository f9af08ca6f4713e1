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
    private let helpers = HelperProcesses()

    /// - Parameter isHelper: whether another process started this one and speaks for it.
    init(store: Store, console: Console, isHelper: Bool = false) {
        self.store = store
        self.console = console
        progress = console.progress()
        interrupts = InterruptGuard(store: store, progress: progress, helpers: helpers, isHelper: isHelper)
    }

    /// Runs a new search to its end; one whose trials are asked for is only prepared.
    /// - Parameter commandLine: recorded as it was typed.
    func start(_ specification: Specification, commandLine: String?) throws -> SearchRecord {
        defer { interrupts.end() }
        defer { progress.finish() }
        if let name = specification.name, try store.search(exactly: name) != nil {
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
                evaluator: specification.work.isAsked ? .ask : specification.evaluator.isExternal ? .command : .native,
                secondObjective: specification.objective.second?.rawValue,
                environment: .current(store: store, threads: specification.threads)),
            numbered: specification.name == nil)
        if specification.work.isAsked {
            try recordInputs(search, context)
            progress.finish()
            return search
        }
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

    /// Goes on with a search that nobody works on: trials that were interrupted are carried out again, finished ones are
    /// kept.
    func resume(_ name: String, threads: Int?, work: Settings = Settings()) throws -> SearchRecord {
        defer { interrupts.end() }
        defer { progress.finish() }
        let search = try store.search(named: name)
        try refuseAsked(search)
        if let work = try store.liveWork(ofSearch: search.id).first(where: { $0.trial.kind != .rerun }) {
            throw Failure(
                .conflict,
                "search '\(search.name)' is being carried out: \(work.trial.name) is running in another process",
                hint: "join it with 'qpx worker \(search.name)', or stop that process first")
        }
        if search.state == .complete, !work.has("confirm"),
            try store.trialCounts(ofSearch: search.id)[.waiting] == nil
        {
            throw Failure(.conflict, "search '\(search.name)' has finished already: there is nothing to resume")
        }
        if let process = try store.processRunning(search: search.id), process.pid != store.process.pid,
            process.isAlive() == true, search.state == .running
        {
            throw Failure(
                .conflict, "search '\(search.name)' is being carried out by process \(process.pid)",
                hint: "join it with 'qpx worker \(search.name)'")
        }
        let context = try recorded(search, threads: threads, work: work)
        return try carryOut(search, context)
    }

    /// Takes part in a search, whether others are at it or nobody.
    /// - Parameters:
    ///   - limit: how many trials to carry out at most.
    ///   - name: what the worker is called.
    func join(_ search: SearchRecord, threads: Int?, work: Settings, limit: Int?, name: String?) throws -> SearchRecord
    {
        defer { interrupts.end() }
        defer { progress.finish() }
        try refuseAsked(search)
        let context = try recorded(search, threads: threads, work: work)
        switch try store.enterSearch(id: search.id) {
        case .finished:
            progress.finish()
            console.notice("search '\(search.name)' has finished already")
            return try store.search(id: search.id)
        case .joined:
            return try carryOut(search, context, as: .joining, limit: limit, name: name)
        case .started:
            return try carryOut(search, context, as: .alone, limit: limit, name: name)
        }
    }

    private func refuseAsked(_ search: SearchRecord) throws(Failure) {
        guard search.evaluator == .ask else { return }
        throw .usage(
            "search '\(search.name)': its trials are asked for, not carried out here",
            hint: "'qpx ask \(search.name)' gives out the next one")
    }

    /// The context of a search as it was recorded, with what may differ from one process to the next.
    private func recorded(_ search: SearchRecord, threads: Int?, work: Settings) throws -> SearchContext {
        var specification = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        if let threads { specification.threads = threads }
        specification.work.workers = try work.integer("workers", in: 1...256) ?? specification.work.workers
        specification.work.lease = try work.seconds("lease") ?? specification.work.lease
        specification.work.retries = try work.integer("retries", in: 0...1000) ?? specification.work.retries
        specification.confirmation = try ConfirmationSpecification(work, over: specification.confirmation)
        return try RecordedContext(store: store, progress: progress).context(search, specification)
    }

    /// What a process is to a search.
    private enum Role {
        /// Begins it, or goes on with it, with as many workers as the specification says.
        case leading
        /// One worker, with nobody else there.
        case alone
        /// One worker beside others.
        case joining
    }

    private func carryOut(
        _ search: SearchRecord, _ context: SearchContext, as role: Role = .leading, limit: Int? = nil,
        name: String? = nil
    ) throws -> SearchRecord {
        interrupts.watch(search: search.id)
        let count = role == .leading ? context.problem.specification.work.workers : 1
        defer { helpers.end() }
        do {
            if role == .leading { try store.startSearch(id: search.id) }
            if role != .joining { try recordInputs(search, context) }
            let context = count > 1 ? try startHelpers(count - 1, search, context) : context
            var worker = SearchWorker(
                store: store, progress: progress, interrupts: interrupts, context: context, search: search,
                worker: .process(store, context.problem.specification, name: name), helpers: helpers)
            worker.tellsOthers = count > 1
            worker.limit = limit
            // One that has done its share leaves the rest to others, or for later.
            if try !worker.run() { _ = try store.endSearch(id: search.id, state: .interrupted) }
            return try store.search(id: search.id)
        } catch {
            interrupts.waitIfEnding()
            progress.finish()
            helpers.end()
            let message = Failure(error).message
            if (try? store.endSearch(id: search.id, state: .failed, error: message)) == .some(nil) {
                try? store.record(
                    EventRecord(level: .error, message: "a worker ended: \(message)", searchID: search.id))
            }
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
        try store.recordSpace(ofSearch: search.id, try CanonicalJSON.text(RecordedSpace(context.problem.space)))
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

    /// Starts workers beside this process, and divides its threads among all.
    /// - Returns: the context of this process.
    private func startHelpers(
        _ count: Int, _ search: SearchRecord, _ context: SearchContext
    ) throws -> SearchContext {
        let specification = context.problem.specification
        let threads = max(1, specification.threads / (count + 1))
        let confirmation = specification.confirmation
        for _ in 0..<count {
            try helpers.start(
                [
                    "worker", search.name, "--db", store.path, "--threads", "\(threads)", "--lease",
                    "\(specification.work.lease)", "--retries", "\(specification.work.retries)", "--confirm",
                    "\(confirmation.count)", "--quiet", "--helper",
                ] + (confirmation.count > 0 ? ["--confirm-seeds", "\(confirmation.seeds)"] : []))
        }
        return context.using(threads: max(threads, specification.threads - threads * count))
    }

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

extension Worker {
    /// This process, by the name given or by host and number.
    static func process(_ store: Store, _ specification: Specification, name: String? = nil) -> Worker {
        Worker(
            name: name ?? "\(store.process.host):\(store.process.pid)", process: store.process,
            leaseSeconds: specification.work.lease,
            environment: .current(store: store, threads: specification.threads))
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

    /// How much each earlier search was believed, JSON; nil without any.
    static func trust(_ proposal: Proposal) throws -> String? {
        guard !proposal.trust.isEmpty else { return nil }
        return try CanonicalJSON.text(
            Dictionary(proposal.trust.map { (String($0.source), $0.weight) }, uniquingKeysWith: { first, _ in first }))
    }
}
