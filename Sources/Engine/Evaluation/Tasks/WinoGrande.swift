/// WinoGrande (XL): which of two names belongs into a gap; the validation split, accuracy.
///
/// The sentence up to the gap with either name in it is the context; what follows the gap is scored after both.
///
/// Source: Sakaguchi et al. 2019, "WinoGrande"; lm-evaluation-harness 0.4.13, task "winogrande" and its
/// `preprocess_winogrande.py`.
public struct WinoGrande: ChoiceTask, LabelledBeside {
    /// "winogrande".
    public let name = "winogrande"
    /// False.
    public let hasNormalizedAccuracy = false
    let labelField = "answer"
    /// The validation split.
    public let files = TaskFiles(
        split: .validation, words: ["winogrande"], preferred: ["winograndexl", "trainxl"],
        layouts: ["winogrande_1.1/dev.jsonl", "winogrande_xl/validation-*.parquet"])

    /// The task.
    public init() {}

    /// By sentence and options.
    public func recognizes(_ row: JSONValue) -> Bool {
        ["sentence", "option1", "option2"].allSatisfy { row[$0]?.text != nil }
    }

    /// The two beginnings and what follows both.
    public func question(_ row: DataRow) throws(TaskDataError) -> ChoiceQuestion {
        let sentence = try row.text("sentence").unicodeScalars
        guard let gap = sentence.firstIndex(of: "_") else { throw .noGap(file: row.file, place: row.place) }
        let choices = [try row.text("option1"), try row.text("option2")]
        // Answers are "1" and "2", in some files as numbers.
        let answer = row.value["answer"]
        if let text = answer?.text, text.isEmpty {
            throw .unlabeled(file: row.file, place: row.place, field: "answer")
        }
        let key = answer?.text ?? answer?.integer.map(String.init)
        guard let key else { throw row.wrong("answer", "\"1\" or \"2\"", answer ?? .null) }
        return ChoiceQuestion(
            contexts: choices.map { String(sentence[..<gap]) + $0 },
            continuation: PythonText.stripped(String(sentence[sentence.index(after: gap)...])), choices: choices,
            gold: try row.index(of: key, field: "answer", among: ["1", "2"]))
    }
}
