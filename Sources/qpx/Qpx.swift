internal import ArgumentParser

/// The workbench: every verb is a subcommand in a file of its own under `Commands/`.
@main
struct Qpx: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qpx",
        abstract: "Compress language models: prune, quantize each layer for itself, recover, evaluate, search.",
        discussion: """
            Everything that is tried is recorded in one SQLite file: --db, else QPX_DB, else qpx.db in this folder or \
            one above it.

            EXAMPLES
              qpx init
              qpx model inspect models/llama
              qpx searches
              qpx compare my-search/3 my-search/best

            EXIT STATUS
              0 done, 1 failed, 3 not found, 4 conflict, 5 database busy, 6 schema too old or too new,
              7 a check did not hold, 64 wrong usage, 130 or 143 interrupted
            """,
        version: ProgramVersion.text,
        subcommands: commands)

    /// Every verb. A new command is one file under `Commands/` and one entry here.
    static let commands: [any ParsableCommand.Type] = [
        InitCommand.self,
        ModelCommand.self,
        EvalCommand.self,
        PruneCommand.self,
        ImportanceCommand.self,
        MemoryCommand.self,
        QuantizeCommand.self,
        RecoverCommand.self,
        MergeCommand.self,
        SearchCommand.self,
        StudyCommand.self,
        ResumeCommand.self,
        WorkerCommand.self,
        AskCommand.self,
        TellCommand.self,
        EnqueueCommand.self,
        SearchesCommand.self,
        TrialsCommand.self,
        ShowCommand.self,
        CompareCommand.self,
        DiffCommand.self,
        TagCommand.self,
        NoteCommand.self,
        ArchiveCommand.self,
        RerunCommand.self,
        ParetoCommand.self,
        PlotCommand.self,
        RaceCommand.self,
        ReportCommand.self,
        UICommand.self,
        ReferenceCommand.self,
        ImportCommand.self,
        ExportCommand.self,
        GenerateCommand.self,
        QuickstartCommand.self,
        DatabaseCommand.self,
        DiskUsageCommand.self,
        GarbageCommand.self,
        DoctorCommand.self,
        LogCommand.self,
        CompletionCommand.self,
        CompleteCommand.self,
        HelpCommand.self,
    ]

    static func main() {
        let status = CommandLineEntry.run(Array(CommandLine.arguments.dropFirst()))
        Self.exit(withError: ExitCode(status.rawValue))
    }
}

/// What `qpx --version` says.
enum ProgramVersion {
    /// The version of this build.
    static let text = "0.1.0"
}
