internal import ArgumentParser

/// `qpx db …`: the database as a file.
struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Back up, check and merge databases.",
        subcommands: [DatabaseBackupCommand.self, DatabaseCheckCommand.self, DatabaseMergeCommand.self])
}
