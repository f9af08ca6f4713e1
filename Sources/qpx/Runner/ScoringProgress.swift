internal import Engine
internal import Synchronization

/// What is known of an evaluation while it runs: sequences and tokens scored so far.
final class ScoringProgress: Sendable {
    /// What was scored so far.
    struct Counts: Sendable, Equatable {
        /// Sequences scored.
        var sequences = 0
        /// Tokens that the model read.
        var tokens = 0
    }

    private struct State {
        var counts = Counts()
        var hasBegun = false
        var what = ""
    }

    private let line: ProgressLine
    private let label: String
    private let state = Mutex(State())

    /// - Parameter label: what is done, such as "evaluating".
    init(_ line: ProgressLine, label: String) {
        self.line = line
        self.label = label
    }

    /// Sequences and tokens so far.
    var counts: Counts { state.withLock(\.counts) }

    /// A task or text begins; all sequences were encoded before the first one does.
    func begin(done: Int, total: Int, what: String) {
        let isFirst = state.withLock { state in
            state.what = done < total ? FilePath.name(of: what) : ""
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
        if isFirst { line.begin(label, total: total, unit: "sequences") }
        line.advance(to: done, note: state.withLock(\.what))
    }

    /// More sequences were scored.
    func add(_ requests: [ScoringRequest]) {
        let (done, what) = state.withLock { state in
            state.counts.sequences += requests.count
            state.counts.tokens += requests.reduce(0) { $0 + $1.tokens.count - 1 }
            return (state.counts.sequences, state.what)
        }
        line.advance(to: done, note: what)
    }
}
