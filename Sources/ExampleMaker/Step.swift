/// One stage of making the example. Steps run in the order of `all`; each reads what earlier ones wrote.
struct Step: Sendable {
    /// What `--only` can ask for.
    enum Group: String, CaseIterable, Sendable {
        /// Texts, tokenizer and tasks.
        case data
        /// The trained model.
        case model
    }

    let name: String
    let group: Group
    /// Does the work; returns a line for people.
    let run: @Sendable (Recipe, ExampleFolder) throws -> String

    /// All steps: a new one is one line here.
    static let all = [
        Step(name: "texts", group: .data, run: makeTexts),
        Step(name: "tokenizer", group: .data, run: makeTokenizer),
        Step(name: "tasks", group: .data, run: makeTasks),
        Step(name: "model", group: .model, run: trainModel),
    ]
}
