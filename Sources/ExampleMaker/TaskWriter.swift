internal import Engine

/// Makes a topic's questions and writes them as a task file: one JSON object per line with `id`, `context`, `choices`,
/// `gold` and `requests`, the exact pairs of context and continuation to be scored.
struct TaskWriter: Sendable {
    let topic: any Topic
    let seed: UInt64

    /// A question with its choices in order.
    struct Item: Sendable, Equatable {
        let id: String
        let context: String
        let choices: [String]
        let gold: Int
    }

    /// `count` different questions; each position of the right answer is equally frequent (up to one).
    func items(count: Int) throws(ExampleError) -> [Item] {
        let source = RandomSource(seed: seed).derived("tasks").derived(topic.name)
        var order = source.derived("order")
        var slots: [Int] = []
        var seen: Set<String> = []
        var items: [Item] = []
        for attempt in 0..<(20 * count) where items.count < count {
            var random = source.derived(attempt)
            let question = topic.question(items.count, &random)
            guard seen.insert(question.context + " " + question.answer).inserted else { continue }
            if slots.isEmpty { slots = order.permutation(question.distractors.count + 1) }
            let gold = slots.removeLast()
            var choices = random.shuffled(question.distractors)
            choices.insert(question.answer, at: gold)
            items.append(
                Item(id: "\(topic.name)/\(items.count)", context: question.context, choices: choices, gold: gold))
        }
        guard items.count == count else {
            throw .questionsExhausted(task: topic.name, made: items.count, wanted: count)
        }
        return items
    }

    /// The task file's text.
    static func lines(_ items: [Item]) -> String {
        items.map { item in
            JSONText.object([
                ("id", .string(item.id)),
                ("context", .string(item.context)),
                ("choices", .array(item.choices.map(JSONText.string))),
                ("gold", .integer(item.gold)),
                ("requests", .array(item.choices.map { .array([.string(item.context), .string(" " + $0)]) })),
            ]).line + "\n"
        }.joined()
    }
}
