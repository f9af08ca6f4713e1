/// How much a coupled structure matters, judged from its weights and, where needed, their gradients.
///
/// A new importance is one file that conforms to this and one entry in `Importances.all`.
public protocol Importance: Sendable {
    /// The name in flags, in the database and in reports.
    var name: String { get }
    /// Whether gradients on calibration text are needed.
    var needsGradients: Bool { get }
    /// One score per channel of a weight matrix.
    func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double]
}

/// Which side of a matrix `[out, in]` the channels of a structure lie on.
public enum ChannelAxis: Sendable {
    /// Output channels.
    case rows
    /// Input channels.
    case columns
}

/// A weight matrix as an importance sees it.
public struct ImportanceInput: Sendable {
    /// Checkpoint name, which also selects the random stream.
    public let name: String
    /// Outputs and inputs.
    public let shape: MatrixShape
    /// W, row-major.
    public let weights: [Float]
    /// d loss / d W, row-major; empty unless the importance needs gradients.
    public let gradients: [Float]
    /// For importances that draw.
    public let random: RandomSource

    /// Sums `element(index)` over the other axis, in float64.
    public func channelSums(along axis: ChannelAxis, _ element: (Int) -> Double) -> [Double] {
        var sums = [Double](repeating: 0, count: axis == .rows ? shape.rows : shape.columns)
        for row in 0..<shape.rows {
            for column in 0..<shape.columns {
                sums[axis == .rows ? row : column] += element(row * shape.columns + column)
            }
        }
        return sums
    }
}

/// All importances, by name.
public enum Importances {
    /// Every importance that qpx knows.
    public static let all: [any Importance] = [
        TaylorImportance(), VectorTaylorImportance(), MagnitudeImportance(), RandomImportance(),
    ]

    /// The importance of that name.
    public static func named(_ name: String) -> (any Importance)? { all.first { $0.name == name } }
}
