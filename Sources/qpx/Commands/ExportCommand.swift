internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx export …`: models and searches for other programs.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write compressed models, or searches, for other programs.",
        subcommands: [ExportModelCommand.self, ExportOptunaCommand.self], defaultSubcommand: ExportModelCommand.self)
}

/// `qpx export optuna`: searches as studies.
struct ExportOptunaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optuna",
        abstract: "Write searches as studies into a new Optuna storage, for optuna-dashboard.",
        discussion: """
            Each search becomes a study of its name: a categorical parameter per layer (\(ParameterPattern.layers)) or \
            module (\(ParameterPattern.modules)), the objective as value, bytes, label and metrics as user attributes, \
            what exceeds the budget as a violated constraint. Trials without an allocation are left out. 'qpx import \
            optuna' reads the file back.

            JSON: {"out", "studies": [{"study", "trials", "left_out"}]}

            EXAMPLES
              qpx export optuna my-search --out optuna.db
              optuna-dashboard sqlite:///optuna.db
            """)

    @Argument(help: ArgumentHelp("The searches.", valueName: "search"))
    var searches: [String]

    @Option(name: .long, help: ArgumentHelp("SQLite file to make.", valueName: "file"))
    var out: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let store = try database.openForReading()
        let found = try searches.flatMap { try store.searches(matching: $0) }
        guard Set(found.map(\.id)).count == found.count else { throw Failure.usage("a search is there twice") }
        let path = FilePath.absolute(out, in: FileManager.default.currentDirectoryPath)
        let studies = try OptunaExport(store: store, searches: found).write(to: path)
        let console = global.console
        if console.isJSON {
            let written = studies.map { study -> JSONValue in
                ["study": .string(study.name), "trials": .int(study.trials), "left_out": .int(study.left)]
            }
            return try console.write(["out": .string(path), "studies": .array(written)])
        }
        for study in studies {
            let left = study.left > 0 ? ", \(study.left) without an allocation left out" : ""
            try console.write("\(study.name): \(study.trials) trials\(left)\n")
        }
        console.notice("wrote \(path)")
    }
}
