internal import ArgumentParser

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx quickstart`: a complete search on the bundled example.
struct QuickstartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quickstart",
        abstract: "Run a complete search on the bundled example model, with reports, in a few minutes.",
        discussion: """
            Makes a folder with a database, runs a search, prints the comparison table and writes it as Markdown, CSV \
            and LaTeX.

            EXAMPLES
              qpx quickstart
              qpx quickstart --out trying-qpx
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Folder for the database and the reports (default: qpx-quickstart in this folder).", valueName: "folder"))
    var out: String?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Folder of the example (default: 'example' in this folder, one above it, or one above the program).",
            valueName: "folder"))
    var example: String?

    func run() throws {
        let folder = FileManager.default.currentDirectoryPath
        let threads = try threads.settings.integer("threads", in: 1...4096)
        let example = try ExampleFolder.find(flag: example, currentDirectory: folder)
        let target = FilePath.absolute(out ?? "qpx-quickstart", in: folder)
        try Quickstart(example: example, out: target, threads: threads, console: global.console).run()
    }
}
