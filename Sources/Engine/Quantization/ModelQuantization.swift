extension LlamaModel {
    /// The model with every projection of layer l stored in the l-th precision of `allocation`. Embedding, head and
    /// norms stay as they are.
    ///
    /// - Throws: `ModelQuantizationError` unless there is one precision per layer; `PrecisionError` for an unknown name;
    ///   `QuantizationError` if a weight is infinite or not a number.
    public func quantized(_ allocation: Allocation, parallelism: Parallelism = .serial) throws -> LlamaModel {
        guard allocation.precisions.count == blocks.count else {
            throw ModelQuantizationError.layers(allocation: allocation.precisions.count, model: blocks.count)
        }
        let precisions = try blocks.indices.map { layer in
            try allocation.modulePrecisions(layer: layer).map { try Precisions.parse($0) }
        }
        let results = parallelism.map(blocks.count) { layer in
            Result<Block, any Error> { try self.quantizedBlock(layer, precisions[layer]) }
        }
        var copy = self
        copy.blocks = try results.map { try $0.get() }
        return copy
    }

    /// - Parameter precisions: one per projection, in the order of `Projection.allCases`.
    private func quantizedBlock(_ layer: Int, _ precisions: [any Precision]) throws -> Block {
        var block = blocks[layer]
        for (projection, precision) in zip(Projection.allCases, precisions) {
            let weight = block[projection]
            let quantized = try weight.floats().withUnsafeBufferPointer {
                try precision.quantize(
                    $0, rows: weight.rows, columns: weight.columns,
                    tensor: TensorName.projection(projection, layer: layer))
            }
            block[projection] = WeightMatrix(quantized, rows: weight.rows, columns: weight.columns)
        }
        return block
    }

    /// Bytes of everything that allocations leave as it is: embedding, head and norms.
    public var unquantizedBytes: Int { embedding.byteCount + (untiedHead?.byteCount ?? 0) + normBytes }

    /// Mean bits per weight of all projections, scales included: what an allocation decides.
    public var bitsPerWeight: Double {
        8 * Double(weightBytes - unquantizedBytes) / Double(configuration.projectionWeights)
    }

    /// Whether any projection is held as packed codes.
    public var isQuantized: Bool {
        blocks.contains { block in
            Projection.allCases.contains {
                if case .packed = block[$0].storage { true } else { false }
            }
        }
    }

    /// Names of the precisions, layer by layer, of a quantized model; "bf16" and so on for layers held as floats.
    public var allocation: Allocation {
        Allocation(
            blocks.map { block in
                Projection.allCases.map { projection in
                    switch block[projection].storage {
                    case .packed(let packed): packed.precision
                    default: block[projection].elementType.precisionName
                    }
                }.joined(separator: "/")
            })
    }

    /// The allocations of this model's layers over the given precisions, with exact bytes.
    public func allocationSpace(_ precisions: [any Precision]) throws -> AllocationSpace {
        try configuration.allocationSpace(precisions, fixedBytes: unquantizedBytes)
    }
}

extension ModelConfiguration {
    /// The allocations of layers of these shapes over the given precisions, with exact bytes.
    /// - Parameter fixedBytes: what embedding, norms and output head take.
    public func allocationSpace(_ precisions: [any Precision], fixedBytes: Int) throws -> AllocationSpace {
        let ordered = precisions.sorted { ($0.bits, $0.name) < ($1.bits, $1.name) }
        return try AllocationSpace(
            choices: ordered.map { AllocationSpace.Choice(name: $0.name, bits: $0.bits) },
            layerBytes: layers.indices.map { layer in
                ordered.map { precision in
                    Projection.allCases.reduce(0) { sum, projection in
                        let shape = shape(of: projection, layer: layer)
                        return sum + precision.byteCount(rows: shape.rows, columns: shape.columns)
                    }
                }
            },
            layerWeights: layers.indices.map { projectionWeights(ofLayer: $0) }, fixedBytes: fixedBytes)
    }

    /// Number of weights in the seven projections of a layer.
    public func projectionWeights(ofLayer layer: Int) -> Int {
        Projection.allCases.reduce(0) { $0 + shape(of: $1, layer: layer).count }
    }

    /// Number of weights in the projections of all layers: those that an allocation quantizes.
    public var projectionWeights: Int { layers.indices.reduce(0) { $0 + projectionWeights(ofLayer: $1) } }
}

extension ElementType {
    /// What an allocation calls a layer whose weights are held as floats of this format.
    var precisionName: String {
        switch self {
        case .float32: "f32"
        case .float16: "f16"
        case .bfloat16: "bf16"
        }
    }
}

/// Why a model cannot be quantized as asked.
public enum ModelQuantizationError: EngineError {
    /// The allocation is for another number of layers.
    case layers(allocation: Int, model: Int)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .layers(let allocation, let model):
            "the allocation has \(allocation) layers, the model \(model): give one precision per layer"
        }
    }
}
