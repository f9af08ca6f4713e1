import Testing

@testable import Engine

@Suite("Tokens of a continuation") struct ContinuationTokensTests {
    private func request(
        _ context: String, _ continuation: String, encoder: CharacterEncoder = CharacterEncoder(), limit: Int = 64,
        vocabularySize: Int = 256
    ) throws -> ScoringRequest {
        try ContinuationTokens(encoder: encoder, contextLength: limit, vocabularySize: vocabularySize)
            .scoringRequest(
                ContinuationRequest(context: context, continuation: continuation), source: "t", id: "e", choice: 1)
    }

    private let ids = CharacterEncoder.ids

    @Test("follow the context's, which begin with the beginning of text")
    func plain() throws {
        #expect(try request("ab", " c") == ScoringRequest(tokens: [1] + ids("ab c"), targetStart: 3))
    }

    @Test("take the blanks at the context's end", arguments: ["ab ", "ab \n\t ", "ab\u{1f}"])
    func blanks(_ context: String) throws {
        let expected = ScoringRequest(tokens: [1] + ids(context + "c"), targetStart: 3)
        #expect(try request(context, "c") == expected)
    }

    @Test("take a context of blanks whole")
    func blankContext() throws {
        #expect(try request("  ", "c") == ScoringRequest(tokens: [1] + ids("  c"), targetStart: 1))
        let bare = CharacterEncoder(addsBeginning: false)
        #expect(try request("  ", "c", encoder: bare) == ScoringRequest(tokens: [1] + ids("  c"), targetStart: 1))
    }

    @Test("are what follows as many tokens as the context alone has, even across a merge")
    func merge() throws {
        // "at" is a, t; "atho" is a, th, o: the context keeps its own two tokens, the continuation starts at the third.
        #expect(try request("at", "ho") == ScoringRequest(tokens: [1] + ids("at") + ids("o"), targetStart: 3))
        #expect(try request("t", "hho") == ScoringRequest(tokens: [1] + ids("t") + ids("ho"), targetStart: 2))
    }

    @Test("must not vanish in a merge")
    func vanished() {
        #expect(throws: EvaluationError.noTokens(source: "t", id: "e", choice: 1)) { try request("t", "h") }
    }

    @Test("follow the prefix token after an empty context")
    func emptyContext() throws {
        #expect(try request("", " c") == ScoringRequest(tokens: [1] + ids(" c"), targetStart: 1))
        #expect(try request("", "<s>c") == ScoringRequest(tokens: [1] + ids("c"), targetStart: 1))
        let bare = CharacterEncoder(prefixTokenID: nil)
        #expect(throws: EvaluationError.noPrefixToken(source: "t")) { try request("", " c", encoder: bare) }
        #expect(throws: EvaluationError.noTokens(source: "t", id: "e", choice: 1)) { try request("", "<s>") }
    }

    @Test("get no second beginning")
    func beginning() throws {
        #expect(try request("<s>a", "b") == ScoringRequest(tokens: [1] + ids("ab"), targetStart: 2))
    }

    @Test("lose the context's first tokens when the model's context is short")
    func truncation() throws {
        #expect(try request("abcdef", " g", limit: 4) == ScoringRequest(tokens: ids("def g"), targetStart: 3))
        #expect(try request("abcdef", " g", limit: 2) == ScoringRequest(tokens: ids("f g"), targetStart: 1))
        #expect(
            throws: EvaluationError.continuationTooLong(
                source: "t", id: "e", choice: 1, tokens: 2, contextLength: 1)
        ) { try request("abcdef", " g", limit: 1) }
    }

    @Test("must be the model's")
    func vocabulary() {
        #expect(throws: EvaluationError.tokenOutsideVocabulary(source: "t", token: 98, vocabularySize: 98)) {
            try request("a", "b", vocabularySize: 98)
        }
    }
}
