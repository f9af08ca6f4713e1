/// The standard start: A uniform in ±1/√in (Kaiming uniform with a = √5, as PEFT draws it), B zero, so that the adapted
/// model begins as the model it adapts.
///
/// Source: Hu et al. 2021, "LoRA", section 4.1, for B = 0.
public struct KaimingInitialization: AdapterInitialization {
    /// "kaiming".
    public let name = "kaiming"

    /// The start.
    public init() {}

    /// Frozen weights in their precision, A drawn, B zero.
    public func start(_ module: AdaptedModule) throws(QuantizationError) -> AdapterStart {
        let (rows, columns) = (module.weight.rows, module.weight.columns)
        return AdapterStart(
            base: try module.quantizedWeight(),
            down: Tensor(
                Self.draw(rank: module.rank, columns: columns, random: module.random), shape: [module.rank, columns]),
            up: Tensor(zeros: rows, module.rank))
    }

    /// A, `[rank, columns]`, row-major.
    static func draw(rank: Int, columns: Int, random: RandomSource) -> [Float] {
        var random = random
        let bound = 1 / Double(columns).squareRoot()
        return (0..<rank * columns).map { _ in Float((2 * random.uniform() - 1) * bound) }
    }
}

extension LoRAAdapters {
    /// Adapters in the standard start.
    ///
    /// Each matrix draws from its own stream of `seed`, so the draw doesn't depend on which other targets there are.
    public static func standard(
        for configuration: ModelConfiguration, targets: [Projection], rank: Int, alpha: Double, seed: UInt64
    ) -> LoRAAdapters {
        let source = RandomSource(seed: seed)
        let layers = configuration.layers.indices.map { layer in
            var factors: [Projection: Factors] = [:]
            for projection in targets {
                let shape = configuration.shape(of: projection, layer: layer)
                let random = source.derived(TensorName.projection(projection, layer: layer))
                let down = KaimingInitialization.draw(rank: rank, columns: shape.columns, random: random)
                factors[projection] = Factors(
                    down: Parameter(Tensor(down, shape: [rank, shape.columns])),
                    up: Parameter(Tensor(zeros: shape.rows, rank)))
            }
            return factors
        }
        return LoRAAdapters(rank: rank, alpha: alpha, layers: layers)
    }
}
