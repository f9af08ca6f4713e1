/// What the next allocation is chosen for.
enum AcquisitionObjective: Sendable {
    /// A large value; `best` is the incumbent's posterior mean, standardised.
    case single(any Acquisition, best: Double)
    /// A better front of value against memory.
    case front(Front)

    func value(mean: Double, deviation: Double, bytes: () -> Int) -> Double {
        switch self {
        case .single(let acquisition, let best): acquisition.value(mean: mean, deviation: deviation, best: best)
        case .front(let front): front.logExpectedImprovement(mean: mean, deviation: deviation, bytes: bytes())
        }
    }
}
