internal import Engine

/// Short stories in which people walk about and hand things on; the reader has to keep track of who has what and who is
/// where. Every story is new, so the questions ask for the skill alone.
struct Tracking: Topic {
    let world: World
    let name = "tracking"
    let share = 18.0

    func document(_ random: inout RandomSource) -> [String] {
        (0..<random.integer(in: 1...2)).map { _ in
            var story = TrackedStory(world: world, &random)
            for _ in 0..<random.integer(in: 2...5) {
                story.advance(&random)
                if random.chance(0.6) { story.recall(&random) }
            }
            story.recall(&random)
            return story.sentences.joined(separator: " ")
        }
    }

    func question(_ number: Int, _ random: inout RandomSource) -> Question {
        while true {
            var story = TrackedStory(world: world, &random)
            for _ in 0..<random.integer(in: 2...4) { story.advance(&random) }
            let asked = number.isMultiple(of: 2) ? story.askWhere(&random) : story.askWho(&random)
            if let (prompt, answer, distractors) = asked {
                let context = (story.sentences + [prompt]).joined(separator: " ")
                return Question(context: context, answer: answer, distractors: distractors)
            }
        }
    }
}

/// A story as it unfolds: what has been told, and what is true now.
struct TrackedStory {
    private(set) var sentences: [String] = []
    private let people: [Inhabitant]
    private let places: [String]
    private let things: [String]
    /// Index of the place where each person is, once told.
    private var place: [Int]
    /// Index of the person who has each thing.
    private var holder: [Int]

    /// Three people in three places, and two things that two of them have.
    ///
    /// A person stands before the place, always three words on, and a thing before the person who gets it: meant to let
    /// one rule read every kind of sentence.
    init(world: World, _ random: inout RandomSource) {
        people = random.pick(3, of: world.inhabitants)
        places = random.pick(4, of: Lexicon.places)
        things = random.pick(2, of: Lexicon.belongings)
        place = [0, 1, 2]
        holder = random.pick(2, of: [0, 1, 2])
        for i in random.permutation(3) {
            let opening = sentences.isEmpty ? random.pick(["One day", "This morning"]) + " " : ""
            sentences.append("\(opening)\(people[i].name) was in the \(places[i]).")
        }
        for thing in things.indices {
            sentences.append("The \(things[thing]) was with \(people[holder[thing]].name).")
        }
    }

    /// Somebody moves, or hands something on.
    mutating func advance(_ random: inout RandomSource) {
        if random.chance(0.5) {
            let i = random.integer(below: people.count)
            let target = random.pick(places.indices.filter { $0 != place[i] })
            place[i] = target
            let verb = random.pick(["went", "walked", "ran", "moved"])
            sentences.append("\(people[i].name) \(verb) to the \(places[target]).")
        } else {
            let thing = random.integer(below: things.count)
            let giver = holder[thing]
            let taker = random.pick(people.indices.filter { $0 != giver })
            holder[thing] = taker
            let names = (people[giver].name, people[taker].name)
            let verb = random.pick(["gave", "passed", "handed"])
            sentences.append(
                random.chance(0.5)
                    ? "\(names.0) \(verb) the \(things[thing]) to \(names.1)."
                    : "The \(things[thing]) \(random.pick(["went", "came"])) to \(names.1).")
        }
    }

    /// States something that is true now.
    mutating func recall(_ random: inout RandomSource) {
        if random.chance(0.5) {
            let i = random.integer(below: people.count)
            sentences.append("\(wherePrompt(i, &random)) \(places[place[i]]).")
        } else {
            let thing = random.integer(below: things.count)
            sentences.append("\(whoPrompt(thing, &random)) \(people[holder[thing]].name).")
        }
    }

    /// Where is one of the people? The other choices are places of the story too; nil if it has too few.
    func askWhere(_ random: inout RandomSource) -> (prompt: String, answer: String, distractors: [String])? {
        let told = places.indices.filter { index in sentences.contains { $0.contains("the \(places[index])") } }
        let i = random.integer(below: people.count)
        let others = told.filter { $0 != place[i] }.map { places[$0] }
        guard others.count >= 2 else { return nil }
        return (wherePrompt(i, &random), places[place[i]], random.pick(2, of: others))
    }

    /// Who has one of the things? The other choices are the other people.
    func askWho(_ random: inout RandomSource) -> (prompt: String, answer: String, distractors: [String])? {
        let thing = random.integer(below: things.count)
        let others = people.indices.filter { $0 != holder[thing] }.map { people[$0].name }
        return (whoPrompt(thing, &random), people[holder[thing]].name, others)
    }

    private func wherePrompt(_ person: Int, _ random: inout RandomSource) -> String {
        random.pick(["Now \(people[person].name) is in the", "So now \(people[person].name) is in the"])
    }

    private func whoPrompt(_ thing: Int, _ random: inout RandomSource) -> String {
        random.pick(["Now the \(things[thing]) is with", "So now the \(things[thing]) is with"])
    }
}
