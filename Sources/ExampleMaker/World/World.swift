internal import Engine

/// A person of the world, and what is known of him or her.
struct Inhabitant: Sendable, Equatable {
    let name: String
    let isWoman: Bool
    /// One value per attribute, in the order of `Attribute.allCases`.
    let values: [String]

    /// "she" or "he".
    var subject: String { isWoman ? "she" : "he" }
    /// "She" or "He".
    var capitalSubject: String { isWoman ? "She" : "He" }
    /// "her" or "his".
    var possessive: String { isWoman ? "her" : "his" }
    /// "Her" or "His".
    var capitalPossessive: String { isWoman ? "Her" : "His" }

    /// The value of an attribute.
    func value(_ attribute: Attribute) -> String { values[attribute.rawValue] }

    /// A phrase with the placeholders filled in for this inhabitant.
    func fill(_ phrase: String) -> String {
        var text = ""
        var rest = Substring(phrase)
        while let brace = rest.firstIndex(of: "{") {
            text += rest[..<brace]
            rest = rest[brace...].dropFirst()
            switch rest.first {
            case "N": text += name
            case "S": text += capitalSubject
            case "s": text += subject
            case "P": text += capitalPossessive
            case "p": text += possessive
            default: preconditionFailure("unknown placeholder in '\(phrase)'")
            }
            rest = rest.dropFirst(2)
        }
        return text + rest
    }
}

/// Who lives there, and the facts that a model has to memorise.
///
/// Every value of an attribute is given to (nearly) the same number of inhabitants, so that how often a word occurs
/// says nothing about whose it is.
struct World: Sendable {
    let inhabitants: [Inhabitant]

    /// The most inhabitants a world can have: the names there are.
    static let largestPopulation = 2 * min(Lexicon.women.count, Lexicon.men.count)

    /// A world of `population` inhabitants, half of them women; the same for the same seed.
    init(seed: UInt64, population: Int) throws(ExampleError) {
        guard population >= 8, population <= Self.largestPopulation, population.isMultiple(of: 2) else {
            throw .population(population, most: Self.largestPopulation)
        }
        let source = RandomSource(seed: seed).derived("world")
        var chooser = source.derived("names")
        let women = chooser.shuffled(Lexicon.women).prefix(population / 2)
        let men = chooser.shuffled(Lexicon.men).prefix(population / 2)
        let names = Array(women) + Array(men)

        let columns = Attribute.allCases.map { attribute -> [String] in
            var random = source.derived("attribute").derived(attribute.rawValue)
            if attribute == .friend { return Self.friends(names, &random) }
            let values = Self.values(of: attribute)
            let dealt = (0..<population).map { values[$0 % values.count] }
            return random.shuffled(dealt)
        }
        inhabitants = names.indices.map { i in
            Inhabitant(name: names[i], isWoman: i < population / 2, values: columns.map { $0[i] })
        }
    }

    /// What an attribute can be, for one inhabitant or another.
    func values(of attribute: Attribute) -> [String] {
        attribute == .friend ? inhabitants.map(\.name) : Self.values(of: attribute)
    }

    /// The women, then the men, as they are listed.
    func inhabitants(women: Bool) -> [Inhabitant] { inhabitants.filter { $0.isWoman == women } }

    private static func values(of attribute: Attribute) -> [String] {
        switch attribute {
        case .home: Lexicon.towns
        case .trade: Lexicon.trades
        case .pet: Lexicon.pets
        case .food: Lexicon.foods
        case .color: Lexicon.colors
        case .instrument: Lexicon.instruments
        case .birthday: Lexicon.months
        case .friend: []
        }
    }

    /// One friend each, nobody his own: along a random cycle through all.
    private static func friends(_ names: [String], _ random: inout RandomSource) -> [String] {
        let cycle = random.permutation(names.count)
        var friends = names
        for i in cycle.indices { friends[cycle[i]] = names[cycle[(i + 1) % cycle.count]] }
        return friends
    }
}
