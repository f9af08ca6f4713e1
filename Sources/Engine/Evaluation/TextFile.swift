/// How a text file becomes the text that is scored.
public enum TextProtocol: String, Sendable, CaseIterable, Codable {
    /// LLM-Pruner's: every line is a row of the data set; rows are joined by an empty line ("\n\n").
    ///
    /// A row of white space becomes the empty text, another keeps the newline at its end. Perplexities of WikiText-2 and
    /// PTB in tables of pruned models follow this, so it is the default.
    case rows
    /// Every line without the blanks around it is a row, as the data set of the Penn Treebank has it; rows are joined by an
    /// empty line. Empty lines are left out.
    case sentences
    /// The file as it is.
    case plain

    /// The text to score.
    public func text(of file: String) -> String {
        switch self {
        case .plain: return file
        case .sentences: return Self.sentences(of: file).joined(separator: "\n\n")
        case .rows:
            var lines = file.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            // A newline ends a row; the last one begins no further row.
            if lines.last?.isEmpty == true { lines.removeLast() }
            return lines.map { $0.allSatisfy(\.isBlank) ? "" : String($0) + "\n" }.joined(separator: "\n\n")
        }
    }

    /// The lines of a file without the blanks around them, empty ones left out.
    static func sentences(of file: String) -> [String] {
        file.unicodeScalars.split(separator: "\n").map { PythonText.stripped(String($0)) }.filter { !$0.isEmpty }
    }
}

/// Reads text files.
public enum TextFile {
    /// The whole file, without a byte order mark.
    /// - Throws: `TextFileError`.
    public static func read(_ path: String) throws(TextFileError) -> String {
        switch FileBytes.read(path) {
        case .missing: throw .missing(file: path)
        case .unreadable: throw .unreadable(file: path)
        case .bytes(let bytes): return try text(bytes, file: path)
        }
    }

    static func text(_ bytes: [UInt8], file: String) throws(TextFileError) -> String {
        let content = FileBytes.withoutByteOrderMark(bytes)
        guard let text = String(validating: content, as: UTF8.self) else {
            let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            throw .invalidUTF8(file: file, line: bad + 1)
        }
        if text.unicodeScalars.allSatisfy(\.isBlank) { throw .empty(file: file) }
        return text
    }
}

/// Why a text file cannot be used. Lines count from 1.
public enum TextFileError: EngineError {
    /// There is no such file.
    case missing(file: String)
    /// The file cannot be read.
    case unreadable(file: String)
    /// The file holds nothing but white space.
    case empty(file: String)
    /// The line's bytes are not UTF-8.
    case invalidUTF8(file: String, line: Int)
    /// The text has fewer tokens than one window.
    case tooShort(file: String, tokens: Int, windowLength: Int)

    /// One line: file, what is wrong, what to do.
    public var description: String {
        switch self {
        case .missing(let file): "\(file): no such text file"
        case .unreadable(let file): "\(file): cannot be read; is it a file, and may you read it?"
        case .empty(let file): "\(file): has no text to score"
        case .invalidUTF8(let file, let line): "\(file):\(line): is not UTF-8; convert the file"
        case .tooShort(let file, let tokens, let windowLength):
            "\(file): has \(tokens) tokens, one window takes \(windowLength); choose shorter windows or a longer text"
        }
    }
}
