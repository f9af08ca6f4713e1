internal import Engine

/// Whether trials that cannot win any more are stopped while they are evaluated, and when.
///
/// What is not stopped is measured as ever: two searches that differ in this alone measure the same.
struct EarlyStoppingSpecification: Sendable, Equatable, Codable {
    /// When a trial is stopped.
    enum Rule: String, Sendable, CaseIterable, Codable {
        /// Never.
        case none
        /// When its results, example by example, are too far behind those of the best trial: `Race`.
        case racing
    }

    /// When a trial is stopped.
    var rule: Rule
    /// Probability with which a trial that would win is not stopped.
    var confidence: Double
    /// Stages of an evaluation; the last one is the whole.
    var stages: Int

    /// Values that hold when nothing is said.
    static let defaults = EarlyStoppingSpecification(
        rule: .none, confidence: Race.Options().confidence, stages: Race.Options().stages)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case rule = "early_stopping"
        case confidence = "racing_confidence"
        case stages = "racing_stages"
    }

    init(rule: Rule, confidence: Double, stages: Int) {
        self.rule = rule
        self.confidence = confidence
        self.stages = stages
    }

    /// Specifications from before there were races have none of the keys.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self = .defaults
        rule = try values.decodeIfPresent(Rule.self, forKey: .rule) ?? rule
        // A race takes no other numbers, whoever wrote them.
        confidence = min(
            0.999_999, max(0.5, try values.decodeIfPresent(Double.self, forKey: .confidence) ?? confidence))
        stages = min(20, max(2, try values.decodeIfPresent(Int.self, forKey: .stages) ?? stages))
    }

    /// How races are run; nil where there are none.
    var race: Race.Options? { rule == .racing ? Race.Options(confidence: confidence, stages: stages) : nil }
}

extension EarlyStoppingSpecification {
    /// The specification that settings say, with defaults for the rest.
    /// - Parameters:
    ///   - isExternal: whether another program measures trials, as a whole.
    init(_ settings: Settings, isExternal: Bool) throws(Failure) {
        self = .defaults
        rule = try settings.word("early-stopping", Rule.self) ?? rule
        confidence =
            try settings.number("racing-confidence", "at least 0.5 and at most 0.999999") {
                (0.5...0.999_999).contains($0)
            }
            ?? confidence
        stages = try settings.integer("racing-stages", in: 2...20) ?? stages
        for name in ["racing-confidence", "racing-stages"] where rule == .none && settings.has(name) {
            throw .usage(
                "\(settings.spoken(name)): nothing is raced", hint: "say --early-stopping racing")
        }
        guard rule == .none || !isExternal else {
            throw .usage(
                "\(settings.spoken("early-stopping")): only trials that qpx evaluates itself can be stopped",
                hint: "leave it out, or leave out --evaluator and --ask")
        }
    }
}
