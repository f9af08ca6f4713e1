/// The AI2 Reasoning Challenge: school science with 3 to 5 answers; the test split, accuracy and normalised accuracy.
///
/// Source: Clark et al. 2018, "Think you have Solved Question Answering? Try ARC"; lm-evaluation-harness 0.4.13, tasks
/// "arc_easy" and "arc_challenge".
public struct ARC: ChoiceTask {
    /// "arc_easy" or "arc_challenge".
    public let name: String
    /// True.
    public let hasNormalizedAccuracy = true
    /// The test split.
    public let files: TaskFiles

    private init(_ name: String, folder: String) {
        self.name = name
        files = TaskFiles(
            split: .test, words: [name.filter(\.isLetter)], needsWord: true,
            layouts: ["\(folder)-Test.jsonl", "\(folder)/test-*.parquet", "\(name)/test.jsonl"])
    }

    /// The questions that simple methods answer.
    public static let easy = ARC("arc_easy", folder: "ARC-Easy")
    /// The others.
    public static let challenge = ARC("arc_challenge", folder: "ARC-Challenge")

    /// By question and key: a question of stem and choices, or a text with choices beside it.
    public func recognizes(_ row: JSONValue) -> Bool {
        guard row["answerKey"] != nil, let question = row["question"] else { return false }
        return question["stem"]?.text != nil || (question.text != nil && row["choices"] != nil)
    }

    /// The question; answers are known by their letters or digits.
    public func question(_ row: DataRow) throws(TaskDataError) -> ChoiceQuestion {
        let (stem, choices) = try row.stemAndChoices(stem: "question")
        return ChoiceQuestion(
            context: "Question: \(stem)\nAnswer:", choices: choices.texts,
            gold: try row.index(of: row.text("answerKey"), field: "answerKey", among: choices.labels))
    }
}

extension DataRow {
    /// Question and choices of the AI2's data sets: `question: {stem, choices: [{text, label}]}` in the original files, a text
    /// and `choices: {text, label}` on Hugging Face.
    /// - Parameter field: the text's name there.
    func stemAndChoices(
        stem field: String
    ) throws(TaskDataError) -> (stem: String, choices: (texts: [String], labels: [String])) {
        guard let question = value["question"], question.members != nil else {
            return (try text(field), try choices(try value("choices"), "choices"))
        }
        guard let stem = question["stem"]?.text else {
            throw .missingField(file: file, place: place, field: "question.stem")
        }
        return (stem, try choices(question["choices"] ?? .null, "question.choices"))
    }
}
