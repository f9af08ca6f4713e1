internal import Engine

/// A kind of text, and the kind of question that shows whether a model has understood it.
protocol Topic: Sendable {
    /// Names the task file and its questions.
    var name: String { get }
    /// Part of the training text, relative to the other topics' shares.
    var share: Double { get }
    /// A new document: its paragraphs, each one line.
    func document(_ random: inout RandomSource) -> [String]
    /// A new question. `number` counts up, so that kinds of questions can take turns.
    func question(_ number: Int, _ random: inout RandomSource) -> Question
}

/// A question before its choices are put in order.
struct Question: Sendable, Equatable {
    /// What comes before the answer, without a blank at the end.
    let context: String
    /// The right continuation.
    let answer: String
    /// Wrong continuations of the same kind.
    let distractors: [String]
}

/// The topics of the example.
enum Topics {
    static func all(of world: World) -> [any Topic] {
        [
            Facts(world: world), Agreement(), Tracking(world: world), Pronouns(world: world), Categories(),
            Sequences(world: world),
        ]
    }
}
