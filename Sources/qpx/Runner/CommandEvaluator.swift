internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Hands trials to another program: `docs/evaluator.md`.
struct CommandEvaluator: TrialEvaluator {
    let problem: SearchProblem
    let model: ExternalModel
    /// The search's resolved specification, JSON on one line.
    let specification: String
    /// Command for `/bin/sh -c`.
    let command: String
    /// Seconds after which it is ended; nil for never.
    let timeout: Double?
    /// Folder of the logs.
    let logFolder: String

    func size(of plan: TrialPlan) throws -> TrialSize {
        try model.size(of: plan, budgetBytes: problem.budgetBytes)
    }

    /// Nothing is kept of an interrupted trial.
    func forget(_ plan: TrialPlan, seed: UInt64) throws {}

    /// - Throws: `EvaluatorFailure`; `Failure` where the log cannot be written.
    func evaluate(
        _ plan: TrialPlan, trial: TrialRecord, incumbent: () throws -> RaceIncumbent?, progress: ProgressLine
    ) throws -> TrialResult {
        let (attempt, stem) = try attempt(trial)
        let files = AttemptFiles(stem: stem)
        defer { files.remove() }
        let message = TrialMessage(
            trial: trial, plan: plan, problem: problem, attempt: attempt, model: model.path,
            prunedModel: model.prunedPath, replyFile: files.reply, specification: specification)
        try TextFile.write(message.json.compact + "\n", to: files.message)
        progress.begin("\(trial.name)  evaluator")
        let child = ChildProcess(
            command: command,
            environment: [
                ("QPX_TRIAL", trial.name), ("QPX_SEARCH", trial.search), ("QPX_REPLY_FILE", files.reply),
            ], input: files.message, output: files.output, error: files.error)
        let started = MonotonicClock.seconds
        let ending: ChildProcess.Ending
        do throws(ChildProcess.NotStarted) {
            ending = try child.run(timeout: timeout)
        } catch {
            throw Self.cannotRun(error.description)
        }
        let log = try files.log()
        func failure(_ reason: EvaluatorFailure.Reason) -> EvaluatorFailure {
            EvaluatorFailure(reason: reason, log: log)
        }
        switch ending {
        case .exited(0): break
        // What the shell says of a command that it cannot find or may not run.
        case .exited(let status) where status == 126 || status == 127:
            throw Self.cannotRun(files.lastErrorLine ?? "status \(status) of the shell")
        case .exited(let status): throw failure(.exited(status, said(files) ?? files.lastErrorLine))
        case .signalled(let number): throw failure(.signalled(number, files.lastErrorLine))
        case .timedOut: throw failure(.timedOut(timeout ?? 0))
        }
        let seconds = MonotonicClock.seconds - started
        let outcome = Result { () throws(EvaluatorReplyError) in try reply(files) }
        switch outcome {
        case .failure(let error): throw failure(.reply(error))
        case .success(let reply):
            if let error = reply.error { throw failure(.said(error)) }
            do throws(EvaluatorReplyError) {
                return try reply.result(
                    objective: problem.specification.objective.name, durationSeconds: seconds,
                    artifacts: log.map { [$0] } ?? [])
            } catch {
                throw failure(.reply(error))
            }
        }
    }

    /// The reason that a program gives before it ends with another status than 0, where it gives one.
    private func said(_ files: AttemptFiles) -> String? { (try? reply(files))?.error }

    /// The reply file's content, else what standard output ends with.
    private func reply(_ files: AttemptFiles) throws(EvaluatorReplyError) -> EvaluatorReply {
        guard let text = files.replyText() else { return try EvaluatorReplyParser.reply(inOutput: files.outputText) }
        return try EvaluatorReplyParser.reply(inFile: text)
    }

    /// No trial can help it: the search stops.
    private static func cannotRun(_ reason: String) -> Failure {
        Failure(
            .failed, code: "evaluator_not_run", "the evaluator cannot be run: \(reason)",
            hint: "check the command of --evaluator; 'qpx resume' goes on")
    }

    /// Which go at the trial this is: the first without a log, and where its files begin.
    private func attempt(_ trial: TrialRecord) throws -> (number: Int, stem: String) {
        do {
            try FileManager.default.createDirectory(atPath: logFolder, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError.unwritable(file: logFolder, reason: "the folder cannot be made here")
        }
        var number = 1
        func stem() -> String { "\(logFolder)/\(trial.search)-\(trial.number).\(trial.id).\(number)" }
        while FilePath.exists(AttemptFiles(stem: stem()).logPath) { number += 1 }
        return (number, stem())
    }
}
