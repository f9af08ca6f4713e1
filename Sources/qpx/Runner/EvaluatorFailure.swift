internal import Store

/// Why a program that should carry a trial out brought no result.
struct EvaluatorFailure: TrialFailure {
    /// What went wrong.
    enum Reason: Sendable, Equatable {
        /// The exit status was not 0; the last line of standard error.
        case exited(Int32, String?)
        /// A signal ended it.
        case signalled(Int32, String?)
        /// It took longer than this many seconds.
        case timedOut(Double)
        /// The reply is not one.
        case reply(EvaluatorReplyError)
        /// The reply says that the trial failed.
        case said(String)
    }

    /// What went wrong.
    let reason: Reason
    /// What the program wrote, where it wrote anything.
    var log: ArtifactRecord?

    /// The log.
    var artifacts: [ArtifactRecord] { log.map { [$0] } ?? [] }

    /// Whether another attempt at the same trial may succeed: programs fail for reasons of the moment, too.
    var isRetriable: Bool { true }

    /// One line.
    var description: String {
        switch reason {
        case .exited(let status, let line): "the evaluator ended with status \(status)" + Self.tail(line)
        case .signalled(let signal, let line): "the evaluator was ended by signal \(signal)" + Self.tail(line)
        case .timedOut(let seconds):
            "the evaluator took longer than \(NumberText.exact(seconds)) seconds (--evaluator-timeout)"
        case .reply(let error): error.description
        case .said(let text): "the evaluator says: \(text)"
        }
    }

    private static func tail(_ line: String?) -> String { line.map { ": " + $0 } ?? "" }
}
