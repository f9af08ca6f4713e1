/// Rows with their labels, which some data sets keep in a file beside: `valid-labels.lst` for `valid.jsonl`, a label a line.
enum LabelFile {
    /// Rows of files, in which a task's label stands under its field.
    /// - Returns: with them, every file that was read.
    static func rows(_ paths: [String], task: any TaskDefinition) throws -> (rows: [DataRow], files: [String]) {
        var rows = try RowFile.rows(paths)
        guard let field = (task as? any LabelledBeside)?.labelField, let path = paths.first, paths.count == 1,
            rows.contains(where: { isUnlabeled($0.value[field]) })
        else { return (rows, paths) }
        let labelPath = self.path(beside: path)
        guard case .bytes = FileBytes.read(labelPath) else { return (rows, paths) }
        let labels = try TextFile.read(labelPath).unicodeScalars.split(separator: "\n")
            .map { PythonText.stripped(String($0)) }.filter { !$0.isEmpty }
        guard labels.count == rows.count else {
            throw TaskDataError.labelCount(file: labelPath, labels: labels.count, rows: rows.count)
        }
        for (index, label) in labels.enumerated() { rows[index].value.set(field, to: .string(label)) }
        return (rows, [path, labelPath])
    }

    private static func isUnlabeled(_ value: JSONValue?) -> Bool { value?.text?.isEmpty ?? value?.isNull ?? true }

    private static func path(beside path: String) -> String {
        let ending = RowFile.ending(of: path)
        return String(path.dropLast(ending.isEmpty ? 0 : ending.count + 1)) + "-labels.lst"
    }
}

/// A task whose labels may stand in a file beside its rows.
protocol LabelledBeside: TaskDefinition {
    /// The field that they belong under.
    var labelField: String { get }
}
