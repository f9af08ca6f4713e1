internal import ArgumentParser
internal import Store

/// Flags that choose among trials, the same on every command; everything that is given must hold.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: .customLong("where"), parsing: .singleValue,
        help: ArgumentHelp(
            "Only trials for which this holds, as 'accuracy > 0.6 and bits.12 = 8' (qpx help expressions); may be "
                + "repeated.", valueName: "condition"))
    var conditions: [String] = []

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only trials in these states: \(TrialState.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "state"))
    var state: [String] = []

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only trials of these kinds: \(TrialKind.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind"))
    var kind: [String] = []

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp(
            "Sort by values, as 'bits_per_weight' or '-accuracy,number' (- for the largest first), by 'best' (the "
                + "objective) or by 'newest'.", valueName: "keys"))
    var sort: String?

    @Option(name: .long, help: ArgumentHelp("At most so many trials.", valueName: "count"))
    var limit: String?

    @Flag(name: .long, help: "Also trials that are archived.")
    var archived = false

    /// Whether anything narrows the choice.
    var isNarrowing: Bool { !conditions.isEmpty || !state.isEmpty || !kind.isEmpty }

    /// Refuses a command line that names nothing and chooses nothing.
    func check(_ selectors: [String]) throws(Failure) {
        guard selectors.isEmpty, !isNarrowing else { return }
        throw .usage(
            "no trials and no searches are named", hint: "name them, as my-search or my-search/7, or add --where")
    }

    /// The filter that the flags say.
    /// - Parameters:
    ///   - builder: gives names their meaning.
    ///   - direction: which way the objective is better in the searches at hand; nil when they disagree.
    func filter(_ builder: TrialExpressionBuilder, direction: ObjectiveDirection?) throws -> TrialFilter {
        var settings = Settings()
        settings.set("state", flag: state)
        settings.set("kind", flag: kind)
        settings.set("limit", flag: limit)
        var filter = TrialFilter()
        filter.states = try settings.words("state", TrialState.self) ?? []
        filter.kinds = try settings.words("kind", TrialKind.self) ?? []
        filter.limit = try settings.integer("limit", in: 1...1_000_000_000)
        filter.includesArchived = archived
        for text in conditions {
            let condition = try ExpressionFlag.read("--where") { try builder.condition(text) }
            filter.condition = filter.condition.map { .and($0, condition) } ?? condition
        }
        if let sort { filter.order = try order(sort, builder, direction) }
        return filter
    }

    private func order(
        _ text: String, _ builder: TrialExpressionBuilder, _ direction: ObjectiveDirection?
    ) throws -> TrialFilter.Order {
        switch text {
        case "newest": return .newest
        case "best":
            guard let direction else {
                throw Failure.usage(
                    "--sort best: the searches do not agree on what is better",
                    hint: "name one search, or sort by a value, as --sort -objective")
            }
            return .objective(direction)
        default: return .values(try ExpressionFlag.read("--sort") { try builder.keys(text) })
        }
    }
}

extension SelectionOptions {
    /// No flag given: for commands that take selectors alone.
    static var unset: SelectionOptions {
        guard let options = try? SelectionOptions.parse([]) else { preconditionFailure("no flag is required") }
        return options
    }
}

/// An expression that came with a flag.
enum ExpressionFlag {
    /// Reads it; what is wrong with it names the flag.
    static func read<Value>(_ flag: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as ExpressionError {
            throw error.failure(of: flag)
        }
    }
}
