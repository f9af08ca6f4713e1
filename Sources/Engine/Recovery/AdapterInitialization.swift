/// How adapters begin, and with them the frozen weights they are added to.
///
/// A new one is one file that conforms to this and one entry in `AdapterInitializations.all`.
public protocol AdapterInitialization: Sendable {
    /// The name in flags, in the database and in reports, such as "loftq".
    var name: String { get }
    /// The start of one matrix.
    /// - Throws: `QuantizationError` if a weight is infinite or not a number.
    func start(_ module: AdaptedModule) throws(QuantizationError) -> AdapterStart
}

/// All initializations by name.
public enum AdapterInitializations {
    /// Every initialization that qpx knows.
    public static let all: [any AdapterInitialization] = [
        KaimingInitialization(), GaussianInitialization(), LoftQInitialization(),
    ]

    /// The initialization of that name.
    public static func named(_ name: String) -> (any AdapterInitialization)? { all.first { $0.name == name } }
}

/// A matrix that is about to get an adapter.
public struct AdaptedModule: Sendable {
    /// Name of the tensor, for errors.
    public let name: String
    /// The weights as they are, `[out, in]`.
    public let weight: WeightMatrix
    /// What the frozen weights are stored in; `nil` leaves them as they are.
    public let precision: (any Precision)?
    /// Rank of the adapter; at most the smaller side of the matrix.
    public let rank: Int
    /// s = alpha / rank.
    public let scaling: Double
    /// Settings of LoftQ.
    public let loftQ: LoftQ.Options
    /// The matrix's own stream of random numbers.
    public let random: RandomSource

    /// The weights in their precision.
    /// - Throws: `QuantizationError` if a weight is infinite or not a number.
    func quantizedWeight() throws(QuantizationError) -> WeightMatrix {
        guard let precision else { return weight }
        return WeightMatrix(try quantized(weight.floats(), precision), rows: weight.rows, columns: weight.columns)
    }

    /// Any weights of this shape in a precision.
    func quantized(_ weights: [Float], _ precision: any Precision) throws(QuantizationError) -> QuantizedMatrix {
        try weights.withUnsafeBufferPointer { (buffer) throws(QuantizationError) in
            try precision.quantize(buffer, rows: weight.rows, columns: weight.columns, tensor: name)
        }
    }
}

/// Where the training of one matrix's adapter begins.
public struct AdapterStart: Sendable {
    /// The frozen weights, `[out, in]`.
    public let base: WeightMatrix
    /// A, `[rank, in]`.
    public let down: Tensor
    /// B, `[out, rank]`.
    public let up: Tensor
    /// What LoftQ left of the difference between weights and frozen weights; `nil` where it had nothing to do.
    public let errors: LoftQ.Errors?

    /// A start.
    public init(base: WeightMatrix, down: Tensor, up: Tensor, errors: LoftQ.Errors? = nil) {
        self.base = base
        self.down = down
        self.up = up
        self.errors = errors
    }
}
