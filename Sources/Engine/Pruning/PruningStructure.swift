/// A kind of structure that can be cut out of a model.
///
/// A model offers its structures as roots: lists of units of which the least important go. A new kind of structure is one
/// file that conforms to this and one entry in `PruningStructures.all`.
protocol PruningStructure: Sendable {
    /// The name in flags, in the database and in reports.
    static var name: String { get }
    init()
    /// The lists of units in the given layers; their order never changes while a model gets smaller.
    func roots(of configuration: ModelConfiguration, layers: Range<Int>, _ options: PruningOptions) -> [PruningRoot]
    /// One score per unit of each root.
    /// - Throws: `PruningError`, `ModelError`.
    func scores(_ scorer: StructureScorer, layers: Range<Int>, _ options: PruningOptions) throws -> [[Double]]
    /// Whether the shapes that are left follow from the number of units that stay in each root.
    func shapesFollowFromCounts(_ configuration: ModelConfiguration, layers: Range<Int>) -> Bool
    /// The shapes that are left when the given units of each root stay.
    func configuration(
        _ configuration: ModelConfiguration, _ roots: [PruningRoot], keeping kept: [[Int]]
    ) -> ModelConfiguration
    /// The model that is left when the given units of each root stay.
    func cut(_ model: LlamaModel, _ roots: [PruningRoot], keeping kept: [[Int]]) -> LlamaModel
}

/// Units that are removed one by one, the least important first.
struct PruningRoot: Sendable, Equatable {
    /// What a unit is.
    enum Kind: Sendable, Equatable {
        /// A key/value head of a layer with its query heads.
        case keyValueHeads(layer: Int)
        /// An MLP channel of a layer.
        case channels(layer: Int)
        /// A channel of the residual stream.
        case hidden
        /// A block; the first of the root is block `first` of the model.
        case blocks(first: Int)

        var isHeads: Bool { if case .keyValueHeads = self { true } else { false } }
    }

    let kind: Kind
    /// Units that there are.
    let count: Int
    /// Channels per unit, in which LLM-Pruner counts.
    let size: Int
    /// Weights that go with a unit, for comparing roots.
    let parameters: Int
    /// Units that stay in any case.
    let floor: Int
    /// The number of units that stay is rounded up to a multiple of this.
    let multiple: Int
    /// Units that the unpruned model has.
    var original: Int

    init(_ kind: Kind, count: Int, size: Int = 1, parameters: Int = 1, floor: Int = 1, multiple: Int = 1) {
        self.kind = kind
        self.count = count
        self.size = size
        self.parameters = parameters
        self.floor = min(max(1, floor), count)
        self.multiple = multiple
        original = count
    }

    /// A number of units that may stay: at least the floor, rounded up, and never more than there are.
    func allowed(_ kept: Int) -> Int {
        let kept = max(kept, floor)
        return min(count, (kept + multiple - 1) / multiple * multiple)
    }

    /// Units that stay at a pruning ratio: LLM-Pruner removes C − ⌊C₀ (1 − ratio)⌋ channels of the C that are left of C₀,
    /// whole units only.
    func kept(ratio: Double) -> Int {
        let removed = max(0, count * size - Int(Double(original * size) * (1 - ratio)))
        return allowed(count - removed / size)
    }
}

/// All kinds of structures, by name.
public enum PruningStructures {
    static let all: [any PruningStructure.Type] = [BlockStructure.self, HiddenStructure.self, LayerStructure.self]

    /// Their names.
    public static var names: [String] { all.map { $0.name } }

    static func named(_ name: String) -> (any PruningStructure)? { all.first { $0.name == name }?.init() }
}
