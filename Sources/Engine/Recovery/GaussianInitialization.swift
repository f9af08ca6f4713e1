/// A normal with mean 0 and standard deviation 1 / rank, B zero: what PEFT calls "gaussian".
public struct GaussianInitialization: AdapterInitialization {
    /// "gaussian".
    public let name = "gaussian"

    /// The start.
    public init() {}

    /// Frozen weights in their precision, A drawn, B zero.
    public func start(_ module: AdaptedModule) throws(QuantizationError) -> AdapterStart {
        var random = module.random
        let deviation = 1 / Double(module.rank)
        let down = (0..<module.rank * module.weight.columns).map { _ in Float(random.normal() * deviation) }
        return AdapterStart(
            base: try module.quantizedWeight(), down: Tensor(down, shape: [module.rank, module.weight.columns]),
            up: Tensor(zeros: module.weight.rows, module.rank))
    }
}
