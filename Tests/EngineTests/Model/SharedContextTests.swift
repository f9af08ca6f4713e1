import Testing

@testable import Engine

@Suite("Requests with a common beginning", .serialized) struct SharedContextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let requests: [[Int32]]
        let expected: [SharedContext]
    }

    private static func family(_ members: Range<Int>, length: Int) -> SharedContext {
        SharedContext(members: Array(members), length: length)
    }

    @Test(
        "join where that saves tokens",
        arguments: [
            Case(testDescription: "none", requests: [], expected: []),
            Case(
                testDescription: "nothing in common", requests: [[1, 2], [3, 4]],
                expected: [family(0..<1, length: 1), family(1..<2, length: 1)]),
            Case(
                testDescription: "a question's answers", requests: [[1, 2, 3, 4], [1, 2, 5, 6], [1, 2, 7]],
                expected: [family(0..<3, length: 2)]),
            Case(
                testDescription: "the last token is not read", requests: [[1, 2, 3], [1, 2, 4]],
                expected: [family(0..<2, length: 2)]),
            Case(
                testDescription: "not beyond the limit of nine tokens",
                requests: [[1, 2, 3, 4, 5], [1, 6, 7, 8, 9], [1, 10, 11, 12, 13]],
                expected: [family(0..<2, length: 1), family(2..<3, length: 4)]),
            Case(
                testDescription: "a request alone before a question",
                requests: [[1, 9, 9], [1, 2, 3, 4, 5], [1, 2, 3, 4, 6]],
                expected: [family(0..<1, length: 2), family(1..<3, length: 4)]),
            Case(
                testDescription: "pairs of sentences that share one token and then more",
                requests: [[1, 2, 3], [1, 4, 5], [1, 6, 7, 8, 9], [1, 6, 7, 8, 2]],
                expected: [family(0..<2, length: 1), family(2..<4, length: 4)]),
            Case(
                testDescription: "two questions that share their first token",
                requests: [[1, 2, 3, 4, 5], [1, 2, 3, 4, 6], [1, 7, 8, 9], [1, 7, 8, 10]],
                expected: [family(0..<2, length: 4), family(2..<4, length: 3)]),
        ])
    func join(_ example: Case) {
        let requests = example.requests.map { ScoringRequest(tokens: $0, targetStart: 1) }
        let families = SharedContext.families(of: requests, tokenLimit: 9)
        #expect(families == example.expected)
        #expect(families.flatMap(\.members) == Array(requests.indices))
    }

    @Test("score like each request alone, to the last bit, on every code set")
    func sameBits() throws {
        defer { Kernels.CodeSet.current = .best }
        let model = TinyModel.make()
        let common = TinyModel.tokens([37])[0]
        let endings = TinyModel.tokens([1, 2, 9, 17, 24, 1])
        // Targets in the branches alone, across the border, from the first token on; branches without rows of their own.
        var requests = endings.map { ScoringRequest(tokens: common + $0, targetStart: common.count) }
        requests += endings.map { ScoringRequest(tokens: common + $0, targetStart: 20) }
        requests += endings.map { ScoringRequest(tokens: Array(common.prefix(5)) + $0, targetStart: 1) }
        let alone = try requests.flatMap { try LlamaScorer(model: model, parallelism: .serial).score([$0]) }
        #expect(SharedContext.families(of: requests, tokenLimit: 10_000).count < requests.count / 3)
        for set in Kernels.CodeSet.allCases {
            Kernels.CodeSet.current = set
            for batchTokens in [1, 100, 10_000] {
                let scorer = LlamaScorer(model: model, parallelism: Parallelism(threads: 2), batchTokens: batchTokens)
                #expect(try scorer.score(requests) == alone, "\(set), \(batchTokens) tokens")
            }
        }
    }
}
