/// Why a task file cannot be used. Lines count from 1.
public enum TaskFileError: EngineError {
    /// There is no such file.
    case missing(file: String)
    /// The file cannot be read.
    case unreadable(file: String)
    /// The file has no example.
    case empty(file: String)
    /// The line's bytes are not UTF-8.
    case invalidUTF8(file: String, line: Int)
    /// The line is not a JSON object.
    case notJSON(file: String, line: Int)
    /// The object lacks a field.
    case missingField(file: String, line: Int, field: String)
    /// A field holds something else than it should.
    case wrongType(file: String, line: Int, field: String)
    /// Fewer than two choices.
    case tooFewChoices(file: String, line: Int, count: Int)
    /// The gold index names no choice.
    case goldOutOfRange(file: String, line: Int, gold: Int, choices: Int)
    /// Requests or contexts are not one for every choice.
    case countDiffers(file: String, line: Int, field: String, count: Int, choices: Int)
    /// A request is not a pair of context and continuation.
    case notPair(file: String, line: Int, request: Int, count: Int)
    /// A choice without text.
    case emptyChoice(file: String, line: Int, choice: Int)
    /// A request without a continuation.
    case emptyContinuation(file: String, line: Int, choice: Int)
    /// Two examples have one id.
    case duplicateID(file: String, line: Int, id: String, firstLine: Int)
    /// Some examples have a subtask and others not.
    case mixedSubtasks(file: String, line: Int)

    /// One line: file, line, what is wrong, what to do.
    public var description: String {
        switch self {
        case .missing(let file): "\(file): no such task file; give the path of a .jsonl file"
        case .unreadable(let file): "\(file): cannot be read; is it a file, and may you read it?"
        case .empty(let file): "\(file): has no examples; a task file holds one JSON object per line"
        case .invalidUTF8(let file, let line): "\(file):\(line): is not UTF-8; convert the file"
        case .notJSON(let file, let line): "\(file):\(line): is not a JSON object; a task file holds one per line"
        case .missingField(let file, let line, let field): "\(file):\(line): lacks the field '\(field)'; add it"
        case .wrongType(let file, let line, let field):
            "\(file):\(line): '\(field)' should be \(Self.expectation(of: field))"
        case .tooFewChoices(let file, let line, let count):
            "\(file):\(line): 'choices' has \(count) entries; an example needs at least 2"
        case .goldOutOfRange(let file, let line, let gold, let choices):
            "\(file):\(line): 'gold' is \(gold), but \(choices) choices are numbered 0 to \(choices - 1)"
        case .countDiffers(let file, let line, let field, let count, let choices):
            "\(file):\(line): '\(field)' has \(count) entries for \(choices) choices; give one for each"
        case .notPair(let file, let line, let request, let count):
            "\(file):\(line): request \(request) has \(count) strings; it should be [context, continuation]"
        case .emptyChoice(let file, let line, let choice):
            "\(file):\(line): choice \(choice) is empty; give its text"
        case .emptyContinuation(let file, let line, let choice):
            "\(file):\(line): the continuation of choice \(choice) is empty, so there is nothing to score"
        case .duplicateID(let file, let line, let id, let firstLine):
            "\(file):\(line): id '\(id)' is already that of line \(firstLine); ids must differ"
        case .mixedSubtasks(let file, let line):
            "\(file):\(line): either every example has a 'subtask' or none; line 1 decides"
        }
    }

    private static func expectation(of field: String) -> String {
        switch field {
        case "choices", "contexts": "a list of strings"
        case "gold": "a whole number, the index of the right choice"
        case "requests": "a list of [context, continuation] pairs of strings"
        default: "a string"
        }
    }
}
