/// BoolQ: questions about a passage, answered by no or yes; the validation split, accuracy.
///
/// The harness reads SuperGLUE's form, whose passages begin with the article's title; the original files have the title in
/// a field of its own, which is left out. A passage is taken as it stands in either.
///
/// Source: Clark et al. 2019, "BoolQ"; lm-evaluation-harness 0.4.13, task "boolq".
public struct BoolQ: ChoiceTask {
    /// "boolq".
    public let name = "boolq"
    /// False.
    public let hasNormalizedAccuracy = false
    /// The validation split.
    public let files = TaskFiles(
        split: .validation, words: ["boolq"], preferred: ["superglue"], refused: ["contrast"],
        layouts: ["BoolQ/val.jsonl", "boolq/dev.jsonl", "boolq/validation-*.parquet"])

    /// The task.
    public init() {}

    /// By passage and question.
    public func recognizes(_ row: JSONValue) -> Bool {
        row["passage"]?.text != nil && row["question"]?.text != nil
    }

    /// The passage, then the question with a question mark.
    public func question(_ row: DataRow) throws(TaskDataError) -> ChoiceQuestion {
        // SuperGLUE has a label, the original files an answer.
        let field = row.value["label"] == nil && row.value["answer"] != nil ? "answer" : "label"
        return ChoiceQuestion(
            context: "\(try row.text("passage"))\nQuestion: \(try row.text("question"))?\nAnswer:",
            choices: ["no", "yes"], gold: try row.label(field, choices: 2))
    }
}
