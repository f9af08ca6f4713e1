/// Frozen weights and factors by LoftQ, each matrix in its own precision.
///
/// Where nothing is quantized (no precision, or bf16, whose rounding is not worth a factor) and where T = 0, the start is
/// that of `KaimingInitialization`. So is the start of each component for which no difference is left: factors that are
/// both zero would never learn.
public struct LoftQInitialization: AdapterInitialization {
    /// "loftq".
    public let name = "loftq"

    /// The start.
    public init() {}

    /// Q_T and the factors of the residual.
    public func start(_ module: AdaptedModule) throws(QuantizationError) -> AdapterStart {
        guard let precision = module.precision, precision.bits < 16, module.loftQ.iterations > 0 else {
            return try KaimingInitialization().start(module)
        }
        let (rows, columns, rank) = (module.weight.rows, module.weight.columns, module.rank)
        let loftQ = LoftQ(rank: rank, scaling: module.scaling, options: module.loftQ)
        let result = try loftQ.decompose(
            module.weight.floats(), rows: rows, columns: columns, random: module.random.derived("loftq")
        ) { (weights) throws(QuantizationError) -> (stored: QuantizedMatrix, values: [Float]) in
            let quantized = try module.quantized(weights, precision)
            return (quantized, quantized.dequantized())
        }
        var down = result.down
        if !result.empty.isEmpty {
            let drawn = KaimingInitialization.draw(rank: rank, columns: columns, random: module.random)
            for k in result.empty {
                for j in 0..<columns { down[k * columns + j] = drawn[k * columns + j] }
            }
        }
        return AdapterStart(
            base: WeightMatrix(result.stored, rows: rows, columns: columns),
            down: Tensor(down, shape: [rank, columns]), up: Tensor(result.up, shape: [rows, rank]),
            errors: result.errors)
    }
}
