/// Calibration samples as LLM-Pruner draws them: a random window of a random document, no document twice.
///
/// Source: LLM-Pruner's `get_examples`; documents shorter than a window are left out.
public struct CalibrationDocuments: Sendable {
    private let documents: [[Int32]]
    private let length: Int
    private let source: RandomSource

    /// Windows of `length` tokens over tokenized documents, each with the tokenizer's BOS in front.
    public init(_ documents: [[Int32]], length: Int, seed: UInt64) {
        self.documents = documents.filter { $0.count >= length }
        self.length = length
        source = RandomSource(seed: seed).derived("calibration documents")
    }

    /// Documents that are long enough.
    public var count: Int { documents.count }

    /// `size` samples; another step draws anew.
    /// - Throws: `TrainingError.tooFewDocuments` if there are not as many documents.
    public func batch(step: Int, size: Int) throws(TrainingError) -> TokenBatch {
        guard size <= documents.count else {
            throw .tooFewDocuments(count: documents.count, needed: size, tokens: length)
        }
        var random = source.derived(step)
        let order = random.permutation(documents.count).prefix(size)
        return TokenBatch(
            order.map { index in
                let document = documents[index]
                let start = random.integer(below: document.count - length + 1)
                return Array(document[start..<start + length])
            })
    }
}

/// Where calibration samples are taken from.
public enum CalibrationSampling: String, Sendable, CaseIterable, Codable {
    /// Windows over all documents joined, shuffled.
    case windows
    /// A random window of a random document, no document twice in a step.
    case documents
}
