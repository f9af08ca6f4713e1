/// Decides, while a candidate is being evaluated, whether it can still win against an incumbent that was evaluated whole.
///
/// The objective is v = Σ_g w_g · mean of x over the N_g examples of group g; larger is better. Examples are scored in
/// stages: each stage's contain those of the stage before, about twice as many, a random choice within every group. After
/// each stage but the last, with d = x − x of the incumbent, example by example, and n_g examples scored of group g:
///
/// - difference D = Σ w_g · mean of d, an unbiased estimate of what the difference on all examples will be;
/// - its standard error, √(Σ w_g² (1 − n_g/N_g) s_g² / n_g), is that of sampling without replacement: the question is
///   whether the candidate wins on these N examples, and once all are scored nothing is uncertain;
/// - the test divides D by √(Σ w_g² (1 − n_g/N_g) Σd² / n_g²). The second moment about zero is what the deviation is if the
///   two are alike, as in McNemar's test. It makes the quotient a self-normalised sum, which a handful of equal differences
///   cannot make large: it never exceeds √n/√(1 − n/N) in one group.
///
/// The candidate is beaten if the quotient is below −z with Φ(−z) = (1 − confidence) / looks: by Bonferroni's inequality
/// all looks together stop a candidate that would win with a probability of at most 1 − confidence, however the looks
/// depend on one another. Only for one that would win by a hair does it come close.
///
/// That the quotient T is normal holds for many examples alike. A few large gains among many small losses make T smaller
/// than that, since a sample often has too few of the gains. So where the third moment about zero is positive, T is first
/// made ((1 + aT/3)³ − 1)/a + a/6, with a = Σ w_g³ (1 − f_g)(1 − f_g/2) Σd³/n_g³ over the variance to the power 3/2 and
/// f_g = n_g/N_g: Hall's monotone transformation, which removes the first order of the skewness. It never helps to stop.
/// Gains so rare that none was scored cannot be known: with few examples the probability is an approximation.
///
/// All trials of a search take the examples in the same order. What is promised holds for each of them; errors of several
/// trials against one incumbent are not independent.
///
/// Sources: Maron & Moore 1997, "The Racing Algorithm" (races); McNemar 1947 (the paired test); Cochran 1977, "Sampling
/// Techniques", sections 2.6 and 5.6 (finite populations, strata); Efron 1969 (self-normalised sums); Hall 1992, "On the
/// Removal of Skewness by Transformation" (its a is ours with f = 0; the factors in f follow from the cumulants of the
/// studentised mean of a sample without replacement).
public struct Race: Sendable {
    /// How a race is run.
    public struct Options: Sendable, Equatable {
        /// Probability with which a candidate that would win is not stopped, ½ to less than 1.
        public var confidence: Double
        /// Stages, at least 2; the last one is the whole.
        public var stages: Int

        /// By default 0.99 and 5 stages: a sixteenth, an eighth, a quarter, half, all.
        public init(confidence: Double = 0.99, stages: Int = 5) {
            self.confidence = confidence
            self.stages = stages
        }
    }

    /// Examples whose mean is a part of the objective: those of a task, of a subtask, the windows of a text.
    public struct Group: Sendable, Equatable {
        /// Weight of the group's mean in the objective.
        public let weight: Double
        /// Its examples, as indices among all; not empty.
        public let examples: [Int]

        /// A group.
        public init(weight: Double, examples: [Int]) {
            precondition(!examples.isEmpty, "a group has an example")
            self.weight = weight
            self.examples = examples
        }
    }

    /// What is known after a stage.
    public struct Standing: Sendable, Equatable {
        /// Examples scored so far.
        public let scored: Int
        /// Examples in all.
        public let examples: Int
        /// Candidate minus incumbent, estimated for all examples, in the objective's unit.
        public let difference: Double
        /// Standard error of `difference` as an estimate of the difference on all examples; 0 once all are scored.
        public let standardError: Double
        /// Whether the candidate can be stopped.
        public let isBeaten: Bool
    }

    /// How the race is run.
    public let options: Options
    private let groups: [Group]
    private let incumbent: [Double]
    /// The largest quotient, in magnitude, that a candidate worth going on with may have.
    private let bound: Double

    /// A race over groups that hold every example of the incumbent once.
    /// - Parameters:
    ///   - incumbent: the incumbent's value of every example, larger is better.
    ///   - seed: decides in which order the examples of a group are taken.
    public init(groups: [Group], incumbent: [Double], options: Options = Options(), seed: UInt64) {
        precondition(options.stages >= 2, "a race has a stage before the last one")
        precondition(options.confidence >= 0.5 && options.confidence < 1, "a confidence from ½ to less than 1")
        precondition(groups.reduce(0) { $0 + $1.examples.count } == incumbent.count, "one value per example")
        self.options = options
        self.incumbent = incumbent
        let source = RandomSource(seed: seed).derived("race")
        self.groups = groups.enumerated().map { number, group in
            var random = source.derived(number)
            let order = random.permutation(group.examples.count)
            return Group(weight: group.weight, examples: order.map { group.examples[$0] })
        }
        bound = -SpecialFunctions.normalQuantile((1 - options.confidence) / Double(options.stages - 1))
    }

    /// The examples of a stage and of those before it, ascending; the last stage, `options.stages` − 1, has all.
    public func examples(through stage: Int) -> [Int] {
        groups.flatMap { $0.examples.prefix(count($0, through: stage)) }.sorted()
    }

    private func count(_ group: Group, through stage: Int) -> Int {
        let halvings = max(0, options.stages - 1 - stage)
        let parts = halvings < 62 ? 1 << halvings : Int.max
        return (group.examples.count - 1) / parts + 1
    }

    /// How candidate and incumbent stand after a stage.
    /// - Parameter value: the candidate's value of an example; asked for those of `examples(through:)` alone.
    public func standing(after stage: Int, value: (Int) -> Double) -> Standing {
        var scored = 0
        var difference = 0.0
        var variance = 0.0
        var nullVariance = 0.0
        var nullSkew = 0.0
        for group in groups {
            let count = count(group, through: stage)
            let differences = group.examples.prefix(count).map { value($0) - incumbent[$0] }
            let mean = differences.reduce(0, +) / Double(count)
            let moment = differences.reduce(0) { $0 + $1 * $1 }
            let spread = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let left = 1 - Double(count) / Double(group.examples.count)
            let scale = group.weight * group.weight * left / Double(count)
            scored += count
            difference += group.weight * mean
            nullVariance += scale * moment / Double(count)
            let cubes = differences.reduce(0) { $0 + $1 * $1 * $1 }
            nullSkew += group.weight * scale * 0.5 * (1 + left) * cubes / (Double(count) * Double(count))
            // The deviation of a single value is not known: what it is about zero stands for it.
            variance += scale * (count > 1 ? spread / Double(count - 1) : moment)
        }
        let isOpen = scored < incumbent.count && stage < options.stages - 1
        return Standing(
            scored: scored, examples: incumbent.count, difference: difference, standardError: variance.squareRoot(),
            isBeaten: isOpen && nullVariance > 0 && Self.quotient(difference, nullVariance, nullSkew) < -bound)
    }

    /// A difference over its deviation if the two are alike, made larger where it is skewed to the right.
    private static func quotient(_ difference: Double, _ variance: Double, _ skew: Double) -> Double {
        let deviation = variance.squareRoot()
        let quotient = difference / deviation
        let a = skew / (variance * deviation)
        guard a > 0, a.isFinite else { return quotient }
        let third = a * quotient / 3
        // ((1 + x)³ − 1)/a without the difference of what is nearly equal.
        return max(quotient, quotient * (1 + third + third * third / 3) + a / 6)
    }
}
