internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A search, fully resolved: everything that is needed to run it again, with every default written out.
///
/// Names are those of the flags; in JSON and in the database the dashes are underscores. Paths are absolute.
struct Specification: Sendable, Equatable {
    /// Folder of the checkpoint, an absolute path; where a space is searched instead, its file.
    var model: String
    /// What is removed.
    var pruning: PruningSpecification
    /// How layers are judged before the first trial.
    var layerImportance: LayerImportanceSpecification
    /// The most that the quantized weights may take.
    var budget: Budget
    /// Names of the precisions that a layer or module may have, fewest bits first.
    var choices: [String]
    /// Whether each layer has one precision or each of its modules.
    var granularity: AllocationSpace.Granularity
    /// Precisions of embedding and output head in every trial with an allocation.
    var ends: EndPrecisions
    /// Trials of the search in all, baselines and initial design included.
    var trials: Int
    /// Trials within the budget before the first proposal: uniform baselines, the importance-based allocation, random ones.
    var initialTrials: Int
    /// What is made better.
    var objective: ObjectiveSpecification
    /// Who carries trials out.
    var evaluator: EvaluatorSpecification
    /// What every trial is measured on.
    var evaluation: EvaluationSpecification
    /// How every trial is trained.
    var recovery: RecoverySpecification
    /// Seed of everything random.
    var seed: UInt64
    /// Threads; results do not depend on it.
    var threads: Int
    /// Searches whose observations the surrogate starts from.
    var warmStart: [String]
    /// Name of the search; nil for a generated one.
    var name: String?
    /// Whether the intact, the pruned and the recovered 16-bit model are evaluated too.
    var references: Bool
    /// How its trials are shared out and how often they are tried.
    var work: WorkSpecification
    /// What is carried out again once it is through.
    var confirmation: ConfirmationSpecification
    /// Which trials are stopped early.
    var earlyStopping: EarlyStoppingSpecification

    enum CodingKeys: String, CodingKey, CaseIterable {
        case model
        case budget
        case choices
        case granularity
        case embeddingPrecision = "embedding_precision"
        case headPrecision = "head_precision"
        case trials
        case initialTrials = "initial_trials"
        case seed
        case threads
        case warmStart = "warm_start"
        case name
        case references
    }

    /// Every setting, as it is written in a file and behind two dashes.
    static let settingNames: [String] = [
        CodingKeys.allCases.map(\.rawValue), PrecisionChoices.Blocks.settingNames,
        PruningSpecification.CodingKeys.allCases.map(\.rawValue),
        LayerImportanceSpecification.CodingKeys.allCases.map(\.rawValue),
        ObjectiveSpecification.CodingKeys.allCases.map(\.rawValue),
        EvaluatorSpecification.CodingKeys.allCases.map(\.rawValue),
        EvaluationSpecification.CodingKeys.allCases.map(\.rawValue),
        RecoverySpecification.CodingKeys.allCases.map(\.rawValue),
        WorkSpecification.CodingKeys.allCases.map(\.rawValue),
        ConfirmationSpecification.CodingKeys.allCases.map(\.rawValue),
        EarlyStoppingSpecification.CodingKeys.allCases.map(\.rawValue),
        // Another name of task-limit.
        ["limit"],
    ].joined().map { String($0.map { $0 == "_" ? "-" : $0 }) }

    /// Defaults of the search itself.
    enum Defaults {
        static let choices = ["nf4", "int8"]
        static let granularity = AllocationSpace.Granularity.layer
        static let trials = 20
        static let initialTrials = 5
        static let seed: UInt64 = 42
        static let references = true
        static var threads: Int { ProcessInfo.processInfo.activeProcessorCount }
    }
}

extension Specification {
    /// The specification that settings say, with defaults for the rest.
    /// - Parameter folder: where relative paths start.
    init(_ settings: Settings, folder: String) throws(Failure) {
        evaluator = try EvaluatorSpecification(settings, folder: folder)
        let written = try settings.model(folder: folder)
        guard let model = evaluator.space ?? written else {
            throw .usage("--model is missing: name the folder of a checkpoint")
        }
        self.model = model
        pruning = try PruningSpecification(settings, folder: folder)
        layerImportance = try LayerImportanceSpecification(settings, evaluator: evaluator)
        budget = try settings.budget()
        let choices = try settings.texts("choices", splitsCommas: true)
        // A space says its choices itself; they are filled in when it is read.
        self.choices =
            evaluator.space != nil
            ? []
            : try PrecisionChoices.names(
                choices.isEmpty ? Defaults.choices : choices, says: settings.spoken("choices"),
                blocks: PrecisionChoices.Blocks(settings))
        granularity = try settings.word("granularity", AllocationSpace.Granularity.self) ?? Defaults.granularity
        ends = try EndPrecisions(settings)
        trials = try settings.integer("trials", in: 1...1_000_000) ?? Defaults.trials
        initialTrials =
            try settings.integer("initial-trials", in: 1...1_000_000) ?? Swift.min(Defaults.initialTrials, trials)
        // Who tells values may tell those of any metric, if he says which way is better.
        let isTold = try settings.flag("ask") == true && settings.has("direction")
        objective = try ObjectiveSpecification(
            settings, folder: folder, isExternal: evaluator.isExternal || isTold)
        evaluation = try EvaluationSpecification(settings, folder: folder)
        recovery = try RecoverySpecification(settings, folder: folder)
        seed = try settings.seed("seed") ?? Defaults.seed
        threads = try settings.threads()
        warmStart = try settings.texts("warm-start")
        name = try settings.text("name")
        work = try WorkSpecification(settings)
        confirmation = try ConfirmationSpecification(settings)
        earlyStopping = try EarlyStoppingSpecification(
            settings, isExternal: evaluator.isExternal || work.isAsked)
        references =
            try settings.flag("references") ?? (Defaults.references && !work.isAsked && evaluator.space == nil)
        try checkTogether(settings)
    }

    /// What no setting can say alone.
    private func checkTogether(_ settings: Settings) throws(Failure) {
        guard choices.count > 1 || evaluator.space != nil else {
            throw .usage("\(settings.spoken("choices")): one precision leaves nothing to search; name at least two")
        }
        guard initialTrials <= trials else {
            throw .usage("\(settings.spoken("initial-trials")): \(initialTrials) are more than the \(trials) trials")
        }
        try checkEvaluator(settings)
        guard pruning.calibration != nil || !layerImportance.isMeasured else {
            throw .usage("--calibration is missing: layer importance is measured on text")
        }
        if let name { try SearchName.check(name, says: settings.spoken("name")) }
        guard !evaluator.isExternal else { return }
        guard recovery.steps == 0 || recovery.hasData else {
            throw .usage(
                "--recovery-text is missing",
                hint: "name a text file, instructions with --recovery-data, or say --recovery-steps 0")
        }
        guard objective.kind != .accuracy || evaluation.hasAccuracy else {
            throw .usage(
                "--task is missing: the objective 'accuracy' is the mean accuracy of the tasks",
                hint: "name tasks with answers to choose from, or say --objective loss --objective-text FILE")
        }
    }

    /// What another program cannot do, or is not asked to.
    private func checkEvaluator(_ settings: Settings) throws(Failure) {
        guard evaluator.isExternal else { return }
        guard !work.isAsked || evaluator.command == nil else {
            throw .usage(
                "\(settings.spoken("evaluator")): with --ask nothing is carried out here",
                hint: "leave one of the two out")
        }
        guard recovery.epochs == nil else {
            throw .usage(
                "\(settings.spoken("epochs")): how many steps they are is not known to qpx with an evaluator",
                hint: "say --recovery-steps")
        }
        guard evaluator.space == nil || !pruning.isPruning else {
            throw .usage("\(settings.spoken("space")): there is no model to prune", hint: "leave out --ratio")
        }
        guard evaluator.space == nil || !references else {
            throw .usage("\(settings.spoken("references")): a space has no intact model")
        }
        guard !layerImportance.controls || layerImportance.measure != LayerImportanceSpecification.none else {
            throw .usage("\(settings.spoken("controls")): there is no importance to turn upside down")
        }
    }
}

extension Specification: Codable {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        model = try values.decode(String.self, forKey: .model)
        budget = try Budget(parsing: try values.decode(String.self, forKey: .budget))
        choices = try values.decode([String].self, forKey: .choices)
        granularity =
            try values.decodeIfPresent(AllocationSpace.Granularity.self, forKey: .granularity) ?? .layer
        ends = EndPrecisions(
            embedding: try values.decodeIfPresent(String.self, forKey: .embeddingPrecision),
            head: try values.decodeIfPresent(String.self, forKey: .headPrecision))
        trials = try values.decode(Int.self, forKey: .trials)
        initialTrials = try values.decode(Int.self, forKey: .initialTrials)
        seed = try values.decode(UInt64.self, forKey: .seed)
        threads = try values.decode(Int.self, forKey: .threads)
        warmStart = try values.decode([String].self, forKey: .warmStart)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        references = try values.decode(Bool.self, forKey: .references)
        pruning = try PruningSpecification(from: decoder)
        layerImportance = try LayerImportanceSpecification(from: decoder)
        objective = try ObjectiveSpecification(from: decoder)
        evaluator = try EvaluatorSpecification(from: decoder)
        evaluation = try EvaluationSpecification(from: decoder)
        recovery = try RecoverySpecification(from: decoder)
        work = try WorkSpecification(from: decoder)
        confirmation = try ConfirmationSpecification(from: decoder)
        earlyStopping = try EarlyStoppingSpecification(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(model, forKey: .model)
        try values.encode(budget.text, forKey: .budget)
        try values.encode(choices, forKey: .choices)
        try values.encode(granularity, forKey: .granularity)
        try values.encodeIfPresent(ends.embedding, forKey: .embeddingPrecision)
        try values.encodeIfPresent(ends.head, forKey: .headPrecision)
        try values.encode(trials, forKey: .trials)
        try values.encode(initialTrials, forKey: .initialTrials)
        try values.encode(seed, forKey: .seed)
        try values.encode(threads, forKey: .threads)
        try values.encode(warmStart, forKey: .warmStart)
        try values.encodeIfPresent(name, forKey: .name)
        try values.encode(references, forKey: .references)
        try pruning.encode(to: encoder)
        try layerImportance.encode(to: encoder)
        try objective.encode(to: encoder)
        try evaluator.encode(to: encoder)
        try evaluation.encode(to: encoder)
        try recovery.encode(to: encoder)
        try work.encode(to: encoder)
        try confirmation.encode(to: encoder)
        try earlyStopping.encode(to: encoder)
    }

    /// The one text for this specification, for the database: JSON with sorted keys on one line.
    func canonicalJSON() throws(Failure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw Failure(.failed, "the specification cannot be written as JSON: \(error)")
        }
    }

    /// The specification that a database holds.
    /// - Parameter origin: for the message: the search it belongs to.
    init(canonicalJSON text: String, of origin: String) throws(Failure) {
        do {
            self = try JSONDecoder().decode(Specification.self, from: Data(text.utf8))
        } catch {
            throw Failure(
                .failed, code: "specification", "\(origin): its recorded specification cannot be read: \(error)")
        }
    }
}

extension Settings {
    /// What may be written as a budget, for help and messages.
    static let budgetForms = "bits per quantized weight as 5bpw, or bytes of the whole model as 12MiB or 900000"

    /// The budget; it must be given.
    func budget() throws(Failure) -> Budget {
        guard let text = try text("budget") else {
            throw .usage("--budget is missing: say the memory that the weights may take", hint: Self.budgetForms)
        }
        do throws(BudgetError) {
            return try Budget(parsing: text)
        } catch {
            throw .usage("\(spoken("budget")): \(error.description)")
        }
    }

    /// The thread count; without one, the machine's processors.
    func threads() throws(Failure) -> Int {
        try integer("threads", in: 1...1024) ?? Swift.max(1, Specification.Defaults.threads)
    }
}
