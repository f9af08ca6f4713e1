import Foundation

@testable import Engine

/// A language model that knows how often a token followed another: p(b | a) = (count(a, b) + 1) / (count(a) + V).
struct BigramModel: LanguageModel {
    let vocabularySize: Int
    let contextLength: Int
    private var pairs: [[Int32]: Int] = [:]
    private var firsts: [Int32: Int] = [:]

    init(tokens: [Int32], vocabularySize: Int = 256, contextLength: Int = 64) {
        self.vocabularySize = vocabularySize
        self.contextLength = contextLength
        for (a, b) in zip(tokens, tokens.dropFirst()) {
            pairs[[a, b], default: 0] += 1
            firsts[a, default: 0] += 1
        }
    }

    func probability(of b: Int32, after a: Int32) -> Double {
        Double(pairs[[a, b], default: 0] + 1) / Double(firsts[a, default: 0] + vocabularySize)
    }

    func score(_ requests: [ScoringRequest]) throws -> [ScoringResult] {
        requests.map { request in
            precondition(request.tokens.count <= contextLength + 1 && request.targetStart >= 1)
            let targets = request.targetStart..<request.tokens.count
            let isGreedy = targets.allSatisfy { i in
                let all = (0..<Int32(vocabularySize)).map { probability(of: $0, after: request.tokens[i - 1]) }
                return all.firstIndex(of: all.max() ?? 0) == Int(request.tokens[i])
            }
            let values = targets.map { log(probability(of: request.tokens[$0], after: request.tokens[$0 - 1])) }
            return ScoringResult(tokenLogLikelihoods: values, isGreedy: isGreedy)
        }
    }
}

/// One token per ASCII character, except that "th" is one token; "<s>" or the special tokens give token 1.
struct CharacterEncoder: TextEncoder {
    var prefixTokenID: Int32? = 1
    var beginningOfText: String? = "<s>"
    var addsBeginning = true

    func encode(_ text: String, addSpecialTokens: Bool) -> [Int32] {
        var ids: [Int32] = addSpecialTokens && addsBeginning ? [1] : []
        var rest = Substring(text)
        while let first = rest.unicodeScalars.first {
            if rest.hasPrefix("<s>") {
                ids.append(1)
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("th") {
                ids.append(200)
                rest = rest.dropFirst(2)
            } else {
                ids.append(Int32(first.value))
                rest.unicodeScalars.removeFirst()
            }
        }
        return ids
    }

    /// Ids of single characters.
    static func ids(_ text: String) -> [Int32] { text.unicodeScalars.map { Int32($0.value) } }
}
