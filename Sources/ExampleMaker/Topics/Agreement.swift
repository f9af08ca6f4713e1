internal import Engine

/// Grammar: a verb agrees with its subject whatever stands between, a noun with its quantifier, a tense with its day.
///
/// A fifth of the pairs of subject and intervening noun, and of adjective and noun after a quantifier, is kept out of the
/// training text and only asked about.
struct Agreement: Topic {
    let name = "agreement"
    let share = 10.0

    private static let prepositions = ["near", "behind", "beside", "above", "before"]
    private static let nouns = Noun.beings + Noun.things
    private static let adjectives = ["big", "small", "old", "new", "wet", "dry", "clean", "dirty", "heavy", "quiet"]
    private static let one = ["one", "only one", "just one"]
    private static let several = ["two", "three", "many", "some", "several"]
    private static let past = ["Yesterday", "Last year", "Long ago", "Last night"]
    private static let present = ["Every day", "Today", "Now", "Each morning"]

    /// A subject with what comes between it and its verb.
    private struct Subject {
        let text: String
        let isPlural: Bool
        let isBeing: Bool
    }

    func document(_ random: inout RandomSource) -> [String] {
        let sentences = (0..<random.integer(in: 3...6)).map { _ in sentence(&random) }
        return [sentences.joined(separator: " ")]
    }

    func question(_ number: Int, _ random: inout RandomSource) -> Question {
        let isPlural = (number / 5).isMultiple(of: 2)
        switch number % 5 {
        case 0: return quantified(plural: isPlural, &random)
        case 1: return tense(past: isPlural, &random)
        default: return verb(plural: isPlural, attractorPlural: (number / 10).isMultiple(of: 2), &random)
        }
    }

    // MARK: Text

    private func sentence(_ random: inout RandomSource) -> String {
        switch random.integer(below: 6) {
        case 0:
            let isPlural = random.chance(0.5)
            let (adjective, noun) = described(heldOut: false, &random)
            return "\(thereIs(plural: isPlural, &random)) \(adjective) \(noun.form(plural: isPlural))."
        case 1:
            let isPast = random.chance(0.5)
            let day = random.pick(isPast ? Self.past : Self.present)
            let subject = subject(plural: random.chance(0.5), heldOut: false, beings: true, &random)
            let action = random.pick(Verb.actions)
            return "\(day) the \(subject.text) \(isPast ? action.past : action.present(plural: subject.isPlural))."
        default:
            let subject = subject(plural: random.chance(0.5), heldOut: false, beings: random.chance(0.6), &random)
            let (forms, tail) = predicate(of: subject, &random)
            return "The \(subject.text) \(subject.isPlural ? forms.1 : forms.0)\(tail)."
        }
    }

    private func thereIs(plural isPlural: Bool, _ random: inout RandomSource) -> String {
        let place = random.pick(["Near the road", "In the yard", "By the water", "Behind the hill"])
        return isPlural
            ? "\(place) we saw \(random.pick(Self.several))" : "\(place) we saw \(random.pick(Self.one))"
    }

    /// A noun and an adjective before it.
    private func described(heldOut: Bool, _ random: inout RandomSource) -> (adjective: String, noun: Noun) {
        let noun = random.integer(below: Self.nouns.count)
        let adjective = random.pick(Self.adjectives.indices.filter { ((3 * noun + $0) % 5 == 0) == heldOut })
        return (Self.adjectives[adjective], Self.nouns[noun])
    }

    /// "boys near the gate", "boy that the kings know", "old boy".
    private func subject(
        plural isPlural: Bool, attractorPlural: Bool? = nil, heldOut: Bool, beings: Bool, _ random: inout RandomSource
    ) -> Subject {
        let head = random.integer(below: 16) + (beings ? 0 : 16)
        var text = Self.nouns[head].form(plural: isPlural)
        if !heldOut, random.chance(0.2) {
            text = random.chance(0.5) ? text : "\(random.pick(Self.adjectives)) \(text)"
            return Subject(text: text, isPlural: isPlural, isBeing: beings)
        }
        let between = attractorPlural ?? random.chance(0.5)
        if beings, random.chance(0.3) {
            let other = attractor(of: head, heldOut: heldOut, beings: true, &random)
            let verb = random.pick(Verb.transitive).present(plural: between)
            text += " that the \(other.form(plural: between)) \(verb)"
        } else {
            let other = attractor(of: head, heldOut: heldOut, beings: random.chance(0.5), &random)
            text += " \(random.pick(Self.prepositions)) the \(other.form(plural: between))"
        }
        return Subject(text: text, isPlural: isPlural, isBeing: beings)
    }

    /// A noun that may stand between the subject `head` and its verb.
    private func attractor(of head: Int, heldOut: Bool, beings: Bool, _ random: inout RandomSource) -> Noun {
        let candidates = (beings ? 0..<16 : 16..<32).filter {
            $0 != head && ((3 * head + $0) % 5 == 0) == heldOut
        }
        return Self.nouns[random.pick(candidates)]
    }

    /// The verb for one and for several subjects, and what follows it.
    private func predicate(of subject: Subject, _ random: inout RandomSource) -> ((String, String), String) {
        switch random.integer(below: subject.isBeing ? 4 : 3) {
        case 0: return (("is", "are"), " \(random.pick(Self.adjectives))")
        case 1: return (("was", "were"), " \(random.pick(Self.adjectives))")
        case 2: return (("has", "have"), " been \(random.pick(Self.adjectives))")
        default:
            let action = random.pick(Verb.actions)
            return ((action.third, action.base), "")
        }
    }

    // MARK: Questions

    private func verb(plural isPlural: Bool, attractorPlural: Bool, _ random: inout RandomSource) -> Question {
        let subject = subject(
            plural: isPlural, attractorPlural: attractorPlural, heldOut: true, beings: random.chance(0.6), &random)
        let (forms, _) = predicate(of: subject, &random)
        return Question(
            context: "The \(subject.text)", answer: isPlural ? forms.1 : forms.0,
            distractors: [isPlural ? forms.0 : forms.1])
    }

    private func quantified(plural isPlural: Bool, _ random: inout RandomSource) -> Question {
        let (adjective, noun) = described(heldOut: true, &random)
        return Question(
            context: "\(thereIs(plural: isPlural, &random)) \(adjective)",
            answer: noun.form(plural: isPlural), distractors: [noun.form(plural: !isPlural)])
    }

    private func tense(past isPast: Bool, _ random: inout RandomSource) -> Question {
        let subject = subject(plural: random.chance(0.5), heldOut: true, beings: true, &random)
        let action = random.pick(Verb.actions)
        let present = action.present(plural: subject.isPlural)
        return Question(
            context: "\(random.pick(isPast ? Self.past : Self.present)) the \(subject.text)",
            answer: isPast ? action.past : present, distractors: [isPast ? present : action.past])
    }
}
