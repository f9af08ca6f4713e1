internal import ArgumentParser

/// Flags of a search whose trials another program carries out.
struct EvaluatorOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Command (for /bin/sh) that carries a trial out: it reads the trial as JSON from standard input and prints "
                + "its metrics as JSON, as in 'python runners/qpx_runner.py'; see docs/evaluator.md.",
            valueName: "command"))
    var evaluator: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "End the command after this time: seconds, or as 90s, 10min, 2h (default: never).", valueName: "time"))
    var evaluatorTimeout: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --evaluator: whether more of the objective is better, maximize or minimize; accuracy and loss say it "
                + "themselves, memory is always minimized.", valueName: "name"))
    var direction: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --evaluator: JSON file of units and their sizes that is searched in place of --model.",
            valueName: "file"))
    var space: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --evaluator: JSON list of one number per layer (or unit), what is known of their importance.",
            valueName: "file"))
    var importanceFile: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("evaluator", flag: evaluator)
        settings.set("evaluator-timeout", flag: evaluatorTimeout)
        settings.set("direction", flag: direction)
        settings.set("space", flag: space)
        settings.set("importance-file", flag: importanceFile)
        return settings
    }
}
