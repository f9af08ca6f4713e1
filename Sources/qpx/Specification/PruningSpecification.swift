internal import Engine

/// What is removed from the model, and by which measure.
struct PruningSpecification: Sendable, Equatable {
    /// Fraction of the structures that is removed; nil when `parametersRemoved` says it.
    var ratio: Double?
    /// Fraction of all parameters that is removed; the ratio is found from it.
    var parametersRemoved: Double?
    /// The layers that are pruned.
    var layers: LayerRange
    /// Name of the kind of structure that is removed.
    var structure = "block"
    /// Name of the importance that ranks structures.
    var importance: String
    /// How scores of one structure are put together.
    var reduction: GroupReduction
    /// Which query heads are scored with a key/value head.
    var pairing = HeadPairing.model
    /// What squared gradients are multiplied with.
    var fisherScale = FisherScale.sum
    /// How whole blocks are scored.
    var blockScore = BlockScore.importance
    /// Where structures compete.
    var ranking = Ranking.local
    /// What makes scores comparable in a global ranking.
    var normalization = ScoreNormalization.parameters
    /// MLP channels that every layer keeps.
    var minimumWidth = 1
    /// What widths are a multiple of.
    var roundTo = 1
    /// Steps in which pruning reaches its amount.
    var steps = 1
    /// Calibration text, an absolute path.
    var calibration: String?
    /// Number of calibration samples.
    var calibrationSamples: Int
    /// Tokens of a calibration sample.
    var calibrationLength: Int
    /// Where calibration samples are taken from.
    var calibrationSampling = CalibrationSampling.windows

    /// Whether anything is removed.
    var isPruning: Bool { (ratio ?? parametersRemoved ?? 0) > 0 }

    /// Values that hold when nothing is said.
    static let defaults = PruningSpecification(
        ratio: 0, parametersRemoved: nil, layers: .automatic, importance: "param_first", reduction: .sum,
        calibration: nil, calibrationSamples: 128, calibrationLength: 128)

    /// The pruning as the engine takes it.
    func options(layers: Range<Int>, seed: UInt64) -> Engine.PruningOptions {
        var options = Engine.PruningOptions(
            parametersRemoved.map { .parameters($0) } ?? .ratio(ratio ?? 0), layers: layers, structure: structure,
            importance: importance, reduction: reduction, seed: seed)
        options.pairing = pairing
        options.fisherScale = fisherScale
        options.blockScore = blockScore
        options.ranking = ranking
        options.normalization = normalization
        options.minimumWidth = minimumWidth
        options.roundTo = roundTo
        options.steps = steps
        return options
    }

    /// Whether scores are measured on text.
    var needsCalibration: Bool { isPruning && options(layers: 0..<1, seed: 0).needsCalibration }
}

extension PruningSpecification: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case ratio
        case parametersRemoved = "parameters_removed"
        case layers = "prune_layers"
        case structure
        case importance
        case reduction = "prune_reduction"
        case pairing = "gqa_pairing"
        case fisherScale = "fisher_scale"
        case blockScore = "block_score"
        case ranking
        case normalization = "normalize"
        case minimumWidth = "min_width"
        case roundTo = "round_to"
        case steps = "prune_steps"
        case calibration
        case calibrationSamples = "calibration_samples"
        case calibrationLength = "calibration_length"
        case calibrationSampling = "calibration_sampling"
    }

    /// A recorded specification; what it does not say is as it was before there was a choice.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self = .defaults
        ratio = try values.decodeIfPresent(Double.self, forKey: .ratio)
        parametersRemoved = try values.decodeIfPresent(Double.self, forKey: .parametersRemoved)
        layers = try values.decode(LayerRange.self, forKey: .layers)
        structure = try values.decodeIfPresent(String.self, forKey: .structure) ?? structure
        let name = try values.decode(String.self, forKey: .importance)
        importance = Importances.named(name)?.name ?? name
        reduction = try values.decode(GroupReduction.self, forKey: .reduction)
        pairing = try values.decodeIfPresent(HeadPairing.self, forKey: .pairing) ?? pairing
        fisherScale = try values.decodeIfPresent(FisherScale.self, forKey: .fisherScale) ?? fisherScale
        blockScore = try values.decodeIfPresent(BlockScore.self, forKey: .blockScore) ?? blockScore
        ranking = try values.decodeIfPresent(Ranking.self, forKey: .ranking) ?? ranking
        normalization = try values.decodeIfPresent(ScoreNormalization.self, forKey: .normalization) ?? normalization
        minimumWidth = try values.decodeIfPresent(Int.self, forKey: .minimumWidth) ?? minimumWidth
        roundTo = try values.decodeIfPresent(Int.self, forKey: .roundTo) ?? roundTo
        steps = try values.decodeIfPresent(Int.self, forKey: .steps) ?? steps
        calibration = try values.decodeIfPresent(String.self, forKey: .calibration)
        calibrationSamples = try values.decode(Int.self, forKey: .calibrationSamples)
        calibrationLength = try values.decode(Int.self, forKey: .calibrationLength)
        calibrationSampling =
            try values.decodeIfPresent(CalibrationSampling.self, forKey: .calibrationSampling) ?? calibrationSampling
    }
}
