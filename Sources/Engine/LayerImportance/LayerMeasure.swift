/// A way to say how much precision a layer deserves.
///
/// A new measure is one file that conforms to this and one entry in `LayerMeasures.all`; a new estimator of mutual
/// information is one file that conforms to `InformationEstimator` and one entry in `InformationEstimators.all`.
public protocol LayerMeasure: Sendable {
    /// The name in flags, in the database and in reports.
    var name: String { get }
    /// Unit of the values, for tables: "nats" or "share".
    var unit: String { get }
    /// What it is, in a few words, for help.
    var summary: String { get }
    /// Whether it asks what layers tell about predictions, so that a signal has to be chosen.
    var usesSignal: Bool { get }
    /// Measures every layer of the subject.
    /// - Throws: `ModelError` if the sequences don't fit the model; `QuantizationError` if a weight is not finite.
    func measure(_ subject: LayerSubject) throws -> LayerMeasurement
}

/// All measures of layer importance, by name.
public enum LayerMeasures {
    /// Every measure that qpx knows: mutual information by each estimator, then its rivals.
    public static let all: [any LayerMeasure] =
        InformationEstimators.all.map { MutualInformation($0) }
        + [QuantizationErrorMeasure(), FisherError(), LossIncrease()]

    /// The measure of that name.
    public static func named(_ name: String) -> (any LayerMeasure)? { all.first { $0.name == name } }
}

/// What is measured: a model, calibration sequences, and how to go about it.
public struct LayerSubject: Sendable {
    /// The model before quantization.
    public let model: LlamaModel
    /// Calibration sequences.
    public let sequences: [[Int32]]
    /// Precisions that layers may get, for measures that quantize; the most expensive is what a layer is judged by.
    public let precisions: [any Precision]
    /// Whether costs are those of layers or of modules.
    public var granularity = AllocationSpace.Granularity.layer
    /// What of a layer's output is looked at.
    public var signal = LayerSignal.residual
    /// Permutations of the predictions for the null; at least 2.
    public var permutations = 5
    /// Token positions taken of each sequence.
    public var positionsPerSequence = 16
    /// Seed of positions and permutations.
    public let seed: UInt64
    /// Threads; results do not depend on them.
    public let parallelism: Parallelism
    /// Told after each layer how many are done.
    public var progress: @Sendable (_ layersDone: Int) -> Void = { _ in }

    /// A subject.
    public init(
        model: LlamaModel, sequences: [[Int32]], precisions: [any Precision] = [], seed: UInt64,
        parallelism: Parallelism = .serial
    ) {
        self.model = model
        self.sequences = sequences
        self.precisions = precisions
        self.seed = seed
        self.parallelism = parallelism
    }
}

/// What a measure found.
public struct LayerMeasurement: Sendable, Equatable {
    /// One per layer.
    public let estimates: [LayerEstimate]
    /// What each precision of the subject costs each unit, `[unit][precision]` in the measure's unit; units are layers or
    /// modules, as the subject says. Nil for measures that do not quantize.
    public let costs: [[Double]]?

    /// A measurement from its parts.
    public init(estimates: [LayerEstimate], costs: [[Double]]? = nil) {
        self.estimates = estimates
        self.costs = costs
    }

    /// A measurement of costs: a layer is worth what the most expensive precision would cost all its units.
    init(costs: [[Double]], granularity: AllocationSpace.Granularity) {
        let width = granularity.unitsPerLayer
        let estimates = stride(from: 0, to: costs.count, by: width).map { first in
            let units = costs[first..<first + width]
            let totals = (units.first ?? []).indices.map { choice in units.reduce(0) { $0 + $1[choice] } }
            return LayerEstimate(value: totals.max() ?? 0)
        }
        self.init(estimates: estimates, costs: costs)
    }
}

extension AllocationSpace.Granularity {
    /// The projections of each unit of a layer.
    var projections: [[Projection]] {
        switch self {
        case .layer: [Projection.allCases]
        case .module: Projection.allCases.map { [$0] }
        }
    }
}
