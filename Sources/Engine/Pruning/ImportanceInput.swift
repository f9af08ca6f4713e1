/// Which side of a matrix `[out, in]` the channels of a structure lie on.
public enum ChannelAxis: Sendable {
    /// Output channels.
    case rows
    /// Input channels.
    case columns
}

/// A weight matrix as an importance sees it; a norm's weights are a matrix of one column.
public struct ImportanceInput: Sendable {
    /// Checkpoint name, which also selects the random stream.
    public let name: String
    /// Outputs and inputs.
    public let shape: MatrixShape
    /// W, row-major.
    public let weights: [Float]
    /// d loss / d W, row-major; empty unless the importance needs gradients.
    public let gradients: [Float]
    /// (scale / N) Σ_n G_n² of the N samples' own gradients, row-major; empty unless the importance needs second order.
    public let squaredGradients: [Float]
    /// For importances that draw.
    public let random: RandomSource

    /// Sums `element(index)` over the other axis, in float64.
    public func channelSums(along axis: ChannelAxis, _ element: (Int) -> Double) -> [Double] {
        switch axis {
        case .rows:
            (0..<shape.rows).map { row in
                var sum = 0.0
                for index in row * shape.columns..<(row + 1) * shape.columns { sum += element(index) }
                return sum
            }
        case .columns:
            (0..<shape.rows).reduce(into: [Double](repeating: 0, count: shape.columns)) { sums, row in
                for column in 0..<shape.columns { sums[column] += element(row * shape.columns + column) }
            }
        }
    }
}
