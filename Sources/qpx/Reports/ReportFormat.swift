/// A kind of file that a report is written as.
///
/// A new format is one file that conforms to this and one entry in `ReportFormats.all`.
protocol ReportFormat: Sendable {
    /// The name in `--format`.
    var name: String { get }
    /// Extension of its files, without the dot.
    var fileExtension: String { get }
    /// Whether one file can hold several tables.
    var holdsSeveralTables: Bool { get }
    /// The tables as text that ends with a line feed.
    func render(_ tables: [ReportTable]) -> String
}

/// All formats, by name.
enum ReportFormats {
    /// Every format that qpx writes.
    static let all: [any ReportFormat] = [MarkdownReport(), CSVReport(), LaTeXReport(), JSONReport(), HTMLReport()]

    /// The names, for help and messages.
    static var names: [String] { all.map(\.name) }

    /// The format of that name.
    static func named(_ name: String) throws(Failure) -> any ReportFormat {
        if let format = all.first(where: { $0.name == name }) { return format }
        throw .usage(
            "--format: unknown format '\(name)'." + Suggestion.question(for: name, in: names),
            hint: "the formats are \(names.joined(separator: ", "))")
    }

    /// The format that a file's extension stands for.
    static func forFile(_ path: String) -> (any ReportFormat)? {
        let name = FilePath.name(of: path)
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let ending = name[name.index(after: dot)...].lowercased()
        return all.first { $0.fileExtension == ending || $0.name == ending }
    }
}
