/// Which structures of a block stay.
public struct KeptStructures: Sendable, Equatable, Codable {
    /// Key/value heads, ascending.
    public var keyValueHeads: [Int]
    /// MLP channels, ascending.
    public var channels: [Int]
}

/// What pruning left. All indices are those of the unpruned model, ascending.
public struct PruningResult: Sendable {
    /// The model, with its own shape per layer, smaller in memory.
    public var model: LlamaModel
    /// What stayed of each pruned layer's heads and MLP channels.
    public var kept: [Int: KeptStructures] = [:]
    /// The channels of the residual stream that stayed; nil where they were not pruned.
    public var keptHidden: [Int]?
    /// The blocks that stayed; nil where whole blocks were not pruned.
    public var keptBlocks: [Int]?
    /// The pruning ratio, as given or as found from the fraction of parameters.
    public var ratio: Double

    /// A model of which nothing was removed yet.
    public init(model: LlamaModel, ratio: Double) {
        self.model = model
        self.ratio = ratio
    }
}

/// Removes the least important structures of a model.
public struct Pruner: Sendable {
    /// What is removed.
    public let options: PruningOptions
    private let importance: any Importance
    private let structure: any PruningStructure

    /// A pruner; checks names and numbers.
    public init(_ options: PruningOptions) throws(PruningError) {
        switch options.amount {
        case .ratio(let amount), .parameters(let amount):
            guard amount >= 0, amount < 1 else { throw .ratio(amount) }
        }
        guard let importance = Importances.named(options.importance) else {
            throw .unknownImportance(options.importance)
        }
        guard let structure = PruningStructures.named(options.structure) else {
            throw .unknownStructure(options.structure)
        }
        for (what, count) in [
            ("the number of steps", options.steps), ("the multiple of widths", options.roundTo),
            ("the smallest width", options.floor),
        ] where count < 1 { throw .notPositive(what, count) }
        self.options = options
        self.importance = importance
        self.structure = structure
    }

    /// The shapes that are left and the pruning ratio, from a configuration alone; nil where they depend on scores: in a
    /// global ranking, and when whole blocks go that differ from each other.
    /// - Throws: `PruningError` if layers or amount do not fit the model.
    public func shapes(
        of configuration: ModelConfiguration
    ) throws(PruningError) -> (configuration: ModelConfiguration, ratio: Double)? {
        try check(configuration)
        guard options.ranking == .local, structure.shapesFollowFromCounts(configuration, layers: options.layers) else {
            return nil
        }
        let roots = structure.roots(of: configuration, layers: options.layers, options)
        func shapes(_ ratio: Double) -> ModelConfiguration {
            structure.configuration(configuration, roots, keeping: roots.map { Array(0..<$0.kept(ratio: ratio)) })
        }
        let ratio: Double =
            switch options.amount {
            case .ratio(let ratio): ratio
            case .parameters(let target):
                try ParameterTarget.smallestRatio(reaching: target) {
                    configuration.parametersRemoved(by: shapes($0))
                }
            }
        return (shapes(ratio), ratio)
    }

    /// Scores, ranks and cuts.
    ///
    /// - Parameter calibration: the batch whose mean next-token loss is differentiated, if the importance needs it.
    /// - Throws: `PruningError`, `ModelError`.
    public func prune(
        _ model: LlamaModel, calibration: TokenBatch?, parallelism: Parallelism = .serial
    ) throws -> PruningResult {
        try prune(model, parallelism: parallelism) { _ in calibration }
    }

    /// Scores, ranks and cuts, step by step: after step k of K the fraction k / K of what is asked for is gone, counted
    /// from the unpruned model. Source: LLM-Pruner's linear schedule.
    ///
    /// - Parameter calibration: the batch of a step, from 0, if scores need one.
    /// - Throws: `PruningError`, `ModelError`, what `calibration` throws.
    public func prune(
        _ model: LlamaModel, parallelism: Parallelism = .serial, calibration: (Int) throws -> TokenBatch?
    ) throws -> PruningResult {
        let known = try shapes(of: model.configuration)
        let original = structure.roots(of: model.configuration, layers: options.layers, options)
        var kept = original.map { Array(0..<$0.count) }
        var current = model
        var ratio = known?.ratio ?? 0
        for step in 0..<options.steps {
            let fraction = Double(step + 1) / Double(options.steps)
            let gone = model.blocks.count - current.blocks.count
            let layers = options.layers.lowerBound..<options.layers.upperBound - gone
            var roots = structure.roots(of: current.configuration, layers: layers, options)
            for index in roots.indices { roots[index].original = original[index].count }
            let scorer = scorer(
                current, calibration: options.needsCalibration ? try calibration(step) : nil, parallelism)
            let scores = try structure.scores(scorer, layers: layers, options)
            try checkFinite(scores, roots)
            let units = RankedUnits(roots, scores: scores, options)
            let stepRatio: Double
            switch options.amount {
            case .parameters(let target) where known == nil:
                let shapes = current.configuration
                stepRatio = try ParameterTarget.smallestRatio(reaching: target * fraction) { ratio in
                    model.configuration.parametersRemoved(
                        by: structure.configuration(shapes, roots, keeping: units.kept(ratio: ratio)))
                }
                ratio = stepRatio
            case .ratio(let whole) where known == nil:
                stepRatio = whole * fraction
                ratio = whole
            case .ratio, .parameters: stepRatio = ratio * fraction
            }
            let chosen = units.kept(ratio: stepRatio)
            current = structure.cut(current, roots, keeping: chosen)
            kept = zip(kept, chosen).map { original, chosen in chosen.map { original[$0] } }
        }
        return result(current, original, kept, ratio: ratio)
    }

    /// One score per key/value head and per MLP channel of each pruned layer.
    /// - Throws: `PruningError`, `ModelError`.
    public func structureScores(
        _ model: LlamaModel, calibration: TokenBatch?, parallelism: Parallelism = .serial
    ) throws -> [Int: StructureScores] {
        try check(model.configuration)
        return try scorer(model, calibration: calibration, parallelism).blockScores(options.layers)
    }

    private func scorer(
        _ model: LlamaModel, calibration: TokenBatch?, _ parallelism: Parallelism
    ) -> StructureScorer {
        StructureScorer(
            model: model, importance: importance, reduction: options.reduction ?? importance.defaultReduction,
            pairing: options.pairing, fisherScale: options.fisherScale, seed: options.seed, calibration: calibration,
            parallelism: parallelism)
    }

    private func check(_ configuration: ModelConfiguration) throws(PruningError) {
        let count = configuration.layers.count
        guard !options.layers.isEmpty, options.layers.lowerBound >= 0, options.layers.upperBound <= count else {
            throw .layers(options.layers, count: count)
        }
    }

    private func checkFinite(_ scores: [[Double]], _ roots: [PruningRoot]) throws(PruningError) {
        for (root, scores) in zip(roots, scores) where !scores.allSatisfy(\.isFinite) {
            switch root.kind {
            case .keyValueHeads(let layer): throw .notFinite("a head of layer \(layer)")
            case .channels(let layer): throw .notFinite("an MLP channel of layer \(layer)")
            case .hidden: throw .notFinite("a hidden channel")
            case .blocks: throw .notFinite("a layer")
            }
        }
    }

    private func result(
        _ model: LlamaModel, _ roots: [PruningRoot], _ kept: [[Int]], ratio: Double
    ) -> PruningResult {
        var result = PruningResult(model: model, ratio: ratio)
        for (root, units) in zip(roots, kept) {
            switch root.kind {
            case .keyValueHeads(let layer):
                result.kept[layer, default: KeptStructures(keyValueHeads: [], channels: [])].keyValueHeads = units
            case .channels(let layer):
                result.kept[layer, default: KeptStructures(keyValueHeads: [], channels: [])].channels = units
            case .hidden: result.keptHidden = units
            case .blocks(let first): result.keptBlocks = units.map { first + $0 }
            }
        }
        return result
    }
}
