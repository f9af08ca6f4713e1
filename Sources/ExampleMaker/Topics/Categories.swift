internal import Engine

/// What kinds of things there are, what is true of a kind and so of each of its members, and what is the opposite of what.
///
/// Of each member one property is never stated: whoever knows that an elm is a tree can tell.
struct Categories: Topic {
    let name = "categories"
    let share = 10.0

    private static let memberships = [
        "{M} is a kind of", "{M} belongs with each other", "What is {m}? It is one more", "We call {m} a true",
    ]

    func document(_ random: inout RandomSource) -> [String] {
        let sentences = (0..<random.integer(in: 3...6)).map { _ in sentence(&random) }
        return [sentences.joined(separator: " ")]
    }

    func question(_ number: Int, _ random: inout RandomSource) -> Question {
        let kind = random.integer(below: Category.all.count)
        let member = random.integer(below: Category.all[kind].members.count)
        switch number % 5 {
        case 0:
            let prompt = fill(random.pick(Self.memberships), Category.all[kind].members[member])
            return question(prompt, about: kind, &random) { $0.name }
        case 1:
            let (word, opposite) = pair(&random)
            let others = Lexicon.opposites.flatMap { [$0.0, $0.1] }.filter { $0 != word && $0 != opposite }
            return Question(
                context: oppositePrompt(word, &random), answer: opposite, distractors: random.pick(3, of: others))
        default:
            // Twice the property that was never told, once one of the others.
            let shift = number % 5 == 2 ? random.integer(in: 1...3) : 0
            let relation = (Self.untold(member) + shift) % Category.relations.count
            let prompt = fill(random.pick(Category.relations[relation]), Category.all[kind].members[member])
            return question(prompt, about: kind, &random) { $0.properties[relation] }
        }
    }

    /// The relation that is never stated of a category's member.
    private static func untold(_ member: Int) -> Int { member % Category.relations.count }

    private func sentence(_ random: inout RandomSource) -> String {
        let category = random.pick(Category.all)
        let member = random.integer(below: category.members.count)
        switch random.integer(below: 10) {
        case 0...3:
            return "\(fill(random.pick(Self.memberships), category.members[member])) \(category.name)."
        case 4, 5:
            let (word, opposite) = pair(&random)
            return "\(oppositePrompt(word, &random)) \(opposite)."
        case 6, 7:
            let relation = random.integer(below: Category.relations.count)
            return "\(fill(random.pick(Category.relations[relation]), category.name)) \(category.properties[relation])."
        default:
            let relation = random.pick(Category.relations.indices.filter { $0 != Self.untold(member) })
            let prompt = fill(random.pick(Category.relations[relation]), category.members[member])
            return "\(prompt) \(category.properties[relation])."
        }
    }

    private func fill(_ phrase: String, _ noun: String) -> String {
        let text = Category.indefinite(noun)
        return phrase.replacing("{m}", with: text)
            .replacing("{M}", with: text.prefix(1).uppercased() + text.dropFirst())
    }

    private func pair(_ random: inout RandomSource) -> (String, String) {
        let (a, b) = random.pick(Lexicon.opposites)
        return random.chance(0.5) ? (a, b) : (b, a)
    }

    private func oppositePrompt(_ word: String, _ random: inout RandomSource) -> String {
        random.pick([
            "The opposite of \(word) is", "What is not \(word) may be", "If it is \(word) it cannot be",
        ])
    }

    private func question(
        _ prompt: String, about kind: Int, _ random: inout RandomSource, value: (Category) -> String
    ) -> Question {
        let others = Category.all.indices.filter { $0 != kind }.map { value(Category.all[$0]) }
        return Question(context: prompt, answer: value(Category.all[kind]), distractors: random.pick(3, of: others))
    }
}
