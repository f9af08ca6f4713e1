/// A task that is known by name: where its files are found among a data set's and what its rows become.
///
/// Names, prompts and what counts as right are those of lm-evaluation-harness 0.4.13. A task of one answer among several
/// conforms to `ChoiceTask`, a text whose perplexity is measured to `PerplexityTask`; `TaskDefinitions.all` lists both.
public protocol TaskDefinition: Sendable {
    /// The harness's name, such as "arc_easy".
    var name: String { get }
    /// How its files are found.
    var files: TaskFiles { get }
    /// Whether a row has the fields of this task.
    func recognizes(_ row: JSONValue) -> Bool
    /// Reads the task.
    /// - Parameter location: a file or a folder; nil to look for one in `options.data`.
    /// - Throws: `TaskDataError`, `TextFileError`.
    func load(from location: String?, _ options: TaskOptions) throws -> LoadedTask
}

/// How much of a task is used, and with what in front.
public struct TaskOptions: Sendable, Equatable {
    /// Folder of data sets, where files are looked for; nil for none.
    public var data: String?
    /// The first so many examples are used, of each member of a group; nil for all.
    public var limit: Int?
    /// Solved examples in front of every question.
    public var shots: Int
    /// Seed that decides which.
    public var shotsSeed: UInt64

    /// The seed that the harness draws few-shot examples by, unless told otherwise.
    public static let defaultShotsSeed: UInt64 = 1234

    /// Options; without any, all examples and none in front.
    public init(
        data: String? = nil, limit: Int? = nil, shots: Int = 0, shotsSeed: UInt64 = TaskOptions.defaultShotsSeed
    ) {
        self.data = data
        self.limit = limit
        self.shots = shots
        self.shotsSeed = shotsSeed
    }
}

/// A task that was read.
public struct LoadedTask: Sendable, Equatable {
    /// What is scored.
    public enum Content: Sendable, Equatable {
        /// Questions with answers to choose from.
        case choices(MultipleChoiceTask)
        /// Documents whose perplexity is measured.
        case documents(RollingTask)
    }

    /// What is scored.
    public let content: Content
    /// Every file that it was read from, those of labels and of few-shot examples included.
    public let files: [String]

    /// The task's name.
    public var name: String {
        switch content {
        case .choices(let task): task.name
        case .documents(let task): task.name
        }
    }
}

/// A split of a data set.
public enum DataSplit: String, Sendable, CaseIterable {
    /// For training; few-shot examples come from here.
    case train
    /// Held out, with labels.
    case validation
    /// Held out; not always with labels.
    case test

    /// How files of the split are called.
    var words: [String] {
        switch self {
        case .train: ["train"]
        case .validation: ["validation", "valid", "val", "dev"]
        case .test: ["test"]
        }
    }
}

/// How the files of a task are told from others in a folder.
public struct TaskFiles: Sendable {
    /// The split that is scored.
    public let split: DataSplit
    /// What paths to its files contain: letters and digits, lower case; any of them.
    let words: [String]
    /// What paths contain that are preferred among several, the most wanted first.
    var preferred: [String] = []
    /// What paths contain that are never taken.
    var refused: [String] = []
    /// Whether only a path that contains one of `words` is meant, since other tasks' rows look the same.
    var needsWord = false
    /// A file's name without ending, where the name says the task and no split; nil where it says the split.
    var stem: String?
    /// Files as they are published, for messages.
    let layouts: [String]
    /// Further endings than those of rows.
    var endings: [String] = []
}
