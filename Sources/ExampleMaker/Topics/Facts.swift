internal import Engine

/// What is known of the inhabitants: knowledge, so the questions ask for facts that the training text states, most of
/// them many times and in several ways.
struct Facts: Topic {
    let world: World
    let name = "facts"
    let share = 42.0

    private static let openers = [
        "This is {N}.", "Meet {N}.", "Here comes {N}.", "Do you know {N}?", "We talked about {N}.",
    ]

    func document(_ random: inout RandomSource) -> [String] {
        random.chance(0.6) ? [profile(&random)] : [gathering(&random)]
    }

    func question(_ number: Int, _ random: inout RandomSource) -> Question {
        let attribute = Attribute.allCases[number % Attribute.allCases.count]
        let person = random.pick(world.inhabitants)
        let answer = person.value(attribute)
        let phrase = random.pick(attribute.phrases)
        var lead = lead(to: person, attribute, &random)
        if lead.isEmpty, phrase.named.hasPrefix("{N}") { lead = person.fill(random.pick(Self.openers)) + " " }
        let isNamed = lead.isEmpty || random.chance(0.5)
        let others = world.values(of: attribute).filter { $0 != answer && $0 != person.name }
        return Question(
            context: lead + person.fill(isNamed ? phrase.named : phrase.pronoun), answer: answer,
            distractors: random.pick(3, of: others))
    }

    /// Nothing, or a first sentence about the same person: an opener or another fact.
    private func lead(to person: Inhabitant, _ attribute: Attribute, _ random: inout RandomSource) -> String {
        switch random.integer(below: 3) {
        case 0: return ""
        case 1: return person.fill(random.pick(Self.openers)) + " "
        default:
            let other = random.pick(Attribute.allCases.filter { $0 != attribute && $0 != .friend })
            let phrases = other.phrases.filter { !$0.named.hasPrefix("{N}") }
            return person.fill(random.pick(phrases).named) + " " + person.value(other) + ". "
        }
    }

    /// Several facts about one person, mostly by pronoun.
    private func profile(_ random: inout RandomSource) -> String {
        let person = random.pick(world.inhabitants)
        let attributes = random.pick(random.integer(in: 3...6), of: Attribute.allCases)
        var sentences = [person.fill(random.pick(Self.openers))]
        for attribute in attributes {
            let phrase = random.pick(attribute.phrases)
            sentences.append(statement(phrase, of: person, attribute, byName: random.chance(0.6)))
        }
        return sentences.joined(separator: " ")
    }

    /// One fact each about several people, sometimes as question and answer.
    private func gathering(_ random: inout RandomSource) -> String {
        let people = random.pick(random.integer(in: 3...5), of: world.inhabitants)
        let shared = random.chance(0.4) ? random.pick(Attribute.allCases) : nil
        var sentences: [String] = []
        for person in people {
            let attribute = shared ?? random.pick(Attribute.allCases)
            // Text never begins with a name: a name at the very start would be another token than elsewhere.
            let phrases = attribute.phrases.filter {
                !sentences.isEmpty || !$0.named.hasPrefix("{N}") || $0.question != nil
            }
            let phrase = random.pick(phrases)
            if let question = phrase.question, sentences.isEmpty || random.chance(0.4) {
                sentences.append(person.fill(question))
            }
            sentences.append(statement(phrase, of: person, attribute, byName: true))
        }
        return sentences.joined(separator: " ")
    }

    private func statement(
        _ phrase: Attribute.Phrase, of person: Inhabitant, _ attribute: Attribute, byName: Bool
    ) -> String {
        person.fill(byName ? phrase.named : phrase.pronoun) + " " + person.value(attribute) + "."
    }
}
