/// HellaSwag: how a scene goes on; the validation split, accuracy and normalised accuracy.
///
/// Source: Zellers et al. 2019, "HellaSwag"; lm-evaluation-harness 0.4.13, task "hellaswag" and its `utils.py`.
public struct HellaSwag: ChoiceTask {
    /// "hellaswag".
    public let name = "hellaswag"
    /// True.
    public let hasNormalizedAccuracy = true
    /// The validation split.
    public let files = TaskFiles(
        split: .validation, words: ["hellaswag"],
        layouts: ["hellaswag_val.jsonl", "hellaswag/**/validation-*.parquet"])

    /// The task.
    public init() {}

    /// By the scene's two parts and the endings.
    public func recognizes(_ row: JSONValue) -> Bool { row["ctx_a"]?.text != nil && row["endings"]?.elements != nil }

    /// The activity, the scene, and endings with what marks a title or a place cleaned away.
    public func question(_ row: DataRow) throws(TaskDataError) -> ChoiceQuestion {
        let scene = "\(try row.text("ctx_a")) \(PythonText.capitalized(try row.text("ctx_b")))"
        let endings = try row.texts("endings").map(Self.cleaned)
        guard endings.count >= 2 else {
            throw row.wrong("endings", "at least two texts", row.value["endings"] ?? .null)
        }
        return ChoiceQuestion(
            context: Self.cleaned("\(try row.text("activity_label")): \(scene)"), choices: endings,
            gold: try row.label("label", choices: endings.count))
    }

    /// Without blanks at the ends, "[title]" as the end of a sentence, other brackets and what is in them gone, and each pair
    /// of blanks one blank.
    static func cleaned(_ text: String) -> String {
        let titled = PythonText.replacing(" [title]", with: ". ", in: PythonText.stripped(text))
        return PythonText.replacing("  ", with: " ", in: withoutBrackets(titled))
    }

    /// Without the shortest spans from "[" to "]" within a line.
    private static func withoutBrackets(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let open = rest.firstIndex(of: "[") {
            result.append(contentsOf: rest[..<open])
            let end = rest[open...].firstIndex { $0 == "]" || $0 == "\n" }
            if let end, rest[end] == "]" {
                rest = rest[rest.index(after: end)...]
            } else {
                result.append("[")
                rest = rest[rest.index(after: open)...]
            }
        }
        result.append(contentsOf: rest)
        return String(result)
    }
}
