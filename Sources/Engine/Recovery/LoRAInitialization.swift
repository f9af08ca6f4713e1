extension LoRAAdapters {
    /// The standard start: A uniform in ±1/√in (Kaiming uniform with a = √5, as PEFT draws it), B zero, so that the
    /// adapted model begins as the model it adapts.
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
                var random = source.derived(TensorName.projection(projection, layer: layer))
                let bound = 1 / Double(shape.columns).squareRoot()
                let down = (0..<rank * shape.columns).map { _ in Float((2 * random.uniform() - 1) * bound) }
                factors[projection] = Factors(
                    down: Parameter(Tensor(down, shape: [rank, shape.columns])),
                    up: Parameter(Tensor(zeros: shape.rows, rank)))
            }
            return factors
        }
        return LoRAAdapters(rank: rank, alpha: alpha, layers: layers)
    }
}
