/// Why a model cannot be pruned as asked.
public enum PruningError: EngineError {
    /// The ratio is not in 0 ..< 1.
    case ratio(Double)
    /// The layer range is empty or leaves the model.
    case layers(Range<Int>, count: Int)
    /// No importance of that name.
    case unknownImportance(String)
    /// No kind of structure of that name.
    case unknownStructure(String)
    /// A count that must be positive is not.
    case notPositive(String, Int)
    /// Scores need a calibration batch and there is none.
    case needsCalibration(String)
    /// No ratio removes that fraction of the parameters.
    case unreachable(target: Double, most: Double)
    /// A score is infinite or not a number.
    case notFinite(String)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .ratio(let ratio): "pruning ratio \(ratio) is not between 0 and 1 (1 excluded)"
        case .layers(let range, let count):
            "pruned layers \(range.lowerBound)-\(range.upperBound - 1) are not inside the model's layers 0-\(count - 1)"
        case .unknownImportance(let name):
            "no importance is called '\(name)': use one of \(Importances.all.map(\.name).joined(separator: ", "))"
        case .unknownStructure(let name):
            "no structure is called '\(name)': use one of \(PruningStructures.names.joined(separator: ", "))"
        case .notPositive(let what, let count): "\(what) of a pruning is \(count), it must be at least 1"
        case .needsCalibration(let name): "'\(name)' is measured on text: give a calibration text"
        case .unreachable(let target, let most):
            "pruning these layers removes at most \(most) of the parameters, \(target) was asked for: prune more layers"
        case .notFinite(let what):
            "the importance of \(what) is not a finite number: the model's loss or weights overflow"
        }
    }
}
