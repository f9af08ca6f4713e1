/// BLiMP: the unweighted mean over its paradigms.
///
/// Found by name alone, all 67 must be there, as in the harness; of a folder that is named, the paradigms that lie in it
/// are taken, and of a file those that its rows name (`UID`). A limit counts for each paradigm.
///
/// Source: lm-evaluation-harness 0.4.13, group "blimp".
public struct BLiMPGroup: TaskDefinition {
    /// "blimp".
    public let name = "blimp"
    /// One file for each paradigm.
    public let files = TaskFiles(
        split: .train, words: ["blimp"], layouts: ["adjunct_island.jsonl", "adjunct_island/train-*.parquet"])

    /// The group.
    public init() {}

    /// By the two sentences.
    public func recognizes(_ row: JSONValue) -> Bool { BLiMP.recognizes(row) }

    /// Reads the paradigms, each as a subtask.
    public func load(from location: String?, _ options: TaskOptions) throws -> LoadedTask {
        if let location, !FolderListing.isFolder(location) { return try file(location, options) }
        guard let folder = location ?? options.data else { throw TaskDataError.noFolder(task: name) }
        let listing = FolderListing(folder, depth: 8).files.filter(RowFile.holdsRows)
        var examples: [MultipleChoiceExample] = []
        var files: [String] = []
        var missing: [String] = []
        for paradigm in BLiMP.paradigms {
            let member = BLiMP(paradigm)
            guard listing.contains(where: { $0.contains(paradigm) }),
                let paths = try TaskFinder(task: member, options: options).files(in: folder)
            else {
                missing.append(paradigm)
                continue
            }
            examples += try self.examples(of: member, RowFile.rows(paths), options)
            files += paths
        }
        guard missing.isEmpty || (location != nil && !examples.isEmpty) else {
            throw TaskDataError.missingSubtasks(task: name, folder: folder, names: missing)
        }
        return loaded(examples, files)
    }

    private func file(_ path: String, _ options: TaskOptions) throws -> LoadedTask {
        let paths = try Shards.all(with: path)
        var members: [(name: String, rows: [DataRow])] = []
        var places: [String: Int] = [:]
        for row in try RowFile.rows(paths) {
            let paradigm = try row.text("UID")
            if let place = places[paradigm] {
                members[place].rows.append(row)
            } else {
                places[paradigm] = members.count
                members.append((paradigm, [row]))
            }
        }
        return loaded(try members.flatMap { try examples(of: BLiMP($0.name), $0.rows, options) }, paths)
    }

    private func examples(
        of member: BLiMP, _ rows: [DataRow], _ options: TaskOptions
    ) throws(TaskDataError) -> [MultipleChoiceExample] {
        let rows = options.limit.map { Array(rows.prefix($0)) } ?? rows
        return try member.task(rows, subtask: member.name).examples
    }

    private func loaded(_ examples: [MultipleChoiceExample], _ files: [String]) -> LoadedTask {
        LoadedTask(
            content: .choices(MultipleChoiceTask(name: name, examples: examples, isNormalized: false)), files: files)
    }
}
