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

/// What the search makes better.
struct ObjectiveSpecification: Sendable, Equatable, Codable {
    /// The number that is optimized.
    enum Kind: String, Sendable, CaseIterable, Codable {
        /// The mean accuracy of the tasks; larger is better.
        case accuracy
        /// The mean loss on a held-out text, nats per token; smaller is better.
        case loss
    }

    /// The number that is optimized.
    var kind: Kind
    /// The held-out text of `loss`, an absolute path.
    var text: String?
    /// Windows used of that text, from its beginning; nil for all.
    var windows: Int?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case kind = "objective"
        case text = "objective_text"
        case windows = "objective_windows"
    }
}

extension ObjectiveSpecification {
    /// The objective that settings say: without one, the loss when a text for it is given, else the accuracy.
    init(_ settings: Settings, folder: String) throws(Failure) {
        text = try settings.path("objective-text", folder: folder)
        windows = try settings.integer("objective-windows", in: 1...100_000_000)
        if let written = try settings.text("objective"), written.hasPrefix("loss:") {
            let path = String(written.dropFirst("loss:".count))
            guard !path.isEmpty else {
                throw .usage(
                    "\(settings.spoken("objective")): '\(written)' names no file", hint: "as in loss:held-out.txt")
            }
            guard text == nil else {
                throw .usage(
                    "\(settings.spoken("objective")) and \(settings.spoken("objective-text")) both name a text")
            }
            kind = .loss
            text = FilePath.absolute(path, in: folder)
        } else {
            kind = try settings.word("objective", Kind.self) ?? (text == nil ? .accuracy : .loss)
        }
        switch kind {
        case .loss where text == nil:
            throw .usage("--objective-text is missing: the objective 'loss' needs a held-out text file")
        case .accuracy where text != nil:
            throw .usage(
                "\(settings.spoken("objective-text")): the objective 'accuracy' reads no text",
                hint: "say --objective loss, or --text to measure a perplexity")
        default: break
        }
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
