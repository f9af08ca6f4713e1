/// The next allocation to try, and what the surrogate believed when it was chosen.
public struct Proposal: Sendable, Equatable {
    /// A named number of the surrogate.
    public struct Hyperparameter: Sendable, Equatable {
        /// What it is, in snake case.
        public let name: String
        /// Its value.
        public let value: Double
    }

    /// Posterior belief about the objective at an allocation, in the objective's own unit.
    public struct Prediction: Sendable, Equatable {
        /// Posterior mean.
        public let mean: Double
        /// Posterior standard deviation of the objective itself, without the noise of measuring it.
        public let deviation: Double
    }

    /// How much an earlier search was believed.
    public struct Trust: Sendable, Equatable {
        /// The search, as its observations say.
        public let source: Int
        /// Which part of the differences that it saw is expected here, 0…1.
        public let weight: Double
    }

    /// One precision per layer or module, within the budget and not evaluated before.
    public let allocation: Allocation
    /// Total bytes, fixed bytes included.
    public let bytes: Int
    /// The surrogate's belief; `nil` if it knew nothing yet.
    public let prediction: Prediction?
    /// Name of the acquisition that was maximised, or "initial_design".
    public let acquisition: String
    /// Its value in the surrogate's unit (targets standardised; nats for logarithms); 0 for the initial design.
    public let acquisitionValue: Double
    /// The best posterior mean among observed allocations within the budget, in the objective's own unit.
    public let incumbentMean: Double?
    /// How much each earlier search was believed, in the order of their numbers.
    public var trust: [Trust] = []
    /// What was fitted, in a fixed order.
    public let hyperparameters: [Hyperparameter]
    /// State of the random numbers before the proposal was made; with the same observations it is made again.
    public let randomState: [UInt64]
    /// Number of allocations compared.
    public let candidates: Int
}

/// What a search does next.
public enum ProposalOutcome: Sendable, Equatable {
    /// Try this.
    case proposal(Proposal)
    /// Every allocation within the budget has been tried or is being tried.
    case exhausted
}

/// An observed allocation and what the surrogate believes of it.
public struct Incumbent: Sendable, Equatable {
    /// One precision per layer or module, within the budget.
    public let allocation: Allocation
    /// The surrogate's belief about it.
    public let prediction: Proposal.Prediction
}
