internal import Engine

/// What a model is measured on.
struct EvaluationSpecification: Sendable, Equatable, Codable {
    /// Multiple-choice task files, absolute paths.
    var tasks: [String]
    /// Text files whose perplexity is measured, absolute paths.
    var texts: [String]
    /// Tokens of a window of text.
    var windowLength: Int
    /// How the file of a text becomes the text; the objective's text is always taken as it is.
    var textProtocol: TextProtocol
    /// Examples used of each task, from its beginning; nil for all.
    var taskLimit: Int?
    /// Windows used of each text, from its beginning; nil for all.
    var textLimit: Int?

    /// Values that hold when nothing is said.
    static let defaults = EvaluationSpecification(
        tasks: [], texts: [], windowLength: 128, textProtocol: .rows, taskLimit: nil, textLimit: nil)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case tasks = "task"
        case texts = "text"
        case windowLength = "window_length"
        case textProtocol = "text_protocol"
        case taskLimit = "task_limit"
        case textLimit = "text_limit"
    }
}

extension EvaluationSpecification {
    /// The specification that settings say, with defaults for the rest.
    init(_ settings: Settings, folder: String) throws(Failure) {
        self = .defaults
        tasks = try settings.paths("task", folder: folder)
        texts = try settings.paths("text", folder: folder)
        windowLength = try settings.integer("window-length", in: 2...1_000_000) ?? windowLength
        textProtocol = try settings.word("text-protocol", TextProtocol.self) ?? textProtocol
        taskLimit = try settings.integer("task-limit", in: 1...100_000_000)
        textLimit = try settings.integer("text-limit", in: 1...100_000_000)
    }
}

/// Paths among settings.
extension Settings {
    /// An absolute path; nil when it was not given.
    func path(_ name: String, folder: String) throws(Failure) -> String? {
        guard let text = try text(name) else { return nil }
        return FilePath.absolute(text, in: folder)
    }

    /// Absolute paths; empty when none was given.
    func paths(_ name: String, folder: String) throws(Failure) -> [String] {
        var paths: [String] = []
        for text in try texts(name) {
            let path = FilePath.absolute(text, in: folder)
            guard !paths.contains(path) else { throw .usage("\(spoken(name)): \(text) is there twice") }
            paths.append(path)
        }
        return paths
    }
}
