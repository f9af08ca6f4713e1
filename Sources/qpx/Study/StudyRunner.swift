internal import Engine
internal import Store

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Carries the searches of a study out, each in a process of its own, some at the same time.
///
/// What is done is in the database, so a study that was interrupted goes on where it was. Searches share no state but the
/// database, and none depends on another but by a warm start, which waits: results are the same however many run at once.
struct StudyRunner {
    let store: Store
    let console: Console
    /// The study's file, as the user named it.
    let path: String
    let plan: StudyPlan
    /// The study with the searches that were not asked for.
    let whole: StudyPlan
    /// How many searches run at the same time.
    let jobs: Int
    /// Threads for all of them together.
    let threads: Int

    /// How the searches ended.
    struct Outcome {
        var statuses: [StudyStatus]
        /// Searches that could not be carried out.
        var failed: [String]
    }

    private struct Running {
        var name: String
        var process: Int32
        var started: Double
    }

    private static let pollMicroseconds: UInt32 = 200_000

    /// Carries out what is left to do.
    func run() throws -> Outcome {
        let progress = console.progress()
        let helpers = HelperProcesses()
        let interrupts = InterruptGuard(
            store: store, progress: progress, helpers: helpers, hint: "; 'qpx study \(path)' goes on")
        defer {
            helpers.end()
            interrupts.end()
            progress.finish()
        }
        var pending = try statuses().filter { $0.step != .done }.map(\.planned)
        try checkStarts(of: pending)
        let total = plan.searches.reduce(0) { $0 + $1.trials }
        let before = try completeTrials()
        var running: [Running] = []
        var failed: [String] = []
        progress.begin("\(plan.searches.count) searches", total: max(1, total - before), unit: "trials")
        while !pending.isEmpty || !running.isEmpty {
            let endings = helpers.endings()
            // Helpers that an interruption has ended have not failed, and no other takes their place.
            interrupts.waitIfEnding()
            for ending in endings {
                guard let index = running.firstIndex(where: { $0.process == ending.process }) else { continue }
                let job = running.remove(at: index)
                if ending.signal != 0 || ending.status != 0 { failed.append(job.name) }
                progress.note(try line(job, failed: failed.contains(job.name)))
            }
            while running.count < jobs, let index = try pending.firstIndex(where: { try isReady($0, failed) }) {
                let planned = pending.remove(at: index)
                if planned.specification.warmStart.contains(where: failed.contains) {
                    failed.append(planned.name)
                    progress.note("\(planned.name)  not begun: what it starts from has failed")
                    continue
                }
                let process = try interrupts.starting {
                    try helpers.start([
                        "study", path, "--only", planned.name, "--helper", "--db", store.path, "--threads",
                        "\(max(1, threads / jobs))", "--quiet",
                    ])
                }
                running.append(Running(name: planned.name, process: process, started: MonotonicClock.seconds))
            }
            let done = plan.searches.count - pending.count - running.count
            progress.advance(
                to: min(max(1, total - before), max(0, try completeTrials() - before)),
                note: "\(done) searches done, "
                    + (running.isEmpty
                        ? "waiting for other processes" : "at \(running.map(\.name).joined(separator: ", "))"))
            usleep(Self.pollMicroseconds)
        }
        return Outcome(statuses: try statuses(), failed: failed)
    }

    /// Carries one search out in this process: the part of a helper.
    func carryOut(_ planned: StudyPlan.Search) throws {
        let status = try StudyStatus(planned, in: store)
        let runner = SearchRunner(store: store, console: console, isHelper: true)
        var planned = planned
        planned.specification.threads = threads
        var search = status.search
        if search == nil {
            search = try runner.start(
                planned.specification,
                commandLine: CommandLineText.text(["qpx", "study", path, "--only", planned.name]))
        } else if let name = search?.name, search?.state != .complete {
            search = try runner.resume(name, threads: threads)
        }
        guard let search else { return }
        let missing = try StudyStatus(planned, in: store).missingMeasures
        guard !missing.isEmpty else { return }
        try measure(missing, of: search, planned)
    }

    /// Takes measures of layer importance of a search's pruned model, with its calibration text and its seed.
    private func measure(_ measures: [String], of search: SearchRecord, _ planned: StudyPlan.Search) throws {
        let specification = planned.specification
        guard let calibration = specification.pruning.calibration else {
            throw Failure.usage("search '\(search.name)': importance needs --calibration")
        }
        let model = try store.model(id: search.prunedModelID ?? search.modelID)
        let request = ImportanceCommand.Request(
            model: model.path, measures: measures, signal: specification.layerImportance.signal,
            calibration: calibration, calibrationSamples: specification.pruning.calibrationSamples,
            calibrationLength: specification.pruning.calibrationLength, choices: specification.choices,
            budget: nil, seed: specification.seed, threads: threads)
        let loaded = try ModelFolder.open(model.path, says: "search '\(search.name)'")
        _ = try ImportanceRunner(request: request, model: loaded, store: store, progress: console.progress())
            .run(commandLine: CommandLineText.text(["qpx", "study", path, "--only", planned.name]))
    }

    /// How far every search is.
    /// - Throws: `Failure` with status 4 where another search has the name of one.
    func statuses() throws -> [StudyStatus] { try plan.searches.map { try StudyStatus($0, in: store) } }

    /// Refuses searches that start from one of the study that is neither complete nor asked for: what they took from it
    /// would depend on how far it is.
    private func checkStarts(of pending: [StudyPlan.Search]) throws {
        for planned in pending {
            for name in planned.specification.warmStart where !plan.searches.contains(where: { $0.name == name }) {
                guard let source = whole.searches.first(where: { $0.name == name }),
                    try StudyStatus(source, in: store).search?.state != .complete
                else { continue }
                throw Failure(
                    .conflict, "search '\(planned.name)' starts from '\(name)', which is not complete",
                    hint: "add --only '\(name)'")
            }
        }
    }

    /// Whether a search can begin now: nobody is at it, and what it starts from has ended.
    private func isReady(_ planned: StudyPlan.Search, _ failed: [String]) throws -> Bool {
        for name in planned.specification.warmStart where !failed.contains(name) {
            guard let source = plan.searches.first(where: { $0.name == name }) else { continue }
            guard try StudyStatus(source, in: store).search?.state == .complete else { return false }
        }
        return try StudyStatus(planned, in: store).step != .running
    }

    private func completeTrials() throws -> Int {
        var sum = 0
        for planned in plan.searches {
            guard let search = try store.search(exactly: planned.name) else { continue }
            sum += min(planned.trials, try store.trialCounts(ofSearch: search.id)[.complete] ?? 0)
        }
        return sum
    }

    private func line(_ job: Running, failed: Bool) throws -> String {
        let time = DurationText.short(MonotonicClock.seconds - job.started)
        guard !failed else { return "\(job.name)  failed after \(time)" }
        guard let search = try store.search(exactly: job.name), let best = try store.bestTrial(ofSearch: search.id)
        else {
            return "\(job.name)  complete  \(time)"
        }
        return "\(job.name)  \(search.objective) \(NumberText.fixed(best.objectiveValue, 4))  \(time)"
    }
}
