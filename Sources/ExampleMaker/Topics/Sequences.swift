internal import Engine

/// Things in order: days, months, counting, and small sums told as stories.
struct Sequences: Topic {
    let world: World
    let name = "sequences"
    let share = 10.0

    /// A step along a circle of words: how far, and how it is told of `{X}`.
    private static let steps: [(distance: Int, phrases: [String])] = [
        (1, ["After {X} comes", "If now it is {X}, then next comes", "What follows {X}? It is"]),
        (-1, ["Before {X} comes", "If now it is {X}, then before it was", "What leads to {X}? It is"]),
        (2, ["Two after {X} comes", "If now it is {X}, then the next but one is"]),
        (-2, ["Two before {X} comes"]),
    ]

    func document(_ random: inout RandomSource) -> [String] {
        let count = random.integer(in: 2...4)
        var sentences: [String] = []
        for _ in 0..<count {
            let passage = passage(random.integer(below: 5), &random)
            sentences.append("\(passage.prompt) \(passage.answer)\(passage.tail).")
        }
        return [sentences.joined(separator: " ")]
    }

    func question(_ number: Int, _ random: inout RandomSource) -> Question {
        let passage = passage(number % 5, &random)
        let others = passage.ring.filter { $0 != passage.answer && !passage.rivals.contains($0) }
        let distractors = random.shuffled(passage.rivals) + random.shuffled(others)
        return Question(
            context: passage.prompt, answer: passage.answer, distractors: Array(distractors.prefix(3)))
    }

    /// A sentence or more, up to its answer.
    private struct Passage {
        let prompt: String
        let answer: String
        /// What stands between the answer and the full stop.
        var tail = ""
        /// The words of which the answer is one.
        let ring: [String]
        /// Those that another rule would lead to: the best distractors.
        var rivals: [String] = []
    }

    private func passage(_ kind: Int, _ random: inout RandomSource) -> Passage {
        switch kind {
        case 0: around(Lexicon.days, &random)
        case 1: around(Lexicon.months, &random)
        case 2: count(&random)
        default: sum(&random)
        }
    }

    /// A step from one day or month to another.
    private func around(
        _ ring: [String], _ random: inout RandomSource
    ) -> Passage {
        let start = random.integer(below: ring.count)
        let step = random.pick(Self.steps)
        let end = (start + step.distance + ring.count) % ring.count
        return Passage(
            prompt: random.pick(step.phrases).replacing("{X}", with: ring[start]), answer: ring[end], ring: ring)
    }

    /// Counting up or down, by one or by two.
    private func count(_ random: inout RandomSource) -> Passage {
        let stride = random.pick([1, -1, 2, -2])
        let length = random.integer(in: 3...4)
        let span = (length - 1) * abs(stride)
        let low = random.integer(in: 1...(Lexicon.numbers.count - span))
        let first = stride > 0 ? low : low + span
        let values = (0..<length).map { first + $0 * stride }
        let words = values.map { Lexicon.numbers[$0 - 1] }
        let opening = random.pick(["Count with me:", "They counted:"])
        let rivals = [1, -1, 2, -2].filter { $0 != stride }.map { values[length - 2] + $0 }
        return Passage(
            prompt: "\(opening) \(words.dropLast().joined(separator: ", ")),", answer: words[length - 1],
            ring: Lexicon.numbers,
            rivals: rivals.filter { Lexicon.numbers.indices.contains($0 - 1) }.map { Lexicon.numbers[$0 - 1] })
    }

    /// Getting more of something, or giving some away.
    private func sum(_ random: inout RandomSource) -> Passage {
        let person = random.pick(world.inhabitants)
        let goods = random.pick(["apples", "pears", "plums", "nuts", "eggs", "cakes"])
        let small = random.integer(in: 1...4)
        let start = random.integer(in: 2...8)  // never one: the goods are in the plural
        let isGain = random.chance(0.5)
        let (before, after) = isGain ? (start, start + small) : (start + small, start)
        let change =
            isGain
            ? random.pick(["{s} got {n} more", "{s} found {n} more"])
            : random.pick(["{s} gave away {n}", "{s} lost {n}"])
        let told = person.fill(
            change.replacing("{n}", with: Lexicon.numbers[small - 1]).replacing("{s}", with: person.capitalSubject))
        return Passage(
            prompt: "At first \(person.name) had \(Lexicon.numbers[before - 1]) \(goods). \(told). "
                + "Now \(person.subject) has",
            answer: Lexicon.numbers[after - 1], tail: " \(goods)", ring: Lexicon.numbers)
    }
}
