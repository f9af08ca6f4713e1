/// OpenBookQA: elementary science with four answers; the test split, accuracy and normalised accuracy.
///
/// Source: Mihaylov et al. 2018, "Can a Suit of Armor Conduct Electricity?"; lm-evaluation-harness 0.4.13, task
/// "openbookqa".
public struct OpenBookQA: ChoiceTask {
    /// "openbookqa".
    public let name = "openbookqa"
    /// True.
    public let hasNormalizedAccuracy = true
    /// The test split of the main part.
    public let files = TaskFiles(
        split: .test, words: ["openbookqa", "obqa"], preferred: ["main"], refused: ["additional", "complete"],
        layouts: ["OpenBookQA-V1-Sep2018/Data/Main/test.jsonl", "openbookqa/main/test-*.parquet"])

    /// The task.
    public init() {}

    /// By stem and key.
    public func recognizes(_ row: JSONValue) -> Bool {
        guard row["answerKey"] != nil else { return false }
        return row["question_stem"]?.text != nil || row["question"]?["stem"]?.text != nil
    }

    /// The stem alone: the answer goes on where it ends.
    public func question(_ row: DataRow) throws(TaskDataError) -> ChoiceQuestion {
        let (stem, choices) = try row.stemAndChoices(stem: "question_stem")
        return ChoiceQuestion(
            context: stem, choices: choices.texts,
            gold: try row.index(
                of: PythonText.strippedLeft(row.text("answerKey")), field: "answerKey", among: choices.labels))
    }
}
