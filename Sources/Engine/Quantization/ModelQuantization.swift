extension LlamaModel {
    /// The model with every projection stored in the precision that `allocation` gives it. Embedding, head and norms
    /// stay as they are.
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

    /// Names of the precisions, module by module, of a quantized model; "bf16" and so on for what is held as floats.
    public var allocation: Allocation {
        Allocation(
            blocks.map { block in
                Projection.allCases.map { block[$0].precisionName }.joined(separator: "/")
            })
    }

    /// The allocations of this model over the given precisions, with exact bytes.
    public func allocationSpace(
        _ precisions: [any Precision], granularity: AllocationSpace.Granularity = .layer
    ) throws -> AllocationSpace {
        try configuration.allocationSpace(precisions, fixedBytes: unquantizedBytes, granularity: granularity)
    }
}

extension ModelConfiguration {
    /// The allocations of a model of these shapes over the given precisions, with exact bytes.
    ///
    /// Choices are ordered by bits, then by the bytes that the whole model would take, then by what they lose of Gaussian
    /// weights, the best first, then by name.
    /// - Parameter fixedBytes: what embedding, norms and output head take.
    public func allocationSpace(
        _ precisions: [any Precision], fixedBytes: Int, granularity: AllocationSpace.Granularity = .layer
    ) throws -> AllocationSpace {
        let sized = try precisions.map { precision in
            let isAlone = precisions.count { $0.bits == precision.bits } == 1
            return try (
                precision: precision,
                bytes: projectionBytes(of: Allocation(uniform: precision.name, layers: layers.count)),
                error: isAlone ? nil : GaussianError.of(precision)
            )
        }.sorted {
            ($0.precision.bits, $0.bytes, $0.error ?? 0, $0.precision.name)
                < ($1.precision.bits, $1.bytes, $1.error ?? 0, $1.precision.name)
        }
        let ordered = sized.map(\.precision)
        let choices = sized.map { choice in
            // Worth the bits they have, on the average of their logarithms.
            let twins = sized.filter { $0.precision.bits == choice.precision.bits }.compactMap(\.error).map(
                GaussianError.bits)
            let mean = twins.reduce(0, +) / Double(max(1, twins.count))
            return AllocationSpace.Choice(
                name: choice.precision.name, bits: choice.precision.bits,
                effectiveBits: choice.error.map { Double(choice.precision.bits) + GaussianError.bits($0) - mean })
        }
        let modules = layers.indices.flatMap { layer in Projection.allCases.map { shape(of: $0, layer: layer) } }
        let width = Projection.allCases.count / granularity.unitsPerLayer
        let units = stride(from: 0, to: modules.count, by: width).map { modules[$0..<$0 + width] }
        return try AllocationSpace(
            choices: choices,
            unitBytes: units.map { unit in
                ordered.map { precision in
                    unit.reduce(0) { $0 + precision.byteCount(rows: $1.rows, columns: $1.columns) }
                }
            },
            unitWeights: units.map { $0.reduce(0) { $0 + $1.count } }, fixedBytes: fixedBytes,
            granularity: granularity)
    }

    /// Bytes of all projections under an allocation, scales included.
    /// - Throws: `ModelQuantizationError` unless there is one precision per layer; `PrecisionError` for an unknown name.
    public func projectionBytes(of allocation: Allocation) throws -> Int {
        guard allocation.layers == layers.count else {
            throw ModelQuantizationError.layers(allocation: allocation.layers, model: layers.count)
        }
        var sum = 0
        for layer in layers.indices {
            for (projection, name) in zip(Projection.allCases, allocation.modulePrecisions(layer: layer)) {
                let shape = shape(of: projection, layer: layer)
                sum += try Precisions.parse(name).byteCount(rows: shape.rows, columns: shape.columns)
            }
        }
        return sum
    }

    /// Number of weights in the seven projections of a layer.
    public func projectionWeights(ofLayer layer: Int) -> Int {
        Projection.allCases.reduce(0) { $0 + shape(of: $1, layer: layer).count }
    }

    /// Number of weights in the projections of all layers: those that an allocation quantizes.
    public var projectionWeights: Int { layers.indices.reduce(0) { $0 + projectionWeights(ofLayer: $1) } }
}

extension WeightMatrix {
    /// Name of the precision that the matrix is held in: that of packed codes, or of its number format.
    public var precisionName: String {
        if case .packed(let packed) = storage { packed.precision } else { elementType.precisionName }
    }
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
