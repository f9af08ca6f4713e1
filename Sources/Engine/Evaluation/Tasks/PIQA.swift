/// PIQA: which of two ways reaches a goal; the validation split, accuracy and normalised accuracy.
///
/// Source: Bisk et al. 2020, "PIQA"; lm-evaluation-harness 0.4.13, task "piqa".
public struct PIQA: ChoiceTask, LabelledBeside {
    /// "piqa".
    public let name = "piqa"
    /// True.
    public let hasNormalizedAccuracy = true
    let labelField = "label"
    /// The validation split.
    public let files = TaskFiles(
        split: .validation, words: ["piqa", "physicaliqa"],
        layouts: [
            "piqa/valid.jsonl with valid-labels.lst", "physicaliqa-train-dev/dev.jsonl with dev-labels.lst",
            "piqa/**/validation-*.parquet",
        ])

    /// The task.
    public init() {}

    /// By goal and solutions.
    public func recognizes(_ row: JSONValue) -> Bool {
        ["goal", "sol1", "sol2"].allSatisfy { row[$0]?.text != nil }
    }

    /// The goal as a question.
    public func question(_ row: DataRow) throws(TaskDataError) -> ChoiceQuestion {
        ChoiceQuestion(
            context: "Question: \(try row.text("goal"))\nAnswer:",
            choices: [try row.text("sol1"), try row.text("sol2")], gold: try row.label("label", choices: 2))
    }
}
