/// What is removed from a model, and by which criterion.
public struct PruningOptions: Sendable, Equatable, Codable {
    /// Fraction of the coupled structures removed in each pruned layer.
    public var ratio: Double
    /// Layers that are pruned, first ..< last.
    public var layers: Range<Int>
    /// Name of the importance, see `Importances`.
    public var importance: String
    /// How a structure's matrices are combined.
    public var reduction: GroupReduction
    /// Seed of random importance.
    public var seed: UInt64

    /// Options of one pruning.
    public init(
        ratio: Double, layers: Range<Int>, importance: String = "taylor", reduction: GroupReduction = .sum,
        seed: UInt64 = 0
    ) {
        self.ratio = ratio
        self.layers = layers
        self.importance = importance
        self.reduction = reduction
        self.seed = seed
    }
}

/// Which structures of a block stay.
public struct KeptStructures: Sendable, Equatable, Codable {
    /// Key/value heads, ascending.
    public var keyValueHeads: [Int]
    /// MLP channels, ascending.
    public var channels: [Int]
}

/// Why a model cannot be pruned as asked.
public enum PruningError: EngineError {
    /// The ratio is not in 0 ..< 1.
    case ratio(Double)
    /// The layer range is empty or leaves the model.
    case layers(Range<Int>, count: Int)
    /// No importance of that name.
    case unknownImportance(String)
    /// Gradients are needed and there is no calibration batch.
    case needsCalibration(String)
    /// No ratio removes that fraction of the parameters.
    case unreachable(target: Double, most: Double)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .ratio(let ratio): "pruning ratio \(ratio) is not between 0 and 1 (1 excluded)"
        case .layers(let range, let count):
            "pruned layers \(range.lowerBound)-\(range.upperBound - 1) are not inside the model's layers 0-\(count - 1)"
        case .unknownImportance(let name):
            "no importance is called '\(name)': use one of \(Importances.all.map(\.name).joined(separator: ", "))"
        case .needsCalibration(let name): "importance '\(name)' needs gradients: give a calibration text"
        case .unreachable(let target, let most):
            "pruning these layers removes at most \(most) of the parameters, \(target) was asked for: prune more layers"
        }
    }
}

/// Removes the least important coupled structures of each layer.
public struct Pruner: Sendable {
    /// What is removed.
    public let options: PruningOptions
    private let importance: any Importance

    /// A pruner; checks the importance's name and the ratio.
    public init(_ options: PruningOptions) throws(PruningError) {
        guard options.ratio >= 0, options.ratio < 1 else { throw .ratio(options.ratio) }
        guard let importance = Importances.named(options.importance) else {
            throw .unknownImportance(options.importance)
        }
        self.options = options
        self.importance = importance
    }

    /// How many of `count` units of `size` channels each are removed: LLM-Pruner's rounding, n − ⌊n (1 − ratio)⌋
    /// channels, whole units only, and never all of them.
    public static func removedUnits(_ count: Int, size: Int, ratio: Double) -> Int {
        let channels = count * size
        let removed = channels - Int(Double(channels) * (1 - ratio))
        return min(removed / size, count - 1)
    }

    /// Scores, ranks and cuts.
    ///
    /// - Parameter calibration: the batch whose mean next-token loss is differentiated, if the importance needs it.
    /// - Returns: a model with its own shape per layer, smaller in memory, and what stayed of each pruned layer.
    /// - Throws: `PruningError`, `ModelError`.
    public func prune(
        _ model: LlamaModel, calibration: TokenBatch?, parallelism: Parallelism = .serial
    ) throws -> (model: LlamaModel, kept: [Int: KeptStructures]) {
        let scores = try structureScores(model, calibration: calibration, parallelism: parallelism)
        var kept: [Int: KeptStructures] = [:]
        for layer in options.layers { kept[layer] = scores[layer].map { keep($0, model.configuration, layer: layer) } }
        return (model.keeping(kept), kept)
    }

    /// One score per key/value head and per MLP channel of each pruned layer.
    /// - Throws: `PruningError`, `ModelError`.
    public func structureScores(
        _ model: LlamaModel, calibration: TokenBatch?, parallelism: Parallelism = .serial
    ) throws -> [Int: StructureScores] {
        let count = model.blocks.count
        guard !options.layers.isEmpty, options.layers.lowerBound >= 0, options.layers.upperBound <= count else {
            throw PruningError.layers(options.layers, count: count)
        }
        var differentiated: LlamaModel?
        if importance.needsGradients {
            guard let calibration else { throw PruningError.needsCalibration(importance.name) }
            let trainable = model.trainable()
            try accumulateGradients(of: trainable, calibration, parallelism: parallelism)
            differentiated = trainable
        }
        var scores: [Int: StructureScores] = [:]
        for layer in options.layers {
            scores[layer] = structureScores(model, differentiated: differentiated, layer: layer)
        }
        return scores
    }

    /// Tokens whose activations are held at the same time.
    private static let tokensPerPass = 4096

    /// The gradient of the batch's mean loss, part by part: memory does not grow with the number of samples.
    private func accumulateGradients(
        of model: LlamaModel, _ batch: TokenBatch, parallelism: Parallelism
    ) throws(ModelError) {
        func targets(_ sequences: [[Int32]]) -> Int { sequences.reduce(0) { $0 + max(0, $1.count - 1) } }
        let sequences = batch.sequences.map { Array(batch.tokens[$0]) }
        let loss = LossGradient(model: model, parallelism: parallelism)
        var part: [[Int32]] = []
        var tokens = 0
        for (index, sequence) in sequences.enumerated() {
            part.append(sequence)
            tokens += sequence.count
            let isLast = index == sequences.count - 1
            guard isLast || tokens + sequences[index + 1].count > Self.tokensPerPass else { continue }
            try loss.accumulate(
                TokenBatch(part), weight: Double(targets(part)) / Double(max(1, targets(sequences))))
            part = []
            tokens = 0
        }
    }

    private func structureScores(
        _ model: LlamaModel, differentiated: LlamaModel?, layer: Int
    ) -> StructureScores {
        let configuration = model.configuration
        let structures = CoupledStructures(
            layer: configuration.layers[layer], headDimension: configuration.headDimension)
        func members(_ group: [(projection: Projection, axis: ChannelAxis)]) -> [[Double]] {
            group.map { member in
                var gradients: [Float] = []
                if case .parameter(let parameter) = differentiated?.blocks[layer][member.projection].storage {
                    gradients = parameter.gradientTensor.elements
                }
                let input = ImportanceInput(
                    name: TensorName.projection(member.projection, layer: layer),
                    shape: configuration.shape(of: member.projection, layer: layer),
                    weights: model.blocks[layer][member.projection].floats(), gradients: gradients,
                    random: RandomSource(seed: options.seed))
                return importance.scores(input, along: member.axis)
            }
        }
        let channels = options.reduction.combine(
            members(CoupledStructures.attentionMembers).map(structures.foldedOntoKeyChannels))
        let d = configuration.headDimension
        let heads = (0..<configuration.layers[layer].keyValueHeads).map { head in
            channels[head * d..<(head + 1) * d].reduce(0, +)
        }
        return StructureScores(
            keyValueHeads: heads, channels: options.reduction.combine(members(CoupledStructures.mlpMembers)))
    }

    private func keep(_ scores: StructureScores, _ configuration: ModelConfiguration, layer: Int) -> KeptStructures {
        func best(_ scores: [Double], size: Int) -> [Int] {
            let removed = Self.removedUnits(scores.count, size: size, ratio: options.ratio)
            let ascending = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
            return ascending.dropFirst(removed).sorted()
        }
        return KeptStructures(
            keyValueHeads: best(scores.keyValueHeads, size: configuration.headDimension),
            channels: best(scores.channels, size: 1))
    }
}

/// Importance of every structure of one layer.
public struct StructureScores: Sendable, Equatable {
    /// One per key/value head.
    public let keyValueHeads: [Double]
    /// One per MLP channel.
    public let channels: [Double]
}
