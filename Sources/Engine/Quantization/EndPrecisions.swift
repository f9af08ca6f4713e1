/// The precisions of the two matrices at a model's ends, which allocations leave alone: embedding and output head.
///
/// Where they are tied there is one matrix, the embedding's; a precision for the head alone makes no sense then.
public struct EndPrecisions: Sendable, Equatable, Codable {
    /// Of the embedding, by name; `nil` leaves it as it is.
    public var embedding: String?
    /// Of the output head, by name; `nil` leaves it as it is.
    public var head: String?

    /// Precisions by name; `nil` leaves a matrix as it is.
    public init(embedding: String? = nil, head: String? = nil) {
        self.embedding = embedding
        self.head = head
    }

    /// Refuses a head of its own for a model that has none.
    /// - Throws: `EndPrecisionError.tied`.
    public func check(_ configuration: ModelConfiguration) throws(EndPrecisionError) {
        if configuration.isTied, let head, head != embedding { throw .tied(head: head) }
    }

    /// Bytes of the two matrices.
    /// - Parameter model: the model whose own bytes count where nothing is said.
    /// - Throws: `PrecisionError` for an unknown name.
    func byteCount(_ model: LlamaModel) throws -> Int {
        func bytes(_ weight: WeightMatrix, _ name: String?) throws -> Int {
            try name.map { try Precisions.parse($0).byteCount(rows: weight.rows, columns: weight.columns) }
                ?? weight.byteCount
        }
        return try bytes(model.embedding, embedding) + (model.untiedHead.map { try bytes($0, head) } ?? 0)
    }
}

/// Why embedding and head cannot be quantized as asked.
public enum EndPrecisionError: EngineError {
    /// The model's output head is its embedding.
    case tied(head: String)

    /// One line: what is wrong, what to do.
    public var description: String {
        switch self {
        case .tied(let head):
            "the output head is the embedding (tied) and cannot be \(head) alone: "
                + "say --embedding-precision, which quantizes the one matrix for both"
        }
    }
}

extension LlamaModel {
    /// The model with embedding and output head in these precisions.
    /// - Throws: `EndPrecisionError`, `PrecisionError` for an unknown name, `QuantizationError` for weights that are not
    ///   finite.
    public func quantized(_ ends: EndPrecisions) throws -> LlamaModel {
        try ends.check(configuration)
        func quantize(_ weight: WeightMatrix, _ name: String?, _ tensor: String) throws -> WeightMatrix {
            guard let name else { return weight }
            let precision = try Precisions.parse(name)
            let quantized = try weight.floats().withUnsafeBufferPointer {
                try precision.quantize($0, rows: weight.rows, columns: weight.columns, tensor: tensor)
            }
            return WeightMatrix(quantized, rows: weight.rows, columns: weight.columns)
        }
        var copy = self
        copy.embedding = try quantize(embedding, ends.embedding, TensorName.embedding)
        copy.untiedHead = try untiedHead.map { try quantize($0, ends.head, TensorName.head) }
        return copy
    }

    /// Bytes of everything that allocations leave as it is, with embedding and head in these precisions.
    /// - Throws: `PrecisionError` for an unknown name.
    public func unquantizedBytes(_ ends: EndPrecisions) throws -> Int { try normBytes + ends.byteCount(self) }
}
