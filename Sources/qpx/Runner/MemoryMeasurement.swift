internal import Engine

/// Measures what this program needs for a model of given shapes. Memory does not depend on the weights' values, so the
/// weights are made from a seed and no checkpoint is needed.
struct MemoryMeasurement {
    let configuration: ModelConfiguration
    /// nil for 16-bit floats.
    let allocation: Allocation?
    let workload: MemoryWorkload
    let parallelism: Parallelism

    /// Peaks of the process, bytes.
    struct Result {
        /// Before there were weights.
        let overhead: Int
        /// While a batch was scored.
        let inference: Int
        /// While two recovery steps were made.
        let recovery: Int
    }

    /// Steps that are made: the second finds the optimizer's moments in place.
    private static let steps = 2

    /// Runs both; nil where the system does not say what is resident.
    /// - Throws: `ModelError`, `QuantizationError`, `PrecisionError`, `TrainingError`.
    func run(progress: ProgressLine) throws -> Result? {
        guard ProcessMemory.startPeak(), let overhead = ProcessMemory.resident else { return nil }
        progress.begin("making weights", total: configuration.layers.count, unit: "layers")
        let model = try model(progress)
        var random = RandomSource(seed: 1)
        let sequences = (0..<workload.batch).map { _ in
            (0..<workload.sequenceLength).map { _ in Int32(random.integer(below: configuration.vocabulary)) }
        }
        guard ProcessMemory.startPeak() else { return nil }
        progress.begin("measuring inference")
        let requests = sequences.map { ScoringRequest(tokens: $0, targetStart: 1) }
        _ = try LlamaScorer(model: model, parallelism: parallelism).score(requests)
        guard let inference = ProcessMemory.peak, ProcessMemory.startPeak() else { return nil }
        progress.begin("measuring recovery", total: Self.steps, unit: "steps")
        let options = Engine.RecoveryOptions(
            rank: workload.rank, targets: workload.targets, batchSize: workload.batch,
            sequenceLength: workload.sequenceLength, training: TrainingOptions(steps: Self.steps, learningRate: 1e-4))
        _ = try Recovery(options, tokens: sequences.flatMap { $0 }).recover(model, parallelism: parallelism) { step in
            progress.advance(to: step.step + 1)
        }
        guard let recovery = ProcessMemory.peak else { return nil }
        return Result(overhead: overhead, inference: inference, recovery: recovery)
    }

    /// A model of these shapes whose weights repeat a short random sequence.
    private func model(_ progress: ProgressLine) throws -> LlamaModel {
        var random = RandomSource(seed: 1)
        let values = (0..<4093).map { _ in Float(0.02 * random.normal()) }
        func floats(_ count: Int) -> [Float] {
            [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                for i in 0..<count { buffer[i] = values[i % values.count] }
                initialized = count
            }
        }
        func matrix(_ shape: MatrixShape, _ precision: any Precision) throws -> WeightMatrix {
            let quantized = try floats(shape.count).withUnsafeBufferPointer {
                try precision.quantize($0, rows: shape.rows, columns: shape.columns, tensor: "weight")
            }
            return WeightMatrix(quantized, rows: shape.rows, columns: shape.columns)
        }
        let hidden = configuration.hidden
        func norm() -> Parameter {
            Parameter(Tensor([Float](repeating: 1, count: hidden), shape: [hidden]), isTrained: false)
        }
        let vocabulary = MatrixShape(rows: configuration.vocabulary, columns: hidden)
        var blocks: [LlamaModel.Block] = []
        for layer in configuration.layers.indices {
            var projections: [WeightMatrix] = []
            for projection in Projection.allCases {
                let name = allocation?.precision(of: projection, layer: layer) ?? "bf16"
                projections.append(
                    try matrix(configuration.shape(of: projection, layer: layer), try Precisions.parse(name)))
            }
            var block = LlamaModel.Block(attentionNorm: norm(), mlpNorm: norm(), projections: projections)
            for kind in configuration.vectors {
                let count = configuration.count(of: kind, layer: layer)
                block[kind] = Parameter(Tensor([Float](repeating: 0.5, count: count), shape: [count]), isTrained: false)
            }
            blocks.append(block)
            progress.advance(to: layer + 1)
        }
        return LlamaModel(
            configuration: configuration, embedding: try matrix(vocabulary, BFloat16()), blocks: blocks,
            finalNorm: norm(), untiedHead: configuration.isTied ? nil : try matrix(vocabulary, BFloat16()))
    }
}
