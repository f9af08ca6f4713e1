/// Something that is known of every inhabitant.
enum Attribute: Int, CaseIterable, Sendable {
    case home, trade, pet, food, color, instrument, birthday, friend

    /// A way of stating the attribute, up to the value, which comes last.
    struct Phrase: Sendable {
        /// With `{N}` for the name.
        let named: String
        /// With `{S}` for she or he at the start, `{s}` within, `{P}` for her or his at the start, `{p}` within.
        let pronoun: String
        /// The same as a question that comes before `named`, if there is one.
        var question: String?
    }

    /// The ways of stating it.
    var phrases: [Phrase] {
        switch self {
        case .home:
            [
                Phrase(named: "{N} lives in", pronoun: "{S} lives in", question: "Where does {N} live?"),
                Phrase(named: "The home of {N} is in", pronoun: "{P} home is in"),
                Phrase(named: "The house of {N} stands in", pronoun: "{P} house stands in"),
            ]
        case .trade:
            [
                Phrase(named: "{N} works as a", pronoun: "{S} works as a", question: "What does {N} do for work?"),
                Phrase(named: "{N} is a", pronoun: "{S} is a"),
                Phrase(named: "By trade {N} is a", pronoun: "By trade {s} is a"),
            ]
        case .pet:
            [
                Phrase(named: "{N} has a pet", pronoun: "{S} has a pet", question: "What pet does {N} have?"),
                Phrase(named: "The pet of {N} is a", pronoun: "{P} pet is a"),
                Phrase(named: "At home {N} feeds a", pronoun: "At home {s} feeds a"),
            ]
        case .food:
            [
                Phrase(named: "{N} loves to eat", pronoun: "{S} loves to eat", question: "What does {N} eat?"),
                Phrase(named: "The favorite food of {N} is", pronoun: "{P} favorite food is"),
                Phrase(named: "For dinner {N} wants", pronoun: "For dinner {s} wants"),
            ]
        case .color:
            [
                Phrase(named: "The coat of {N} is", pronoun: "{P} coat is", question: "What color does {N} like?"),
                Phrase(named: "The favorite color of {N} is", pronoun: "{P} favorite color is"),
                Phrase(named: "The door of {N} is painted", pronoun: "{P} door is painted"),
            ]
        case .instrument:
            [
                Phrase(named: "{N} plays the", pronoun: "{S} plays the", question: "What does {N} play?"),
                Phrase(named: "In the evening {N} practices the", pronoun: "In the evening {s} practices the"),
                Phrase(named: "The instrument of {N} is the", pronoun: "{P} instrument is the"),
            ]
        case .birthday:
            [
                Phrase(named: "{N} was born in", pronoun: "{S} was born in", question: "When was {N} born?"),
                Phrase(named: "The birthday of {N} is in", pronoun: "{P} birthday is in"),
                Phrase(named: "{N} grows a year older in", pronoun: "{S} grows a year older in"),
            ]
        case .friend:
            [
                Phrase(named: "{N} is a friend of", pronoun: "{S} is a friend of", question: "Who is close to {N}?"),
                Phrase(named: "The best friend of {N} is", pronoun: "{P} best friend is"),
                Phrase(named: "On Sundays {N} visits", pronoun: "On Sundays {s} visits"),
            ]
        }
    }
}
