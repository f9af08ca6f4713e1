#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Reads multiple-choice tasks from JSONL: one JSON object per line.
///
/// | field | meaning |
/// | --- | --- |
/// | `id` | names the example; unique in the file |
/// | `context` | the text before the answer |
/// | `choices` | the answers, without the blank before them |
/// | `gold` | index of the right answer |
/// | `requests` | optional: the `[context, continuation]` pair to score for every choice |
/// | `contexts`, `continuation` | instead of `context`, where the contexts differ and the continuation is shared |
/// | `subtask` | optional: the task's score is the mean of its subtasks' scores |
///
/// `requests` decides where it is given. Otherwise a choice's request is its context (of `contexts`, else `context`) and
/// a blank before the shared `continuation`, else before the choice. Blank lines are skipped, other fields ignored.
public enum TaskFile {
    /// Reads a task file.
    /// - Throws: `TaskFileError` for the first thing that is wrong.
    public static func read(_ path: String) throws(TaskFileError) -> MultipleChoiceTask {
        switch FileBytes.read(path) {
        case .missing: throw .missing(file: path)
        case .unreadable: throw .unreadable(file: path)
        case .bytes(let bytes): return try parse(bytes, file: path)
        }
    }

    /// Reads a task from a file's bytes; `file` is its path, for the task's name and for errors.
    public static func parse(_ bytes: [UInt8], file: String) throws(TaskFileError) -> MultipleChoiceTask {
        var examples: [MultipleChoiceExample] = []
        var lineOfID: [String: Int] = [:]
        let decoder = JSONDecoder()
        let newline = UInt8(ascii: "\n")
        let lines = FileBytes.withoutByteOrderMark(bytes).split(separator: newline, omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let line = index + 1
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .invalidUTF8(file: file, line: line)
            }
            if text.unicodeScalars.allSatisfy(\.isBlank) { continue }
            let record = try decode(Data(bytes), decoder, file: file, line: line)
            let example = try record.example(file: file, line: line)
            if let first = lineOfID.updateValue(line, forKey: example.id) {
                throw .duplicateID(file: file, line: line, id: example.id, firstLine: first)
            }
            if let first = examples.first, (first.subtask == nil) != (example.subtask == nil) {
                throw .mixedSubtasks(file: file, line: line)
            }
            examples.append(example)
        }
        if examples.isEmpty { throw .empty(file: file) }
        return MultipleChoiceTask(name: name(of: file), examples: examples)
    }

    /// The last part of a path, without its extension.
    static func name(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return last }
        return String(last[..<dot])
    }

    private static func decode(
        _ line: Data, _ decoder: JSONDecoder, file: String, line number: Int
    ) throws(TaskFileError) -> TaskRecord {
        do {
            return try decoder.decode(TaskRecord.self, from: line)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .missingField(file: file, line: number, field: key.stringValue)
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            // A line that is JSON but no object has no field to name.
            guard let field = context.codingPath.first?.stringValue else { throw .notJSON(file: file, line: number) }
            throw .wrongType(file: file, line: number, field: field)
        } catch {
            throw .notJSON(file: file, line: number)
        }
    }
}

/// One line of a task file as it stands.
private struct TaskRecord: Decodable {
    let id: String
    let context: String?
    let contexts: [String]?
    let continuation: String?
    let choices: [String]
    let gold: WholeNumber
    let requests: [[String]]?
    let subtask: String?

    func example(file: String, line: Int) throws(TaskFileError) -> MultipleChoiceExample {
        guard choices.count >= 2 else { throw .tooFewChoices(file: file, line: line, count: choices.count) }
        let gold = gold.value
        guard choices.indices.contains(gold) else {
            throw .goldOutOfRange(file: file, line: line, gold: gold, choices: choices.count)
        }
        if let choice = choices.firstIndex(of: "") { throw .emptyChoice(file: file, line: line, choice: choice) }
        let pairs: [ContinuationRequest]
        if let requests {
            pairs = try given(requests, file: file, line: line)
        } else {
            pairs = try built(file: file, line: line)
        }
        if let choice = pairs.firstIndex(where: { $0.continuation.isEmpty }) {
            throw .emptyContinuation(file: file, line: line, choice: choice)
        }
        return MultipleChoiceExample(id: id, subtask: subtask, choices: choices, gold: gold, requests: pairs)
    }

    private func given(
        _ pairs: [[String]], file: String, line: Int
    ) throws(TaskFileError) -> [ContinuationRequest] {
        guard pairs.count == choices.count else {
            throw .countDiffers(
                file: file, line: line, field: "requests", count: pairs.count, choices: choices.count)
        }
        if let bad = pairs.firstIndex(where: { $0.count != 2 }) {
            throw .notPair(file: file, line: line, request: bad, count: pairs[bad].count)
        }
        return pairs.map { ContinuationRequest(context: $0[0], continuation: $0[1]) }
    }

    private func built(file: String, line: Int) throws(TaskFileError) -> [ContinuationRequest] {
        if let continuation, continuation.isEmpty {
            throw .emptyContinuation(file: file, line: line, choice: 0)
        }
        let contexts: [String]
        if let several = self.contexts {
            contexts = several
        } else if let context {
            contexts = choices.map { _ in context }
        } else {
            throw .missingField(file: file, line: line, field: "context")
        }
        guard contexts.count == choices.count else {
            throw .countDiffers(
                file: file, line: line, field: "contexts", count: contexts.count, choices: choices.count)
        }
        return zip(contexts, choices).map { context, choice in
            ContinuationRequest(context: context, continuation: " " + (continuation ?? choice))
        }
    }
}

/// A number without a fraction; the decoder's own integers blame the whole line for a fraction, not the field.
private struct WholeNumber: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
        guard let value = Int(exactly: try decoder.singleValueContainer().decode(Double.self)) else {
            throw DecodingError.typeMismatch(
                Int.self, .init(codingPath: decoder.codingPath, debugDescription: "not a whole number"))
        }
        self.value = value
    }
}
