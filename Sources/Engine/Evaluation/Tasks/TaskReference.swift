/// How a task is named: a file, a known task, or both.
public enum TaskReference: Sendable, Equatable {
    /// A file whose fields say what it is.
    case file(String)
    /// A known task in a file or folder; nil to look for it in the data folder.
    case named(String, location: String?)

    /// What a text names: `arc_easy`, `arc_easy:FILE` or a path.
    ///
    /// What is before a colon is a task only if it is known; a name that is known is a task even where a file is called so.
    public init(_ text: String) {
        if TaskDefinitions.named(text) != nil {
            self = .named(text, location: nil)
            return
        }
        if let colon = text.firstIndex(of: ":"), TaskDefinitions.named(String(text[..<colon])) != nil {
            self = .named(String(text[..<colon]), location: String(text[text.index(after: colon)...]))
            return
        }
        self = .file(text)
    }

    /// Whether perplexity is measured, so that there is no accuracy.
    public var isPerplexity: Bool {
        guard case .named(let name, _) = self else { return false }
        return TaskDefinitions.named(name) is any PerplexityTask
    }

    /// Whether its files are looked for in the folder of data sets.
    public var needsFolder: Bool { if case .named(_, nil) = self { true } else { false } }

    /// The text that names it.
    public var text: String {
        switch self {
        case .file(let path): path
        case .named(let name, let location): location.map { "\(name):\($0)" } ?? name
        }
    }

    /// Reads the task.
    /// - Throws: `TaskDataError`, `TaskFileError`, `TextFileError`.
    public func load(_ options: TaskOptions = TaskOptions()) throws -> LoadedTask {
        switch self {
        case .file(let path): return try Self.load(file: path, options)
        case .named(let name, let location):
            guard let task = TaskDefinitions.named(name) else { throw TaskDataError.noFolder(task: name) }
            if let location, try Self.isPrompts(location) { return try Self.prompts(location, name: name, options) }
            return try task.load(from: location, options)
        }
    }

    private static func load(file path: String, _ options: TaskOptions) throws -> LoadedTask {
        if let task = try published(path) { return try task.load(from: path, options) }
        return try prompts(path, name: nil, options)
    }

    /// A file of finished prompts, qpx's own form.
    private static func prompts(_ path: String, name: String?, _ options: TaskOptions) throws -> LoadedTask {
        let task = try TaskFile.read(path).limited(to: options.limit)
        guard options.shots == 0 else { throw TaskDataError.noShots(file: path) }
        return LoadedTask(
            content: .choices(name.map { task.with(name: $0) } ?? task), files: [path])
    }

    /// Whether the first row is a finished prompt.
    private static func isPrompts(_ path: String) throws -> Bool {
        guard RowFile.ending(of: path) != "parquet", !FolderListing.isFolder(path), RowFile.holdsRows(path),
            let row = try RowFile.first(path)?.value
        else { return false }
        return row["choices"] != nil && row["gold"] != nil
    }

    /// The task whose published form a file has; nil where it is none, so that `TaskFile` says what is wrong with it.
    static func published(_ path: String) throws(TaskDataError) -> (any TaskDefinition)? {
        guard RowFile.ending(of: path) == "parquet" || !FolderListing.isFolder(path) else { return nil }
        let row: JSONValue
        do throws(TaskDataError) {
            guard let first = try RowFile.first(path)?.value else { return nil }
            row = first
        } catch {
            if case .parquet = error { throw error }
            return nil
        }
        guard row["gold"] == nil else { return nil }
        if BLiMP.recognizes(row) {
            return BLiMP.paradigms.first { $0 == row["UID"]?.text }.map(BLiMP.init) ?? BLiMPGroup()
        }
        let candidates = TaskDefinitions.all.filter { $0 is any ChoiceTask && !($0 is BLiMP) && $0.recognizes(row) }
        if candidates.count <= 1 { return candidates.first ?? (row["page"]?.text == nil ? nil : WikiTextTask()) }
        // The file's name and the folders around it; what lies further up says little.
        let near = TaskFinder.plain(path.split(separator: "/").suffix(4).joined(separator: "/"))
        let named = candidates.filter { $0.files.words.contains { near.contains($0) } }
        guard named.count == 1 else { throw .ambiguous(file: path, tasks: candidates.map(\.name)) }
        return named.first
    }
}
