/// Low-rank additions to the projections: y = W x + s · B A x.
///
/// Source: Hu et al. 2021, "LoRA", eq. 3; s = alpha / rank as in PEFT.
public struct LoRAAdapters: Sendable {
    /// The two factors of one projection.
    public struct Factors: Sendable {
        /// A, `[rank, in]`
        public let down: Parameter
        /// B, `[out, rank]`
        public let up: Parameter

        /// Factors of a projection.
        public init(down: Parameter, up: Parameter) {
            self.down = down
            self.up = up
        }
    }

    /// Rows of A.
    public let rank: Int
    /// Numerator of the scaling.
    public let alpha: Double
    private let layers: [[Projection: Factors]]

    /// Adapters from their factors, one dictionary per layer.
    public init(rank: Int, alpha: Double, layers: [[Projection: Factors]]) {
        self.rank = rank
        self.alpha = alpha
        self.layers = layers
    }

    /// s = alpha / rank.
    public var scaling: Float { Float(alpha / Double(rank)) }

    /// The factors of a projection, if it has any.
    public func factors(_ projection: Projection, layer: Int) -> Factors? { layers[layer][projection] }

    /// Every adapted matrix, layer by layer in the order of `Projection.allCases`.
    var places: [(layer: Int, projection: Projection, factors: Factors)] {
        layers.indices.flatMap { layer in
            Projection.allCases.compactMap { projection in
                factors(projection, layer: layer).map { (layer, projection, $0) }
            }
        }
    }

    /// Every parameter with its name, in a fixed order: layer by layer, projection by projection, A before B.
    public var parameters: [(name: String, parameter: Parameter)] {
        places.flatMap { place -> [(name: String, parameter: Parameter)] in
            let name = TensorName.projection(place.projection, layer: place.layer)
            return [("\(name).lora_A", place.factors.down), ("\(name).lora_B", place.factors.up)]
        }
    }

    /// Number of adapted matrices.
    public var matrixCount: Int { places.count }

    /// Number of adapter weights.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.parameter.count } }
}
