internal import Engine

/// She or he: a pronoun refers to the one of two people whose name it fits.
///
/// A fifth of the pairs of a woman and a man is kept out of this topic's training text and only asked about.
struct Pronouns: Topic {
    let name = "pronouns"
    let share = 10.0
    private let women: [Inhabitant]
    private let men: [Inhabitant]

    init(world: World) {
        women = world.inhabitants(women: true)
        men = world.inhabitants(women: false)
    }

    private static let meetings = [
        "One day {A} met {B} near the {place}.", "In the {place} {A} and {B} talked.",
        "Last week {A} saw {B} in the {place}.", "On the way to the {place} {A} walked with {B}.",
    ]
    private static let deeds = ["sat down", "went home", "left early", "made a fire", "asked for help", "sang a song"]

    func document(_ random: inout RandomSource) -> [String] {
        (0..<random.integer(in: 1...2)).map { _ in
            let pair = pair(heldOut: false, &random)
            var sentences = [meeting(pair, &random)]
            for _ in 0..<random.integer(in: 2...3) {
                let person = random.pick(pair)
                let (prompt, answer) =
                    random.chance(0.5) ? byPronoun(person, &random) : byName(person, &random)
                sentences.append("\(prompt) \(answer) \(random.pick(Self.deeds)).")
            }
            return sentences.joined(separator: " ")
        }
    }

    func question(_ number: Int, _ random: inout RandomSource) -> Question {
        let pair = pair(heldOut: true, &random)
        // Four turns: either kind of question, either order of naming.
        let person = pair[(number / 2) % 2]
        let other = pair[1 - (number / 2) % 2]
        let meeting = meeting(pair, &random)
        let (prompt, answer) =
            number.isMultiple(of: 2) ? byPronoun(person, &random) : byName(person, &random)
        return Question(
            context: "\(meeting) \(prompt)", answer: answer,
            distractors: [number.isMultiple(of: 2) ? other.name : other.subject])
    }

    /// A woman and a man in random order.
    private func pair(heldOut: Bool, _ random: inout RandomSource) -> [Inhabitant] {
        let woman = random.integer(below: women.count)
        let man = random.pick(men.indices.filter { ((3 * woman + $0) % 5 == 0) == heldOut })
        return random.shuffled([women[woman], men[man]])
    }

    private func meeting(_ pair: [Inhabitant], _ random: inout RandomSource) -> String {
        random.pick(Self.meetings)
            .replacing("{A}", with: pair[0].name)
            .replacing("{B}", with: pair[1].name)
            .replacing("{place}", with: random.pick(Lexicon.places))
    }

    /// The pronoun is given, the name follows.
    private func byPronoun(_ person: Inhabitant, _ random: inout RandomSource) -> (prompt: String, answer: String) {
        let mood = random.pick(Lexicon.moods)
        let prompt = random.pick([
            "\(person.capitalSubject) was \(mood), so", "Since \(person.subject) was \(mood), soon",
            "It was late for \(person.isWoman ? "her" : "him"), so",
        ])
        return (prompt, person.name)
    }

    /// The name is given, the pronoun follows.
    private func byName(_ person: Inhabitant, _ random: inout RandomSource) -> (prompt: String, answer: String) {
        let mood = random.pick(Lexicon.moods)
        let prompt = random.pick([
            "Because \(person.name) was \(mood),", "\(person.name) was \(mood), and then",
            "When \(person.name) felt \(mood),",
        ])
        return (prompt, person.subject)
    }
}
