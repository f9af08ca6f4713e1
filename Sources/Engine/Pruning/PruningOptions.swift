/// How much is removed.
public enum PruningAmount: Sendable, Equatable {
    /// That fraction of the structures.
    case ratio(Double)
    /// That fraction of all parameters; the ratio is found from it.
    case parameters(Double)
}

/// What is removed from a model, and by which criterion.
public struct PruningOptions: Sendable, Equatable {
    /// How much is removed.
    public var amount: PruningAmount
    /// Layers that are pruned, first ..< last.
    public var layers: Range<Int>
    /// Name of the kind of structure, see `PruningStructures`.
    public var structure: String
    /// Name of the importance, see `Importances`.
    public var importance: String
    /// How a structure's matrices are combined; the importance's own way unless given.
    public var reduction: GroupReduction?
    /// Which query heads are scored with a key/value head.
    public var pairing = HeadPairing.model
    /// What squared gradients are multiplied with.
    public var fisherScale = FisherScale.sum
    /// Where structures compete.
    public var ranking = Ranking.local
    /// What makes scores of different kinds comparable in a global ranking.
    public var normalization = ScoreNormalization.parameters
    /// MLP channels that every layer keeps (or all it has, if they are fewer); `defaultMinimumWidth` unless given.
    public var minimumWidth: Int?
    /// Widths that remain are rounded up to a multiple of this.
    public var roundTo = 1
    /// How whole blocks are scored.
    public var blockScore = BlockScore.importance
    /// Steps in which pruning reaches its amount, each with new scores.
    public var steps = 1
    /// Seed of random importance.
    public var seed: UInt64

    /// Options of one pruning by ratio.
    public init(
        ratio: Double, layers: Range<Int>, structure: String = "block", importance: String = "param_first",
        reduction: GroupReduction? = nil, seed: UInt64 = 0
    ) {
        self.init(
            .ratio(ratio), layers: layers, structure: structure, importance: importance, reduction: reduction,
            seed: seed)
    }

    /// Options of one pruning.
    public init(
        _ amount: PruningAmount, layers: Range<Int>, structure: String = "block", importance: String = "param_first",
        reduction: GroupReduction? = nil, seed: UInt64 = 0
    ) {
        self.amount = amount
        self.layers = layers
        self.structure = structure
        self.importance = importance
        self.reduction = reduction
        self.seed = seed
    }

    /// The floor that holds unless another is given: 32 in a global ranking, which could empty a layer; 1 in a local
    /// one, and where LLM-Pruner's raw global ranking is wanted.
    public static func defaultMinimumWidth(_ ranking: Ranking, _ normalization: ScoreNormalization) -> Int {
        ranking == .global && normalization != .none ? 32 : 1
    }

    /// Whether scores need a calibration batch.
    public var needsCalibration: Bool {
        if structure == LayerStructure.name, blockScore == .similarity { return true }
        return Importances.named(importance)?.needsGradients == true
    }

    var floor: Int { minimumWidth ?? Self.defaultMinimumWidth(ranking, normalization) }
}

/// How whole blocks are scored.
public enum BlockScore: String, Sendable, CaseIterable, Codable {
    /// The sum of the scores of the block's heads and MLP channels.
    case importance
    /// 1 − the mean cosine of the block's input and output over the calibration tokens: a block that hardly turns the
    /// residual stream matters little. Source: Men et al. 2024, "ShortGPT", eq. 1 ("block influence").
    case similarity
}
