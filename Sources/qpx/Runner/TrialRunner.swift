internal import Engine
internal import Store

/// Records a trial, carries it out, records what came of it.
struct TrialRunner {
    let store: Store
    let progress: ProgressLine
    let interrupts: InterruptGuard
    let context: SearchContext
    let search: SearchRecord
    let environment: RunEnvironment

    private var problem: SearchProblem { context.problem }

    /// Runs one trial to its end.
    ///
    /// A trial whose training diverges has failed: its allocation is not tried again, and the search goes on. Any other
    /// error, such as a file that is gone, says nothing about the allocation: the trial is recorded as interrupted, so
    /// that a resumed search carries it out again, and the error is thrown.
    /// - Parameter pace: how far the search was before this trial.
    /// - Returns: the finished trial.
    @discardableResult
    func run(
        _ plan: TrialPlan, suggestion: SuggestionRecord?, rerunOf: TrialRecord? = nil, pace: SearchPace? = nil
    ) throws -> TrialRecord {
        let evaluator = context.evaluator
        let size = try evaluator.size(of: plan)
        let allocation = try plan.allocation.map { allocation in
            try AllocationRecord(allocation, choices: problem.space.choices)
        }
        let record = TrialRecord(
            searchID: search.id, kind: rerunOf == nil ? plan.kind : .rerun, label: plan.label,
            weightBytes: size.weightBytes, bitsPerWeight: size.bitsPerWeight, isWithinBudget: size.isWithinBudget,
            seed: problem.specification.seed, rerunOf: rerunOf?.id, specification: try plan.recorded(),
            environment: environment)
        let trial = try interrupts.begin {
            try store.beginTrial(record, allocation: allocation, suggestion: suggestion)
        }
        defer { interrupts.endTrial() }
        let started = MonotonicClock.seconds
        do {
            var result = try evaluator.evaluate(plan, trial: trial, progress: progress)
            let seconds = MonotonicClock.seconds - started
            result.durationSeconds = seconds
            let done = try store.completeTrial(id: trial.id, result: result)
            if rerunOf == nil { try? evaluator.forget(plan, seed: trial.seed) }
            progress.finish(line(done, seconds, pace))
            return done
        } catch TrainingError.diverged(let step) {
            let message = TrainingError.diverged(step: step).description
            let failed = try store.failTrial(
                id: trial.id, error: message, durationSeconds: MonotonicClock.seconds - started)
            if rerunOf == nil { try? evaluator.forget(plan, seed: trial.seed) }
            progress.finish("\(failed.name)  failed: \(message)")
            return failed
        } catch let failure as EvaluatorFailure {
            interrupts.waitIfEnding()
            let failed = try store.failTrial(
                id: trial.id, error: failure.description, durationSeconds: MonotonicClock.seconds - started)
            try recordLog(failure.log, of: trial)
            progress.finish("\(failed.name)  failed: \(failure.description)")
            try stopIfHopeless(failure)
            return failed
        } catch {
            interrupts.waitIfEnding()
            // The error at hand is the one to report, also where the database cannot be written any more.
            _ = try? store.interruptTrial(id: trial.id, durationSeconds: MonotonicClock.seconds - started)
            try? store.record(
                EventRecord(
                    level: .error, message: Failure(error).message, searchID: search.id, trialID: trial.id))
            throw error
        }
    }

    /// Failures at the beginning of a search after which it stops.
    private static let mostFailuresAtFirst = 3

    /// An evaluator that has never brought a result is wrong itself: it would use up all trials.
    private func stopIfHopeless(_ failure: EvaluatorFailure) throws {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete, .failed]
        let finished = try store.trials(filter)
        guard finished.allSatisfy({ $0.state == .failed }), finished.count >= Self.mostFailuresAtFirst else { return }
        throw Failure(
            .failed, code: "evaluator_failed",
            "the evaluator brought no result in the first \(finished.count) trials; the last time: \(failure)",
            hint: failure.log.map { "its output is in \($0.path)" })
    }

    private func recordLog(_ log: ArtifactRecord?, of trial: TrialRecord) throws {
        guard var log else { return }
        log.trialID = trial.id
        try store.recordArtifact(log)
    }

    private func line(_ trial: TrialRecord, _ seconds: Double, _ pace: SearchPace?) -> String {
        let what = plan(trial)
        let error = trial.objectiveStandardError.map { " ± \(NumberText.fixed($0, 4))" } ?? ""
        return "\(trial.name)  \(what)  \(search.objective) \(NumberText.fixed(trial.objectiveValue, 4))\(error)  "
            + DurationText.short(seconds) + (pace.map { "  (\($0.adding(seconds: seconds).text))" } ?? "")
    }

    private func plan(_ trial: TrialRecord) -> String {
        let map = trial.allocation.map { problem.bitMap.text(AllocationText($0)) }
        return [trial.label, map].compactMap { $0 }.joined(separator: "  ")
    }
}

extension AllocationRecord {
    /// The rows of an allocation: one for a layer, seven where its modules differ.
    /// - Parameter choices: say the bits of names that are no precisions of this program.
    /// - Throws: `PrecisionError` for an unknown name.
    init(_ allocation: Allocation, choices: [AllocationSpace.Choice] = []) throws {
        var rows: [Layer] = []
        for layer in 0..<allocation.layers {
            let names = allocation.modulePrecisions(layer: layer)
            let isWhole = names.allSatisfy { $0 == names[0] }
            for (projection, name) in zip(Projection.allCases, names).prefix(isWhole ? 1 : names.count) {
                rows.append(
                    Layer(
                        layer: layer, module: isWhole ? "all" : projection.rawValue, precision: name,
                        bits: try choices.first { $0.name == name }?.bits ?? Precisions.parse(name).bits))
            }
        }
        try self.init(layers: rows)
    }
}
