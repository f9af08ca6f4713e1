#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif
internal import Synchronization

/// A tokenizer in the format of Hugging Face tokenizers: text to token ids and back.
///
/// The parts are those of `tokenizer.json`: added tokens, normalizer, pre-tokenizer, model (byte-pair encoding),
/// post-processor and decoder. A part of an unknown kind is refused when the tokenizer is loaded. The settings for
/// truncation and padding are not used.
public final class Tokenizer: Sendable {
    private let normalizer: (any Normalizer)?
    private let preTokenizer: (any PreTokenizer)?
    private let model: BytePairEncoding
    private let postProcessor: PostProcessor
    private let decoder: (any TokenDecoder)?
    private let rawFinder: AddedTokenFinder
    private let normalizedFinder: AddedTokenFinder
    /// Contents of the tokens by id; nil where an id is not used.
    private let contents: [[UInt8]?]
    private let specialIDs: Set<Int32>
    /// Words seen before. Taken as a whole by one caller at a time, so that encoding needs no lock.
    private let cache = Mutex<BytePairEncoding.Cache>([:])

    /// Id of the token that starts a text, if there is one.
    public let bosTokenID: Int32?
    /// Id of the token that ends a text, if there is one.
    public let eosTokenID: Int32?
    /// Number of different tokens, added ones included.
    public let vocabularySize: Int
    /// The largest id of a token.
    var largestID: Int { contents.count - 1 }

    /// Loads `tokenizer.json` of a model directory, or `tokenizer.model` where there is only that, and what `tokenizer_config.json`, `special_tokens_map.json` and
    /// `config.json` say of the tokens that start and end a text.
    ///
    /// - Throws: `file`, `unsupported`, `invalid`, `invalidPattern`, `missingToken`.
    public static func load(directory: URL) throws(TokenizerError) -> Tokenizer {
        try Tokenizer(TokenizerParts.read(directory: directory))
    }

    init(_ parts: TokenizerParts) {
        normalizer = parts.normalizer
        preTokenizer = parts.preTokenizer
        model = parts.model
        postProcessor = parts.postProcessor
        decoder = parts.decoder
        rawFinder = AddedTokenFinder(parts.addedTokens.filter { !$0.isNormalized }) { $0.content }
        normalizedFinder = AddedTokenFinder(parts.addedTokens.filter(\.isNormalized)) {
            parts.normalizer?.normalize($0.content) ?? $0.content
        }
        contents = parts.contents
        vocabularySize = parts.contents.reduce(0) { $0 + ($1 == nil ? 0 : 1) }
        specialIDs = Set(parts.addedTokens.filter(\.isSpecial).map(\.id))
        bosTokenID = parts.bosTokenID
        eosTokenID = parts.eosTokenID
    }

    /// The token that stands before a text of which every token is scored: the one that starts a text, else the one
    /// that ends it.
    public var prefixTokenID: Int32? { bosTokenID ?? eosTokenID }

    /// Whether the text itself begins with the token that starts a text, which must then not be added again.
    public func startsWithBOS(_ text: String) -> Bool {
        guard let bosTokenID, let content = content(of: bosTokenID) else { return false }
        return text.utf8.starts(with: content)
    }

    /// The token ids of a text.
    ///
    /// - Parameter addSpecialTokens: whether to put around it what the post-processor says, such as `<s>`.
    public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] {
        var ids = addSpecialTokens ? postProcessor.prefix : []
        var words = cache.withLock { shared in
            defer { shared = [:] }
            return shared
        }
        let bytes = Array(text.utf8)
        for segment in rawFinder.segments(of: bytes) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let range):
                let piece = Array(bytes[range])
                encode(normalizer?.normalize(piece) ?? piece, startsText: range.lowerBound == 0, &words, into: &ids)
            }
        }
        cache.withLock { shared in
            if words.count > shared.count { shared = words }
        }
        return addSpecialTokens ? ids + postProcessor.suffix : ids
    }

    private func encode(
        _ normalized: [UInt8], startsText: Bool, _ words: inout BytePairEncoding.Cache, into ids: inout [Int32]
    ) {
        for segment in normalizedFinder.segments(of: normalized) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let range):
                var pieces = PieceList(Array(normalized[range]), startsText: startsText && range.lowerBound == 0)
                preTokenizer?.split(&pieces)
                model.encode(pieces, cache: &words, into: &ids)
            }
        }
    }

    /// The text of token ids; ids that are not in the vocabulary are left out.
    ///
    /// - Parameter skipSpecialTokens: whether to leave out tokens such as `<s>`.
    public func decode(_ ids: [Int32], skipSpecialTokens: Bool = true) -> String {
        let tokens = ids.compactMap { id in
            skipSpecialTokens && specialIDs.contains(id) ? nil : content(of: id)
        }
        // Without a decoder, tokens are words.
        let texts = decoder?.decode(tokens) ?? [Array(tokens.joined(separator: [UInt8(ascii: " ")]))]
        return String(decoding: Array(texts.joined()), as: UTF8.self)
    }

    /// The tokens of ids as the vocabulary spells them, nil where an id is not in it.
    public func tokens(for ids: [Int32]) -> [String?] {
        ids.map { id in content(of: id).map { String(decoding: $0, as: UTF8.self) } }
    }

    private func content(of id: Int32) -> [UInt8]? {
        contents.indices.contains(Int(id)) ? contents[Int(id)] : nil
    }
}
