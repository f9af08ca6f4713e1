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
        let perEpoch = max(1, (tokens.count - length) / length + 1)
        // Room for a shift is what the last window leaves over.
        let room = tokens.count - perEpoch * length
        var epochs: [Int: (shift: Int, order: [Int])] = [:]
        let windows = (0..<size).map { i -> [Int32] in
            let index = step * size + i
            let epoch = index / perEpoch
            if epochs[epoch] == nil {
                var random = source.derived(epoch)
                let shift = room > 0 ? random.integer(below: room + 1) : 0
                epochs[epoch] = (shift, random.permutation(perEpoch))
            }
            guard let (shift, order) = epochs[epoch] else { return [] }
            let start = shift + order[index % perEpoch] * length
            return Array(tokens[start..<start + length])
        }
        return TokenBatch(windows)
    }
}
