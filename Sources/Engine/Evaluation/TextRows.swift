/// Texts of the rows of a data set, for perplexity in windows: the field `text` (WikiText-2) or `sentence` (Penn Treebank).
enum TextRows {
    /// The texts of a file's rows, as they stand.
    /// - Throws: `TaskDataError`.
    static func read(_ path: String) throws(TaskDataError) -> [String] {
        let rows = try RowFile.rows(try Shards.all(with: path))
        guard let first = rows.first, let field = ["text", "sentence", "page"].first(where: { first.value[$0] != nil })
        else {
            throw .missingField(
                file: path, place: rows.first?.place ?? .entry(0), field: "text' or 'sentence")
        }
        var texts: [String] = []
        for row in rows { texts.append(try row.text(field)) }
        if texts.allSatisfy({ $0.unicodeScalars.allSatisfy(\.isBlank) }) { throw .empty(file: path) }
        return texts
    }
}
