internal import ArgumentParser

/// Flags of commands that write what they show as a report, too.
struct ReportOutputOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write a report: \(ReportFormats.names.joined(separator: ", ")) (default with --out: by its name).",
            valueName: "format"))
    var format: String?

    @Option(name: .long, help: ArgumentHelp("File for the report (default: standard output).", valueName: "file"))
    var out: String?

    /// The format that was asked for, or that the file's name says; nil for none.
    /// - Throws: `Failure` with status 64.
    func chosenFormat() throws(Failure) -> (any ReportFormat)? {
        if let format { return try ReportFormats.named(format) }
        guard let out else { return nil }
        guard let format = ReportFormats.forFile(out) else {
            throw .usage(
                "--out: '\(out)' does not say the format",
                hint: "add --format \(ReportFormats.names.joined(separator: "|"))")
        }
        return format
    }

    /// The absolute path of the file, found wanting before anything is written; nil for standard output.
    func target() throws(Failure) -> String? { try FilePath.target(out, of: "--out") }
}
