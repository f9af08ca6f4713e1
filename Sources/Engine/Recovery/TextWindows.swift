/// Training batches from a plain text: windows of equal length in an order that a seed fixes.
///
/// Documents (separated by blank lines) are encoded one by one, each with the tokenizer's BOS in front, joined, and cut
/// into windows; every epoch shifts the cuts and shuffles the windows anew.
public struct TextWindows: Sendable {
    private let tokens: [Int32]
    private let length: Int
    private let source: RandomSource

    /// Windows of `length` tokens over the text's tokens.
    /// - Throws: `TrainingError.textTooShort` if there are fewer than `length` tokens.
    public init(tokens: [Int32], length: Int, seed: UInt64) throws(TrainingError) {
        guard length >= 2, tokens.count >= length else {
            throw .textTooShort(tokens: tokens.count, needed: max(2, length))
        }
        self.tokens = tokens
        self.length = length
        source = RandomSource(seed: seed)
    }

    /// The documents of a text: what stands between blank lines, without the line breaks around it.
    ///
    /// Works on bytes: as characters, "\r\n" would not count as a line break.
    public static func documents(of text: String) -> [String] {
        var documents: [String] = []
        let bytes = text.utf8
        var start: String.Index?
        var end = bytes.startIndex
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.allSatisfy(isBlank) {
                if let start { documents.append(String(text[start..<end])) }
                start = nil
            } else {
                if start == nil { start = line.startIndex }
                end = line.last == 0x0D ? line.index(before: line.endIndex) : line.endIndex
            }
        }
        if let start { documents.append(String(text[start..<end])) }
        return documents
    }

    /// The batch of a step: `size` windows.
    public func batch(step: Int, size: Int) -> TokenBatch {
        // Room for a shift is what the last window leaves over.
        let room = tokens.count - count * length
        let places = EpochOrder(count: count, source: source).places(step: step, size: size) { random in
            room > 0 ? random.integer(below: room + 1) : 0
        }
        return TokenBatch(
            places.map { shift, place in
                let start = shift + place * length
                return Array(tokens[start..<start + length])
            })
    }
}

extension TextWindows: TrainingData {
    /// Number of windows in one pass through the text.
    public var count: Int { max(1, (tokens.count - length) / length + 1) }

    /// The batch of a step; every token predicts its successor.
    public func trainingBatch(step: Int, size: Int) -> TrainingBatch { TrainingBatch(batch(step: step, size: size)) }

    /// SHA-256 of the tokens, the windows' length and the seed.
    public var digest: String {
        var hash = SHA256()
        hash.update("text windows \(length) \(source.stateWords)\n")
        hash.update(tokens: tokens)
        return hash.hex()
    }
}

extension SHA256 {
    /// Adds the number of tokens and their ids, little-endian.
    mutating func update(tokens: [Int32]) {
        update("\(tokens.count)\n")
        tokens.map(\.littleEndian).withUnsafeBytes { update($0) }
    }
}
