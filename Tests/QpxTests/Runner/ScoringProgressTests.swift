import Engine
import Synchronization
import Testing

@testable import qpx

@Suite("An observed model") struct ScoringProgressTests {
    /// Gives every request its first token as its log-likelihood, and remembers how it was asked.
    private final class Echo: LanguageModel {
        let calls = Mutex<[Int]>([])
        var vocabularySize: Int { 100_000 }
        var contextLength: Int { 1000 }

        func score(_ requests: [ScoringRequest]) throws -> [ScoringResult] {
            calls.withLock { $0.append(requests.count) }
            return requests.map {
                ScoringResult(tokenLogLikelihoods: [-Double($0.tokens.first ?? -1)], isGreedy: false)
            }
        }
    }

    @Test("scores in several parts and keeps the order of the requests", arguments: [0, 1, 7, 2000])
    func order(count: Int) throws {
        let requests = (0..<count).map { n in
            ScoringRequest(tokens: [Int32(n)] + [Int32](repeating: 0, count: 1 + n * 37 % 90), targetStart: 1)
        }
        let model = Echo()
        let progress = ScoringProgress(
            ProgressLine(style: .off, now: { 0 }, write: { _ in }), label: "evaluating")
        let observed = ObservedModel(model: model, parallelism: Parallelism(threads: 2), progress: progress)
        let results = try observed.score(requests)
        #expect(results.map(\.logLikelihood) == (0..<count).map { -Double($0) })
        #expect(progress.counts.sequences == count)
        #expect(progress.counts.tokens == requests.reduce(0) { $0 + $1.tokens.count - 1 })
        let calls = model.calls.withLock { $0 }
        #expect(calls.reduce(0, +) == count && !calls.contains(0))
        #expect(calls.count == (count == 0 ? 0 : count < 100 ? 1 : 4))
    }
}
