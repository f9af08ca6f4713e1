/// What makes a point worth a trial, from what the surrogate believes about it; to be maximised.
///
/// A new acquisition is one file that conforms to this and one entry in `Acquisitions.all`. Every acquisition is finite for
/// finite arguments, at deviation zero too, and never falls when the mean rises.
public protocol Acquisition: Sendable {
    /// The name in flags, in the database and in reports, such as "log_ei".
    var name: String { get }

    /// The value at posterior `mean` and latent standard `deviation`, in the units of the surrogate; `best` is the largest
    /// posterior mean among the observed allocations within the budget.
    func value(mean: Double, deviation: Double, best: Double) -> Double
}

/// All acquisitions, by name.
public enum Acquisitions {
    /// Every acquisition, the default first.
    public static let all: [any Acquisition] = [
        UpperConfidenceBound(), LogExpectedImprovement(), ExpectedImprovement(), ProbabilityOfImprovement(),
    ]

    /// The acquisition of that name.
    public static func named(_ name: String) -> (any Acquisition)? { all.first { $0.name == name } }
}
