/// A task of documents whose perplexity is measured, every token once (`RollingPerplexity`).
public protocol PerplexityTask: TaskDefinition {
    /// The documents of a text file.
    func documents(text: String) -> [RollingDocument]
    /// The documents of rows.
    func documents(rows: [DataRow]) throws(TaskDataError) -> [RollingDocument]
}

extension PerplexityTask {
    /// Reads documents; the limit counts them, and nothing is put before them.
    public func load(from location: String?, _ options: TaskOptions) throws -> LoadedTask {
        let paths = try TaskFinder(task: self, options: options).files(location)
        guard let first = paths.first else { throw TaskDataError.noFolder(task: name) }
        var documents: [RollingDocument]
        if RowFile.holdsRows(first) {
            let rows = try RowFile.rows(paths)
            if let row = rows.first, !recognizes(row.value) {
                throw TaskDataError.unrecognized(
                    file: first, task: name, fields: (row.value.members ?? []).map(\.name))
            }
            documents = try self.documents(rows: rows)
        } else {
            documents = self.documents(text: try TextFile.read(first))
        }
        if let limit = options.limit { documents = Array(documents.prefix(limit)) }
        guard !documents.isEmpty else { throw TaskDataError.empty(file: first) }
        return LoadedTask(content: .documents(RollingTask(name: name, documents: documents)), files: paths)
    }

    func document(_ index: Int, _ original: String, scored: String? = nil) -> RollingDocument {
        RollingDocument(name: "\(name)/\(index)", original: original, scored: scored)
    }
}
