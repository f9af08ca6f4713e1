/// A model with adapters in their initial state, and what LoftQ left of each matrix.
public struct AdaptedModel: Sendable {
    /// What LoftQ did to one matrix.
    public struct ModuleErrors: Sendable, Equatable, Codable {
        /// Counted from 0.
        public let layer: Int
        /// Which of the layer's matrices.
        public let projection: Projection
        /// The norms.
        public let errors: LoftQ.Errors
    }

    /// Frozen weights and adapters.
    public let model: LlamaModel
    /// One entry for each matrix that LoftQ decomposed, layer by layer.
    public let errors: [ModuleErrors]

    /// Quantizes a model and gives it adapters.
    ///
    /// Each matrix has a random stream of its own, so its start depends neither on the other targets nor on the threads.
    /// - Parameter allocation: what each layer is stored in; `nil` leaves the weights as they are.
    /// - Throws: `TrainingError.rankTooLarge`, `ModelQuantizationError`, `PrecisionError`, `QuantizationError`.
    public init(
        _ model: LlamaModel, allocation: Allocation?, options: RecoveryOptions, parallelism: Parallelism = .serial
    ) throws {
        try options.checkRank(model.configuration)
        var adapted = try allocation.map { try model.quantized($0, parallelism: parallelism) } ?? model
        let initialization = options.initialization
        guard let start = AdapterInitializations.named(initialization) else {
            throw TrainingError.unknownInitialization(
                name: initialization, known: AdapterInitializations.all.map(\.name))
        }
        let source = RandomSource(seed: options.seed)
        let places = model.blocks.indices.flatMap { layer in options.targets.map { (layer: layer, projection: $0) } }
        let modules = try places.map { place in
            let name = TensorName.projection(place.projection, layer: place.layer)
            return AdaptedModule(
                name: name, weight: model.blocks[place.layer][place.projection],
                precision: try allocation.map {
                    try Precisions.parse($0.precision(of: place.projection, layer: place.layer))
                },
                rank: options.rank, scaling: options.alpha / Double(options.rank), loftQ: options.loftQ,
                random: source.derived(name))
        }
        let starts = parallelism.map(modules.count) { index in
            Result { () throws(QuantizationError) in try start.start(modules[index]) }
        }
        var layers = [[Projection: LoRAAdapters.Factors]](repeating: [:], count: model.blocks.count)
        var errors: [ModuleErrors] = []
        for (place, result) in zip(places, starts) {
            let start = try result.get()
            adapted.blocks[place.layer][place.projection] = start.base
            layers[place.layer][place.projection] = LoRAAdapters.Factors(
                down: Parameter(start.down), up: Parameter(start.up))
            if let found = start.errors {
                errors.append(ModuleErrors(layer: place.layer, projection: place.projection, errors: found))
            }
        }
        adapted.adapters = LoRAAdapters(rank: options.rank, alpha: options.alpha, layers: layers)
        self.model = adapted
        self.errors = errors
    }

    /// Means over the matrices that LoftQ decomposed: ‖W − Q_1‖ / ‖W‖, and ‖W − Q − s·BA‖ / ‖W‖ of the start; `nil` if
    /// there are none.
    public var meanRelativeErrors: (before: Double, after: Double)? {
        guard !errors.isEmpty else { return nil }
        let count = Double(errors.count)
        return (
            errors.reduce(0) { $0 + $1.errors.relativeBefore } / count,
            errors.reduce(0) { $0 + $1.errors.relativeAfter } / count
        )
    }
}
