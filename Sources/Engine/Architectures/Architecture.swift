/// A kind of model that computes LLaMA's blocks with a switch here and there.
///
/// What all of them share (widths, norms, rotary base, special tokens) `ConfigurationReader` reads; an architecture says
/// what is its own: what holds where `config.json` is silent, and how its blocks differ.
public protocol Architecture: Sendable {
    /// `model_type` in `config.json`, such as "qwen2".
    var name: String { get }
    /// The class in `architectures`, such as "Qwen2ForCausalLM".
    var className: String { get }
    /// What holds where `config.json` is silent.
    var defaults: ArchitectureDefaults { get }

    /// What distinguishes the blocks from LLaMA's.
    /// - Throws: `CheckpointError` for a setting that makes no sense or is not implemented.
    func features(_ settings: ConfigurationSettings, layers: Int) throws(CheckpointError) -> BlockFeatures

    /// Writes what `features` read, for a model whose blocks may have become fewer.
    func write(_ configuration: ModelConfiguration, into json: inout JSONValue)
}

extension Architecture {
    /// Nothing: the settings of the source file still hold.
    public func write(_ configuration: ModelConfiguration, into json: inout JSONValue) {}
}

/// What holds where `config.json` is silent, as Transformers' configuration classes have it.
public struct ArchitectureDefaults: Sendable {
    /// Key/value heads; nil for as many as there are query heads.
    public var keyValueHeads: Int?
    /// Width of a head; nil for hidden / heads.
    public var headDimension: Int?
    /// Longest sequence in tokens.
    public var contextLength = 2048
    /// Base of the rotary embedding's frequencies.
    public var ropeTheta = 10_000.0
    /// Whether the embedding is the output head.
    public var isTied = false
}

/// How the blocks of a model differ from LLaMA's.
public struct BlockFeatures: Sendable, Equatable {
    /// The projections that have a bias.
    public var biases: [Projection] = []
    /// Whether queries and keys are normalised head by head before they are rotated.
    public var hasHeadNorms = false
    /// How far back each layer's queries see, in tokens, themselves included; nil for everything before them.
    public var windows: [Int?]
    /// Whether each layer rotates its queries and keys by their positions.
    public var isRotary: [Bool]

    /// LLaMA's own blocks.
    public init(layers: Int) {
        windows = [Int?](repeating: nil, count: layers)
        isRotary = [Bool](repeating: true, count: layers)
    }
}
