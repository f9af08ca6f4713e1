/// Random importance: uniform draws from the pruning's seed, the control that any other importance has to beat.
public struct RandomImportance: Importance {
    /// "random"
    public let name = "random"
    /// Neither weights nor gradients.
    public let gradientOrder = GradientOrder.none

    /// The importance.
    public init() {}

    /// One uniform draw per channel, from the stream of the matrix's name.
    public func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double] {
        var random = matrix.random.derived(matrix.name)
        return (0..<(axis == .rows ? matrix.shape.rows : matrix.shape.columns)).map { _ in random.uniform() }
    }
}
