/// What the surrogate learns from: an allocation, what came of it, how certain that is, and where it came from.
public struct Observation: Sendable, Hashable {
    /// Where an observation was made.
    public enum Origin: String, Sendable, Codable, CaseIterable {
        /// A trial of this search.
        case search
        /// An allocation that every search is compared with, such as uniform 4 bits; may be over the budget.
        case baseline
        /// A trial of an earlier search.
        case warmStart = "warm_start"
    }

    /// One precision per layer or module.
    public let allocation: Allocation
    /// The objective, to be maximised. Not-a-number or infinite values are not learnt from.
    public let value: Double
    /// Standard error of `value` in the same unit; 0 if unknown.
    public let standardError: Double
    /// Where it was made.
    public let origin: Origin
    /// Whether another trial of this search would measure the same thing: same model, data and objective. Such an
    /// allocation is not proposed again, unless an earlier search stopped it early; the others may be, and are believed as
    /// far as they prove right.
    public var isSameObjective: Bool { source == nil }
    /// Whether the trial was evaluated whole; else it was stopped early, as one that could not win in its search.
    public let isWhole: Bool
    /// The earlier search that measured something else, as a number of the caller's; nil where it is the same objective.
    public let source: Int?

    /// An observation from its parts.
    public init(
        allocation: Allocation, value: Double, standardError: Double = 0, origin: Origin = .search,
        isWhole: Bool = true,
        source: Int? = nil
    ) {
        self.allocation = allocation
        self.value = value
        self.standardError = standardError
        self.origin = origin
        self.isWhole = isWhole
        self.source = source
    }
}
