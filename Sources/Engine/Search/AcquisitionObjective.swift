/// What the next allocation is chosen for.
enum AcquisitionObjective: Sendable {
    /// A large value; `best` is the incumbent's posterior mean, standardised.
    case single(any Acquisition, best: Double)
    /// A better front of value against memory.
    case front(FrontAcquisition, Front)

    func value(mean: Double, deviation: Double, bytes: () -> Int) -> Double {
        switch self {
        case .single(let acquisition, let best): acquisition.value(mean: mean, deviation: deviation, best: best)
        case .front(.optimistic(let beta), let front):
            front.signedImprovement(value: mean + beta * deviation, bytes: bytes())
        case .front(.expected, let front):
            front.logExpectedImprovement(mean: mean, deviation: deviation, bytes: bytes())
        }
    }
}

/// What makes an allocation worth a trial where a front is looked for.
public enum FrontAcquisition: Sendable, Equatable {
    /// The hypervolume that the front would gain if the value were `beta` deviations above its mean.
    ///
    /// Source: Ponweiser et al. 2008, "Multiobjective Optimization on a Limited Budget of Evaluations Using
    /// Model-Assisted S-Metric Selection", for one certain objective.
    case optimistic(beta: Double)
    /// The logarithm of the expected gain; exact, see `Front`.
    case expected

    /// The name in records.
    public var name: String {
        switch self {
        case .optimistic: "ucb_hvi"
        case .expected: "log_ehvi"
        }
    }
}
