internal import Engine
internal import Store

/// Carries a trial out that was begun, and records what came of it.
struct TrialRunner {
    let store: Store
    let progress: ProgressLine
    let interrupts: InterruptGuard
    let context: SearchContext
    let search: SearchRecord
    let worker: Worker

    private var problem: SearchProblem { context.problem }

    /// Repeats a trial from the beginning to its end.
    /// - Parameter isWhole: evaluates a trial whole that was stopped early.
    func rerun(_ original: TrialRecord, isWhole: Bool = false) throws -> TrialRecord {
        let plan = try TrialPlan(original)
        let size = try context.evaluator.size(of: plan)
        let record = TrialRecord(
            searchID: search.id, kind: .rerun, label: plan.label, weightBytes: size.weightBytes,
            bitsPerWeight: size.bitsPerWeight, isWithinBudget: size.isWithinBudget, seed: original.seed,
            rerunOf: original.id, specification: try plan.recorded(), environment: worker.environment)
        let allocation = try plan.allocation.map { try AllocationRecord($0, choices: problem.space.choices) }
        let claimed = try interrupts.begin {
            guard case .begun(let claimed) = try store.beginTrial(record, allocation: allocation, by: worker) else {
                return nil
            }
            return claimed
        }
        guard let claimed else { throw Failure(.conflict, "\(original.name) cannot be repeated now") }
        return try carryOut(claimed, plan, isWhole: isWhole)
    }

    /// Carries one trial to its end.
    ///
    /// A trial whose training diverges has failed, and so has one of which the evaluator says so as often as it may be
    /// tried: its allocation is not tried again, and the search goes on. Any other error, such as a file that is gone, says
    /// nothing about the allocation: the trial may be tried again as often; then it is recorded as interrupted, so that a
    /// resumed search carries it out again, and the error is thrown.
    /// - Parameters:
    ///   - pace: how far the search was before this trial.
    ///   - isWhole: races against nobody.
    /// - Returns: the trial: finished, or waiting to be tried again; another one where the result came too late.
    @discardableResult
    func carryOut(
        _ claimed: ClaimedTrial, _ plan: TrialPlan, pace: SearchPace? = nil, isWhole: Bool = false
    ) throws -> TrialRecord {
        let (trial, attempt) = (claimed.trial, claimed.attempt)
        defer { interrupts.endTrial() }
        let keeper = worker.leaseSeconds.map { seconds in
            LeaseKeeper(store: store, attempt: attempt, seconds: seconds) { [progress] in
                progress.note("\(trial.name)  was given to another worker; its result is kept all the same")
            }
        }
        defer { keeper?.end() }
        let started = MonotonicClock.seconds
        var seconds: Double { MonotonicClock.seconds - started }
        do {
            var result = try result(of: plan, trial, isWhole: isWhole)
            let duration = seconds
            if result.origin?.sourceID == nil { result.durationSeconds = duration }
            result.pairedStandardError = try PairedNoise(store: store, search: search).share(of: result, trial: trial)
            let done = try store.completeTrial(attempt: attempt.id, result: result, environment: worker.environment)
            forget(plan, trial)
            progress.finish(
                line(done, as: result.origin, pace: pace?.adding(seconds: duration)) + (try frontText(done)))
            return done
        } catch TrainingError.diverged(let step) {
            return try fail(claimed, plan, TrainingError.diverged(step: step).description, seconds, retries: 0)
        } catch let error as any TrialFailure {
            // A signal ends another program as well: that is no failure of its own.
            interrupts.waitIfEnding()
            for var artifact in error.artifacts {
                artifact.trialID = trial.id
                try store.recordArtifact(artifact)
            }
            let failed = try fail(
                claimed, plan, error.description, seconds,
                retries: error.isRetriable ? problem.specification.work.retries : 0)
            if failed.state == .failed { try stopIfHopeless(error) }
            return failed
        } catch {
            interrupts.waitIfEnding()
            let message = Failure(error).message
            let retries = problem.specification.work.retries
            if !(error is StoreError), trial.kind != .rerun,
                let attempts = try? store.attempts(ofTrial: trial.id),
                attempts.count(where: { $0.state == .failed }) < retries
            {
                return try fail(claimed, plan, message, seconds, retries: retries)
            }
            // The error at hand is the one to report, also where the database cannot be written any more.
            _ = try? store.interruptTrial(attempt: attempt.id, durationSeconds: seconds)
            try? store.record(
                EventRecord(level: .error, message: message, searchID: search.id, trialID: trial.id))
            throw error
        }
    }

    /// What a trial yields: computed, or as it is recorded of a trial with the same inputs, which took the time that is
    /// recorded with it.
    private func result(of plan: TrialPlan, _ trial: TrialRecord, isWhole: Bool) throws -> TrialResult {
        // A rerun computes everything anew: that is its purpose.
        let digest = trial.kind == .rerun ? nil : try context.evaluator.resultDigest(of: plan, seed: trial.seed)
        if let digest, problem.specification.work.reuses, let known = try store.trial(withResult: digest) {
            var result = try store.result(ofTrial: known.id)
            result.origin = ResultOrigin(digest: digest, from: known)
            return result
        }
        var result = try context.evaluator.evaluate(
            plan, trial: trial, incumbent: { isWhole ? nil : try incumbent(of: trial) }, progress: progress)
        result.origin = digest.map { ResultOrigin(digest: $0) }
        return result
    }

    /// Failures at the beginning of a search after which it stops.
    private static let mostFailuresAtFirst = 3

    /// An evaluator that has never brought a result is wrong itself: it would use up all trials.
    private func stopIfHopeless(_ failure: any TrialFailure) throws {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete, .failed]
        let finished = try store.trials(filter).filter { $0.origin != .imported }
        guard finished.allSatisfy({ $0.state == .failed }), finished.count >= Self.mostFailuresAtFirst else { return }
        throw Failure(
            .failed, code: "evaluator_failed",
            "the evaluator brought no result in the first \(finished.count) trials; the last time: "
                + failure.description, hint: failure.artifacts.first.map { "its output is in \($0.path)" })
    }

    private func fail(
        _ claimed: ClaimedTrial, _ plan: TrialPlan, _ message: String, _ seconds: Double, retries: Int
    ) throws -> TrialRecord {
        let trial = try store.failTrial(
            attempt: claimed.attempt.id, error: message, durationSeconds: seconds,
            retries: claimed.trial.kind == .rerun ? 0 : retries)
        if trial.state == .waiting {
            progress.finish("\(trial.name)  attempt \(claimed.attempt.number) failed, to be tried again: \(message)")
        } else {
            forget(plan, trial)
            progress.finish("\(trial.name)  failed: \(message)")
        }
        return trial
    }

    /// A rerun keeps no state, and must not remove that of another trial.
    private func forget(_ plan: TrialPlan, _ trial: TrialRecord) {
        if trial.kind != .rerun { try? context.evaluator.forget(plan, seed: trial.seed) }
    }

    /// A finished trial in one line.
    func line(_ trial: TrialRecord, as origin: ResultOrigin? = nil, pace: SearchPace? = nil) -> String {
        let what = plan(trial)
        if let error = trial.error { return "\(trial.name)  \(what)  failed: \(error)" }
        let error = trial.objectiveStandardError.map { " ± \(NumberText.fixed($0, 4))" } ?? ""
        let mark = trial.fidelity < 1 ? "~" : ""
        let part = trial.fidelity < 1 ? "stopped after \(NumberText.percent(trial.fidelity)) %  " : ""
        let value = "\(search.objective) \(mark)\(NumberText.fixed(trial.objectiveValue, 4))\(error)"
        return "\(trial.name)  \(what)  \(value)  "
            + part + (origin?.source.map { "as \($0)" } ?? DurationText.short(trial.durationSeconds ?? 0))
            + (pace.map { "  (\($0.text))" } ?? "")
    }

    /// What a trial did to the front, where one is looked for: "  front of 5, hypervolume 1.234 (+0.056)", by the
    /// reference as it is now.
    private func frontText(_ trial: TrialRecord) throws -> String {
        guard search.secondObjective != nil, trial.kind.isCandidate, trial.state == .complete else { return "" }
        let analysis = try ParetoAnalysis(
            store, searches: [search], value: try ParetoValue(objectiveOf: [search]))
        guard let reference = analysis.reference else { return "" }
        let front = analysis.joint
        let before = ParetoFront(front.points.filter { $0.trial.id != trial.id }, sign: front.sign)
        let (now, then) = (front.hypervolume(reference), before.hypervolume(reference))
        func text(_ area: Double) -> String { HypervolumeText.short(ParetoAnalysis.mebibytes(area)) }
        let gain = now > then ? " (+\(text(now - then)))" : ""
        return "  front of \(front.members.count), hypervolume \(text(now))\(gain)"
    }

    private func plan(_ trial: TrialRecord) -> String {
        let map = trial.allocation.map { problem.bitMap.text(AllocationText($0)) }
        let original = trial.kind == .replicate ? trial.rerunOf.flatMap { try? store.trial(id: $0).name } : nil
        return [trial.label ?? original.map { "replicate of \($0)" }, map].compactMap { $0 }.joined(separator: "  ")
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
