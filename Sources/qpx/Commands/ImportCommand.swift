internal import ArgumentParser
internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx import …`: trials that were measured elsewhere.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take trials that were measured elsewhere into a search.",
        discussion: """
            The trials become complete trials of the search, marked as imported, and observations that its proposals \
            learn from; they do not count towards its limit. Of an allocation that is there already they are \
            repetitions. Taken in twice they are there once. What does not fit is left out and counted, or refused with \
            --strict.

            JSON
              {"search", "dry_run", "added": [trial], "repeated": [trial], "known": number,
                "skipped": [{"reason", "count"}]}
            """, subcommands: [ImportOptunaCommand.self, ImportCSVCommand.self, ImportHarnessCommand.self])
}

/// What every import is told.
struct ImportOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The search that learns from the trials.", valueName: "search"))
    var into: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What the file's words mean, as 4=nf4,8=int8 (default: names, and bits that only one choice has).",
            valueName: "pairs"))
    var valueMap: String?

    @Flag(name: .long, help: "End with an error if anything does not fit, and take nothing in.")
    var strict = false

    @Flag(name: .long, help: "Say what would be taken in, and change nothing.")
    var dryRun = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run(_ read: (SearchRecord, SearchProblem) throws -> History) throws {
        let map = try ValueMap(valueMap)
        let store = try database.openForWriting()
        let outcome = try ImportRunner(
            store: store, console: global.console, name: into, isStrict: strict, isDry: dryRun
        ).run(map: map, read)
        try outcome.write(to: global.console)
    }
}

/// A path behind a verb.
private func absolute(_ path: String) -> String {
    FilePath.absolute(path, in: FileManager.default.currentDirectoryPath)
}

/// `qpx import optuna`: the complete trials of a study.
struct ImportOptunaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optuna",
        abstract: "Take in the complete trials of an Optuna study.",
        discussion: """
            The file is an SQLite storage of Optuna 3 or later; it is only read. One parameter per layer (or module) \
            holds the precision: a name, or bits. The study must have one objective, in the search's direction.

            EXAMPLES
              qpx import optuna optuna.db --study llama --into my-search
              qpx import optuna optuna.db --into my-search --param 'bits_{layer}' --value-map 4=nf4,8=int8 --dry-run
            """)

    @Argument(help: ArgumentHelp("SQLite file of the storage.", valueName: "file"))
    var file: String

    @Option(name: .long, help: ArgumentHelp("The study (default: the only one).", valueName: "name"))
    var study: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Names of the parameters: {layer} counts from 0, {module} is q_proj and so on (default: "
                + "\(ParameterPattern.layers), or \(ParameterPattern.modules)).", valueName: "pattern"))
    var param: String?

    @OptionGroup var options: ImportOptions

    func run() throws {
        let history = OptunaHistory(path: absolute(file), study: study, pattern: param)
        try options.run(history.read)
    }
}

/// `qpx import csv`: a table of trials.
struct ImportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Take in the lines of a table.",
        discussion: """
            The first line names the columns: 'allocation' ("nf4,nf4,int8" in quotes, or between blanks) or one column \
            per layer, 'value' (or the objective's name), and where there are such, 'standard_error' and 'label'. Other \
            columns with numbers become metrics.

            EXAMPLES
              qpx import csv trials.csv --into my-search
              qpx import csv trials.csv --into my-search --param 'layer {layer}' --value-map 4=nf4,8=int8
            """)

    @Argument(help: ArgumentHelp("The table.", valueName: "file"))
    var file: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Names of the columns of the layers: {layer} counts from 0, {module} is q_proj and so on (default: "
                + "\(ParameterPattern.layers), or \(ParameterPattern.modules)).", valueName: "pattern"))
    var param: String?

    @OptionGroup var options: ImportOptions

    func run() throws { try options.run(CSVHistory(path: absolute(file), pattern: param).read) }
}

/// `qpx import lm-eval`: results of lm-evaluation-harness.
struct ImportHarnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lm-eval",
        abstract: "Take in a result file of lm-evaluation-harness.",
        discussion: """
            The file's tasks become metrics; the objective 'accuracy' is the mean of their acc, another one the result \
            of its name (acc_norm/piqa). The file does not say what was measured: --allocation does, or --trial, whose \
            repetition the results then are.

            EXAMPLES
              qpx import lm-eval results.json --into my-search --allocation nf4,nf4,int8,int8
              qpx import lm-eval results.json --into my-search --trial my-search/7
            """)

    @Argument(help: ArgumentHelp("The result file, JSON.", valueName: "file"))
    var file: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What was measured: precisions by layer between commas or blanks, or a file of them.",
            valueName: "file|text"))
    var allocation: String?

    @Option(name: .long, help: ArgumentHelp("The trial whose allocation was measured.", valueName: "trial"))
    var trial: String?

    @OptionGroup var options: ImportOptions

    func run() throws {
        guard (allocation == nil) != (trial == nil) else {
            throw Failure.usage("say what was measured, with --allocation or with --trial")
        }
        var text = allocation ?? ""
        if let allocation, FilePath.isFile(absolute(allocation)) {
            text = try TextFile.read(absolute(allocation), says: "--allocation")
        }
        if let trial {
            let store = try options.database.openForReading()
            let found = try store.trials(TrialSelector(trial))
            guard let only = found.first, found.count == 1, let written = only.allocation else {
                throw Failure.usage("--trial: '\(trial)' is not one trial with an allocation")
            }
            text = AllocationText(written).layers.joined(separator: ",")
        }
        let path = absolute(file)
        try options.run { search, problem in
            try HarnessHistory(
                path: path, words: AllocationWords.words(text, granularity: problem.space.granularity)
            ).read(search, problem)
        }
    }
}
