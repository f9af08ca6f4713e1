internal import ArgumentParser

/// Flags for how a report writes its numbers.
struct ReportStyleOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Accuracy in the task columns: acc or acc_norm (default: acc).", valueName: "name"))
    var accuracy: String?

    @Flag(name: .long, help: "Print standard errors behind the values.")
    var standardErrors = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Decimals of measured values (default: 2 of percentages and perplexities, else 4).", valueName: "count"))
    var digits: String?

    @Option(
        name: .long, help: ArgumentHelp("Accuracies in percent or as a fraction (default: percent).", valueName: "unit")
    )
    var unit: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Memory in \(MemoryUnit.allCases.map(\.rawValue).joined(separator: ", ")) (default: MiB).",
            valueName: "unit"))
    var memoryUnit: String?

    @Option(name: .long, help: ArgumentHelp("The table's caption (default: the models).", valueName: "text"))
    var caption: String?

    @Option(name: .long, help: ArgumentHelp("A line below the table; may be repeated.", valueName: "text"))
    var footnote: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "In an ablation: the row of each search, by its label, as 'uniform 4-bit' (default: the best trial).",
            valueName: "label"))
    var pick: String?

    @Flag(name: .long, help: "Keep searches that differ in their seed alone apart.")
    var eachSeed = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Leave out a column, by its name in the first line of --format csv, as in 'perplexity_*'; may be repeated.",
            valueName: "column"))
    var hide: [String] = []

    @Flag(name: .long, help: "Leave out what is said of each search below a table, and its command.")
    var brief = false

    private enum Accuracy: String, CaseIterable {
        case acc
        case accNorm = "acc_norm"
    }

    private enum Unit: String, CaseIterable {
        case percent
        case fraction
    }

    /// What the flags say.
    func style() throws(Failure) -> ReportStyle {
        var settings = Settings()
        settings.set("accuracy", flag: accuracy)
        settings.set("digits", flag: digits)
        settings.set("unit", flag: unit)
        settings.set("memory-unit", flag: memoryUnit)
        var style = ReportStyle()
        style.accuracy = (try settings.word("accuracy", Accuracy.self) ?? .acc).rawValue
        style.showsStandardErrors = standardErrors
        style.digits = try settings.integer("digits", in: 0...15)
        style.isPercent = try settings.word("unit", Unit.self) != .fraction
        style.memory = try settings.word("memory-unit", MemoryUnit.self) ?? .mebibytes
        style.caption = caption
        style.remarks = footnote
        style.isBrief = brief
        style.hidden = hide
        return style
    }
}
