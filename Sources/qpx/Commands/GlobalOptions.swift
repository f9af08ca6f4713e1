internal import ArgumentParser
internal import Store

/// Options that every command has.
struct GlobalOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON with stable keys; an error is one JSON object on standard error.")
    var json = false

    @Flag(name: [.short, .long], help: "No progress and no notices on standard error.")
    var quiet = false

    @Flag(name: .customLong("no-color"), help: "No colour, even on a terminal (NO_COLOR does the same).")
    var noColour = false

    /// Where the command's words go.
    var console: Console { Console(isJSON: json, isQuiet: quiet, isColourRefused: noColour) }
}

/// The option of commands that read or write a database.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .customLong("db"),
        help: ArgumentHelp(
            "The database (default: $QPX_DB, else qpx.db in this folder or one above it).", valueName: "file"))
    var path: String?

    /// The database for commands that only look.
    ///
    /// A file of an older schema is brought up to date first; that is the one case in which a look writes.
    func openForReading() throws -> Store {
        let path = try DatabaseLocation.existing(flag: path)
        do {
            return try Store(path: path, access: .read)
        } catch StoreError.tooOld {
            return try Store(path: path, access: .write)
        }
    }

    /// The database for commands that record.
    func openForWriting() throws -> Store {
        try Store(path: try DatabaseLocation.existing(flag: path), access: .write)
    }
}

/// The option of commands that compute.
struct ThreadOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Threads to compute with; results do not depend on it (default: one per processor).", valueName: "count"))
    var threads: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("threads", flag: threads)
        return settings
    }
}
