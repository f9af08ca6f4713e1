internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx report`: the table of a paper.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the table of a paper: methods by pruning, tasks, mean, loss, memory, the best bold.",
        discussion: """
            Of each search: the intact, pruned and recovered model, the baselines, the importance-based allocation and \
            the best trial. Bold is the best of a column among the rows within the budget, underlined the second best. \
            A trial that was stopped early is in no row. Files are written whole or not at all. LaTeX compiles alone and \
            can be read with \\input. HTML is a page that needs no network: \
            the table to be sorted, the trials, pictures, details and provenance ('qpx ui' shows the same while a search \
            runs).

            EXAMPLES
              qpx report my-search
              qpx report first second --format latex --out table.tex
              qpx report my-search --out report.html
              qpx report my-search --format markdown --format csv --format latex --out results/table.md
            """)

    @Argument(help: ArgumentHelp("The searches, in the order of the table.", valueName: "search"))
    var searches: [String]

    @Option(
        name: .long,
        help: ArgumentHelp(
            "\(ReportFormats.names.joined(separator: ", ")); may be repeated (default: by the name of --out, else "
                + "markdown).", valueName: "format"))
    var format: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "File to write; with several formats each gets its own extension (default: standard output).",
            valueName: "file"))
    var out: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Accuracy in the task columns: acc or acc_norm (default: acc).", valueName: "name"))
    var accuracy: String?

    @Flag(name: .long, help: "Print standard errors behind the values.")
    var standardErrors = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    private enum Accuracy: String, CaseIterable {
        case acc
        case accNorm = "acc_norm"
    }

    func run() throws {
        let formats = try chosenFormats()
        var settings = Settings()
        settings.set("accuracy", flag: accuracy)
        var options = SearchReport.Options()
        options.accuracy = (try settings.word("accuracy", Accuracy.self) ?? .acc).rawValue
        options.showsStandardErrors = standardErrors
        let store = try database.openForReading()
        let found = try searches.map { try store.search(named: $0) }
        let report = try SearchReport(store, searches: found, options: options)
        let table = report.table(commands: found.compactMap(\.commandLine) + [CommandLineText.current])
        guard !table.rows.isEmpty else {
            throw Failure.notFound(
                "nothing to report: no complete trial in \(searches.joined(separator: ", "))",
                hint: "'qpx trials' says how far they are")
        }
        try write(
            formats.map { format in
                guard var page = format as? HTMLReport else { return (format, format.render([table])) }
                page.page = try PageReport(store, searches: found).members()
                return (page, page.render([table]))
            })
    }

    private func chosenFormats() throws -> [any ReportFormat] {
        if !format.isEmpty {
            guard Set(format).count == format.count else { throw Failure.usage("--format: a format is there twice") }
            return try format.map { try ReportFormats.named($0) }
        }
        if global.json { return [JSONReport()] }
        guard let out else { return [MarkdownReport()] }
        guard let format = ReportFormats.forFile(out) else {
            throw Failure.usage(
                "--out: '\(out)' does not say the format",
                hint: "add --format \(ReportFormats.names.joined(separator: "|"))")
        }
        return [format]
    }

    private func write(_ reports: [(format: any ReportFormat, text: String)]) throws {
        let console = global.console
        guard let out else {
            for report in reports { try console.write(report.text) }
            return
        }
        let path = FilePath.absolute(out, in: FileManager.default.currentDirectoryPath)
        var paths: [String] = []
        for report in reports {
            let own =
                reports.count == 1 ? path : FilePath.replacingExtension(of: path, with: report.format.fileExtension)
            try TextFile.write(report.text, to: own)
            paths.append(own)
        }
        if console.isJSON {
            let files = zip(reports, paths).map { report, path -> JSONValue in
                ["format": .string(report.format.name), "path": .string(path)]
            }
            try console.write(["files": .array(files)])
        } else {
            for path in paths { console.notice("wrote \(path)") }
        }
    }
}

/// The command line as it can be typed again.
enum CommandLineText {
    /// This process's.
    static var current: String { text(["qpx"] + CommandLine.arguments.dropFirst()) }

    /// Arguments with quotes where a shell needs them.
    static func text(_ arguments: [String]) -> String { arguments.map(quoted).joined(separator: " ") }

    private static func quoted(_ argument: String) -> String {
        let isPlain =
            !argument.isEmpty
            && argument.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_=+,./:@%".unicodeScalars.contains($0)
            }
        guard !isPlain else { return argument }
        return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
