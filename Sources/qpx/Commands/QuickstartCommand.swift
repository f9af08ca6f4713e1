internal import ArgumentParser

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
}
