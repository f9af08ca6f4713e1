#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// An instruction, what it is about, and the answer.
public struct InstructionExample: Sendable, Equatable {
    /// What is to be done.
    public let instruction: String
    /// What it is to be done with; may be empty.
    public let input: String
    /// The answer.
    public let output: String

    /// An example.
    public init(instruction: String, input: String = "", output: String) {
        self.instruction = instruction
        self.input = input
        self.output = output
    }
}

/// Reads instruction data: a JSON list of objects, or JSON Lines with one object per line.
///
/// Fields are `instruction`, `output` and, where there is one, `input`; others are ignored. A file whose first character
/// is `[` is a list.
public enum InstructionFile {
    /// The examples of a file.
    /// - Throws: `InstructionFileError` for the first thing that is wrong.
    public static func read(_ path: String) throws(InstructionFileError) -> [InstructionExample] {
        switch FileBytes.read(path) {
        case .missing: throw .missing(file: path)
        case .unreadable: throw .unreadable(file: path)
        case .bytes(let bytes): return try parse(bytes, file: path)
        }
    }

    /// The examples in a file's bytes; `file` is its path, for errors.
    public static func parse(_ bytes: [UInt8], file: String) throws(InstructionFileError) -> [InstructionExample] {
        let content = FileBytes.withoutByteOrderMark(bytes)
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        var examples: [InstructionExample] = []
        if content.first(where: { !isBlank($0) }) == UInt8(ascii: "[") {
            let list: JSONValue
            do {
                list = try json(content)
            } catch {
                let line = content.prefix(error.byte).count { $0 == 0x0A } + 1
                throw .notJSON(file: file, place: .line(line), reason: error.reason)
            }
            for (index, value) in (list.elements ?? []).enumerated() {
                examples.append(try example(value, file: file, place: .entry(index)))
            }
        } else {
            for (index, line) in content.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
                if line.allSatisfy(isBlank) { continue }
                do {
                    let value = try json(line)
                    examples.append(try example(value, file: file, place: .line(index + 1)))
                } catch let error as JSONError {
                    throw .notJSON(file: file, place: .line(index + 1), reason: error.reason)
                } catch let error as InstructionFileError {
                    throw error
                } catch {
                    throw .unreadable(file: file)
                }
            }
        }
        guard !examples.isEmpty else { throw .empty(file: file) }
        return examples
    }

    private static func json(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> JSONValue {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try JSONParser.parse(bytes) }
        }
        return try result.get()
    }

    private static func example(
        _ value: JSONValue, file: String, place: InstructionFileError.Place
    ) throws(InstructionFileError) -> InstructionExample {
        guard value.members != nil else {
            throw .notObject(file: file, place: place, found: value.summary)
        }
        func text(_ field: String, isOptional: Bool = false) throws(InstructionFileError) -> String {
            guard let found = value[field], !(isOptional && found.isNull) else {
                if isOptional { return "" }
                throw .missingField(file: file, place: place, field: field)
            }
            guard let text = found.text else {
                throw .wrongType(file: file, place: place, field: field, found: found.summary)
            }
            return text
        }
        return InstructionExample(
            instruction: try text("instruction"), input: try text("input", isOptional: true),
            output: try text("output"))
    }
}

/// Why instruction data cannot be used.
public enum InstructionFileError: EngineError {
    /// Where in the file.
    public enum Place: Sendable, Equatable, CustomStringConvertible {
        /// A line, from 1.
        case line(Int)
        /// An entry of the list, from 0.
        case entry(Int)

        /// "line 3" or "entry 2".
        public var description: String {
            switch self {
            case .line(let line): "line \(line)"
            case .entry(let index): "entry \(index)"
            }
        }
    }

    /// There is no such file.
    case missing(file: String)
    /// The file cannot be read.
    case unreadable(file: String)
    /// There is no example in it.
    case empty(file: String)
    /// The text is not JSON.
    case notJSON(file: String, place: Place, reason: String)
    /// Something stands where an example should.
    case notObject(file: String, place: Place, found: String)
    /// An example lacks a field.
    case missingField(file: String, place: Place, field: String)
    /// A field is not text.
    case wrongType(file: String, place: Place, field: String, found: String)

    /// One line: file, place, what is wrong, what to do.
    public var description: String {
        switch self {
        case .missing(let file): "\(file): no such file of instructions"
        case .unreadable(let file): "\(file): cannot be read; is it a file, and may you read it?"
        case .empty(let file): "\(file): holds no example"
        case .notJSON(let file, let place, let reason):
            "\(file), \(place): is not JSON: \(reason); expected a list of objects, or one object per line"
        case .notObject(let file, let place, let found):
            "\(file), \(place): expected an object with instruction, input and output, found \(found)"
        case .missingField(let file, let place, let field):
            "\(file), \(place): the field '\(field)' is missing; instruction and output are needed"
        case .wrongType(let file, let place, let field, let found):
            "\(file), \(place): the field '\(field)' is \(found), it must be text"
        }
    }
}
