internal import ArgumentParser

/// Flags that say what of a comparison is shown, and how.
struct ComparisonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Only this metric, as acc or acc/piqa; may be repeated.", valueName: "name[/task]"))
    var metric: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only settings and metrics whose names fit, as 'acc*'; may be repeated.", valueName: "pattern"))
    var keep: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Leave out settings and metrics whose names fit; may be repeated.", valueName: "pattern"))
    var drop: [String] = []

    @Flag(name: .long, help: "Also print rows in which nothing differs.")
    var all = false

    @Flag(
        name: .long,
        help: "Leave out what agrees, in JSON and CSV too (tables for people do so anyway, and say how much).")
    var onlyDifferent = false

    @Option(
        name: .long,
        help: ArgumentHelp("Decimals of metrics, 0 to 12 (default: 4, of perplexities 3).", valueName: "count"))
    var precision: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How accuracies are tested: mcnemar or bootstrap (default: mcnemar; a mean over tasks by its standard error).",
            valueName: "name"))
    var test: String?

    /// What is shown.
    func filter() throws(Failure) -> ComparisonFilter {
        for (name, patterns) in [("keep", keep), ("drop", drop)] where patterns.contains("") {
            throw .usage("--\(name): the pattern is empty")
        }
        var filter = ComparisonFilter(keep: keep, drop: drop)
        for text in metric { filter.metrics.append(try MetricName(text, of: "--metric")) }
        return filter
    }

    /// How it is written.
    func layout() throws(Failure) -> ComparisonLayout {
        guard !all || !onlyDifferent else {
            throw .usage("--all and --only-different are opposites", hint: "leave one of them out")
        }
        var settings = Settings()
        settings.set("precision", flag: precision)
        return ComparisonLayout(isComplete: all, decimals: try settings.integer("precision", in: 0...12))
    }

    /// How accuracies are tested.
    func pairedTest() throws(Failure) -> PairedTest {
        guard let test else { return .mcnemar }
        let known = [PairedTest.mcnemar, .bootstrap]
        if let found = known.first(where: { $0.rawValue == test }) { return found }
        let names = known.map(\.rawValue)
        throw .usage(
            "--test: unknown test '\(test)'." + Suggestion.question(for: test, in: names),
            hint: "the tests are \(names.joined(separator: ", "))")
    }
}

/// Flags that let a script stop where a comparison comes out badly.
struct ComparisonCheckOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "End with status 7 if this holds for a trial, as 'accuracy < baseline - 2*se'; may be repeated.",
            valueName: "condition"))
    var failIf: [String] = []

    /// The conditions.
    func checks() throws(Failure) -> [FailureCheck] {
        var checks: [FailureCheck] = []
        for text in failIf { checks.append(try FailureCheck(text)) }
        return checks
    }
}
