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
    public static func documents(of text: String) -> [String] {
        var documents: [String] = []
        var lines: [Substring] = []
        func close() {
            if !lines.isEmpty { documents.append(lines.joined(separator: "\n")) }
            lines = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy(\.isWhitespace) { close() } else { lines.append(line) }
        }
        close()
        return documents
    }

    /// The batch of a step: `size` windows.
    public func batch(step: Int, size: Int) -> TokenBatch {
        let perEpoch = max(1, (tokens.count - length) / length + 1)
        let windows = (0..<size).map { i -> [Int32] in
            let index = step * size + i
            let epoch = index / perEpoch
            var random = source.derived(epoch)
            // Room for a shift is what the last window leaves over.
            let room = tokens.count - perEpoch * length
            let shift = room > 0 ? random.integer(below: room + 1) : 0
            let order = random.permutation(perEpoch)
            let start = shift + order[index % perEpoch] * length
            return Array(tokens[start..<start + length])
        }
        return TokenBatch(windows)
    }
}
