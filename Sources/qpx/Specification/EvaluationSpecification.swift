internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a model is measured on.
struct EvaluationSpecification: Sendable, Equatable, Codable {
    /// Tasks, as `TaskReference` reads them: names, names with files, files; paths are absolute.
    var tasks: [String]
    /// Text files whose perplexity is measured, absolute paths.
    var texts: [String]
    /// Tokens of a window of text.
    var windowLength: Int
    /// How the file of a text becomes the text; the objective's text is always taken as it is.
    var textProtocol: TextProtocol
    /// Examples or documents used of each task, from its beginning; nil for all.
    var taskLimit: Int?
    /// Windows used of each text, from its beginning; nil for all.
    var textLimit: Int?
    /// Folder of data sets, an absolute path; nil where no task needs one.
    var data: String?
    /// Solved examples in front of every question.
    var shots: Int = 0
    /// Seed that decides which.
    var shotsSeed: UInt64 = TaskOptions.defaultShotsSeed

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
        case data
        case shots
        case shotsSeed = "shots_seed"
    }

    /// The tasks as they are named.
    var references: [TaskReference] { tasks.map { TaskReference($0) } }

    /// Whether a task has an accuracy.
    var hasAccuracy: Bool { references.contains { !$0.isPerplexity } }

    /// How much of every task is used, and with what in front.
    var taskOptions: TaskOptions {
        TaskOptions(data: data, limit: taskLimit, shots: shots, shotsSeed: shotsSeed)
    }
}

/// What is not said in records from before there were shots is not written where it is as it was then.
extension EvaluationSpecification {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        tasks = try values.decode([String].self, forKey: .tasks)
        texts = try values.decode([String].self, forKey: .texts)
        windowLength = try values.decode(Int.self, forKey: .windowLength)
        textProtocol = try values.decode(TextProtocol.self, forKey: .textProtocol)
        taskLimit = try values.decodeIfPresent(Int.self, forKey: .taskLimit)
        textLimit = try values.decodeIfPresent(Int.self, forKey: .textLimit)
        data = try values.decodeIfPresent(String.self, forKey: .data)
        shots = try values.decodeIfPresent(Int.self, forKey: .shots) ?? 0
        shotsSeed = try values.decodeIfPresent(UInt64.self, forKey: .shotsSeed) ?? TaskOptions.defaultShotsSeed
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(tasks, forKey: .tasks)
        try values.encode(texts, forKey: .texts)
        try values.encode(windowLength, forKey: .windowLength)
        try values.encode(textProtocol, forKey: .textProtocol)
        try values.encodeIfPresent(taskLimit, forKey: .taskLimit)
        try values.encodeIfPresent(textLimit, forKey: .textLimit)
        try values.encodeIfPresent(data, forKey: .data)
        if shots != 0 {
            try values.encode(shots, forKey: .shots)
            try values.encode(shotsSeed, forKey: .shotsSeed)
        }
    }
}

extension EvaluationSpecification {
    /// The specification that settings say, with defaults for the rest.
    /// - Parameter environment: has the folder of data sets (`QPX_DATA`) where no setting says it.
    init(
        _ settings: Settings, folder: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(Failure) {
        self = .defaults
        tasks = try settings.tasks(folder: folder)
        texts = try settings.paths("text", folder: folder)
        windowLength = try settings.integer("window-length", in: 2...1_000_000) ?? windowLength
        textProtocol = try settings.word("text-protocol", TextProtocol.self) ?? textProtocol
        taskLimit = try settings.integer("task-limit", in: 1...100_000_000)
        if let limit = try settings.integer("limit", in: 1...100_000_000) {
            guard taskLimit == nil || taskLimit == limit else {
                throw .usage("\(settings.spoken("limit")): is another name of task-limit, which says something else")
            }
            taskLimit = limit
        }
        shots = try settings.integer("shots", in: 0...1000) ?? shots
        let seed = try settings.seed("shots-seed")
        // Without shots no seed is recorded: it decides nothing.
        if shots > 0 { shotsSeed = seed ?? shotsSeed }
        data = try settings.path("data", folder: folder)
        // What the environment says is recorded only where it matters.
        if data == nil, shots > 0 || references.contains(where: \.needsFolder), let path = environment["QPX_DATA"],
            !path.isEmpty
        {
            data = FilePath.absolute(path, in: folder)
        }
        textLimit = try settings.integer("text-limit", in: 1...100_000_000)
    }
}

/// Paths among settings.
extension Settings {
    /// Tasks, as they are named; files with absolute paths.
    func tasks(folder: String) throws(Failure) -> [String] {
        var tasks: [String] = []
        for text in try texts("task") {
            let task: String
            switch TaskReference(text) {
            case .named(let name, nil): task = name
            case .named(_, let location?) where location.isEmpty:
                throw .usage("\(spoken("task")): \(text) names no file behind the colon")
            case .named(let name, let location?): task = "\(name):\(FilePath.absolute(location, in: folder))"
            case .file:
                let path = FilePath.absolute(text, in: folder)
                if !FilePath.exists(path), let failure = unknownTask(text) { throw failure }
                task = path
            }
            guard !tasks.contains(task) else { throw .usage("\(spoken("task")): \(text) is there twice") }
            tasks.append(task)
        }
        return tasks
    }

    /// The error for a text that is meant as the name of a task and is none; nil for a path.
    private func unknownTask(_ text: String) -> Failure? {
        let name = text.firstIndex(of: ":").map { String(text[..<$0]) } ?? text
        guard !name.isEmpty, !name.contains("/"), name != text || !name.contains(".") else { return nil }
        let known = TaskDefinitions.names
        return .usage(
            "\(spoken("task")): unknown task '\(name)', and no such file."
                + Suggestion.question(for: name, in: known),
            hint: "tasks known by name: \(known.filter { !$0.hasPrefix("blimp_") }.joined(separator: ", ")), blimp_…")
    }

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
