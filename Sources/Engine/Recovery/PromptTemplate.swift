/// How an instruction, its input and the answer become one text.
public enum PromptTemplate: String, Sendable, CaseIterable, Codable {
    /// Alpaca's headers.
    case alpaca
    /// No headers: instruction, input and answer in one line, as LLM-Pruner writes them without a template.
    case none

    private static let introduction = "Below is an instruction that describes a task"
    private static let request = "Write a response that appropriately completes the request."
    private static let response = "\n\n### Response:\n"

    /// The text before the answer.
    /// - Parameter input: what the instruction is about; may be empty.
    public func prompt(instruction: String, input: String) -> String {
        switch self {
        case .alpaca:
            let head =
                input.isEmpty
                ? "\(Self.introduction). \(Self.request)\n\n### Instruction:\n\(instruction)"
                : "\(Self.introduction), paired with an input that provides further context. \(Self.request)"
                    + "\n\n### Instruction:\n\(instruction)\n\n### Input:\n\(input)"
            return head + Self.response
        case .none:
            var text = Substring(instruction).unicodeScalars
            if text.last == "." {
                text.removeLast()
                text.append(":")
            }
            if !Self.isEnd(text.last) { text.append(":") }
            text.append(" ")
            guard !input.isEmpty else { return String(text) }
            return String(text) + input + (Self.isEnd(input.unicodeScalars.last) ? "" : ".")
        }
    }

    /// The prompt with the answer.
    public func text(prompt: String, answer: String) -> String {
        guard !answer.isEmpty else { return prompt }
        return self == .none ? prompt + " " + answer : prompt + answer
    }

    /// SHA-256 of what the template makes of placeholders, so that a record says which wording was used.
    public var digest: String {
        let samples = ["", "{input}"].map { input in
            text(prompt: prompt(instruction: "{instruction}", input: input), answer: "{output}")
        }
        return SHA256.hex(of: samples.joined(separator: "\n\n"))
    }

    private static func isEnd(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return [".", ":", "?", "!"].contains(scalar)
    }
}
