/// What is carried out again with fresh seeds once a search is through.
struct ConfirmationSpecification: Sendable, Equatable, Codable {
    /// How many recommended trials; 0 for none.
    var count: Int
    /// With how many seeds each.
    var seeds: Int

    /// Values that hold when nothing is said.
    static let defaults = ConfirmationSpecification(count: 0, seeds: 2)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case count = "confirm"
        case seeds = "confirm_seeds"
    }

    init(count: Int, seeds: Int) {
        self.count = count
        self.seeds = seeds
    }

    /// Specifications from before anything was confirmed have none of the keys.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        count = try values.decodeIfPresent(Int.self, forKey: .count) ?? Self.defaults.count
        seeds = try values.decodeIfPresent(Int.self, forKey: .seeds) ?? Self.defaults.seeds
    }

    /// Trials that it takes.
    var trials: Int { count * seeds }
}

extension ConfirmationSpecification {
    /// What settings say, over what held before.
    init(_ settings: Settings, over others: ConfirmationSpecification = .defaults) throws(Failure) {
        self = others
        count = try settings.integer("confirm", in: 0...1000) ?? count
        seeds = try settings.integer("confirm-seeds", in: 1...1000) ?? seeds
        guard count > 0 || !settings.has("confirm-seeds") else {
            throw .usage(
                "\(settings.spoken("confirm-seeds")): nothing is confirmed", hint: "say how many trials with --confirm")
        }
    }
}
