internal import ArgumentParser
internal import Engine

/// Flags that say what a model is measured on.
struct EvaluationOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Tasks as lm-evaluation-harness knows them: a name (arc_easy, found in --data), a name and its file "
                + "(arc_easy:ARC-Easy-Test.jsonl), a file whose fields say which, or a file of finished prompts "
                + "(JSON Lines); may be repeated.", valueName: "task"))
    var task: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Folder of data sets as they are published, where tasks are looked for by name (default: QPX_DATA).",
            valueName: "folder"))
    var data: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Solved examples in front of every question, of the training split (default: 0).", valueName: "count"))
    var shots: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Seed that decides which examples (default: \(TaskOptions.defaultShotsSeed), as the harness).",
            valueName: "seed"))
    var shotsSeed: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Text files whose perplexity is measured in windows: plain text, or rows with a field text or sentence; may be "
                + "repeated.", valueName: "file"))
    var text: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tokens of a window of text (default: \(EvaluationSpecification.defaults.windowLength)).",
            valueName: "tokens"))
    var windowLength: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How the file of --text becomes the text: rows (lines joined by empty lines, as the WikiText-2 "
                + "perplexities of papers on pruning are computed), sentences (the same without the blanks around a line, "
                + "for PTB) or plain (as it is) (default: "
                + "\(EvaluationSpecification.defaults.textProtocol.rawValue)).",
            valueName: "name"))
    var textProtocol: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Use only the first so many examples of each task, of each subtask where it has some, as blimp's "
                + "paradigms (default: all).",
            valueName: "count"))
    var taskLimit: String?

    @Option(name: .long, help: ArgumentHelp("Another name of --task-limit.", valueName: "count"))
    var limit: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Use only the first so many windows of each text (default: all).", valueName: "count"))
    var textLimit: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("task", flag: task)
        settings.set("text", flag: text)
        settings.set("window-length", flag: windowLength)
        settings.set("text-protocol", flag: textProtocol)
        settings.set("task-limit", flag: taskLimit)
        settings.set("limit", flag: limit)
        settings.set("data", flag: data)
        settings.set("shots", flag: shots)
        settings.set("shots-seed", flag: shotsSeed)
        settings.set("text-limit", flag: textLimit)
        return settings
    }
}

/// Flags that say what a search makes better.
struct ObjectiveOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "What is made better: accuracy (mean over the tasks), or loss (nats per token of --objective-text); "
                + "loss:FILE says both; with --evaluator the name of any metric, as f1 or acc/piqa (default: loss if "
                + "--objective-text is given, else accuracy). Given a second time with 'memory', the front of value "
                + "against bytes up to the budget is searched.",
            valueName: "name"))
    var objective: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Held-out text of the objective 'loss', taken as it is.", valueName: "file"))
    var objectiveText: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Use only the first so many windows of the objective's text (default: all).", valueName: "count"))
    var objectiveWindows: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("objective", flag: objective)
        settings.set("objective-text", flag: objectiveText)
        settings.set("objective-windows", flag: objectiveWindows)
        return settings
    }
}
