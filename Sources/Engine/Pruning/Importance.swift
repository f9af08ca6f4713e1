/// How much a coupled structure matters, judged from its weights and, where needed, their gradients.
///
/// A new importance is one file that conforms to this and one entry in `Importances.all`.
public protocol Importance: Sendable {
    /// The name in flags, in the database and in reports.
    var name: String { get }
    /// Which gradients on calibration text are needed.
    var gradientOrder: GradientOrder { get }
    /// How a structure's matrices are combined unless something else is asked for.
    var defaultReduction: GroupReduction { get }
    /// One score per channel of a weight matrix.
    func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double]
}

extension Importance {
    /// The sum, as in LLM-Pruner's Taylor importances.
    public var defaultReduction: GroupReduction { .sum }
    /// Whether calibration text is needed.
    public var needsGradients: Bool { gradientOrder != .none }
}

/// The gradients that an importance looks at.
public enum GradientOrder: Sendable {
    /// None.
    case none
    /// The gradient of the mean loss.
    case first
    /// The gradient, and the mean square of the samples' own.
    case second
}

/// All importances, by name.
public enum Importances {
    /// Every importance that qpx knows.
    public static let all: [any Importance] = [
        FirstOrderImportance(), SecondOrderImportance(), MixedOrderImportance(), VectorizeImportance(),
        L1Importance(), L2Importance(), RandomImportance(),
    ]

    /// Other names that are understood.
    public static let aliases = [(alias: "taylor", name: "param_first"), (alias: "magnitude", name: "l2")]

    /// The importance of that name, or of an alias of it.
    public static func named(_ name: String) -> (any Importance)? {
        let name = aliases.first { $0.alias == name }?.name ?? name
        return all.first { $0.name == name }
    }
}
