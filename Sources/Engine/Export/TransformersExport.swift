#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A model as a plain folder that Transformers opens, alone or with PEFT's adapters beside it.
///
/// A LLaMA model whose heads do not divide its hidden size is written as a Mistral model without a window, which computes
/// the same: Transformers refuses such a LlamaForCausalLM.
public struct TransformersExport {
    /// The weights, plain.
    public let model: LlamaModel
    /// Adapters that stand beside them.
    public let adapters: LoRAAdapters?
    /// What should be said about the folder, one sentence each.
    public let notes: [String]
    private let elementType: ElementType?

    /// Prepares a model.
    ///
    /// - Parameters:
    ///   - elementType: number format of all matrices; nil keeps each one's own, and half precision for what was packed.
    ///   - keepsAdapters: whether adapters stay apart; else they are merged.
    ///   - fillsUp: whether narrower layers are filled up with zeros.
    /// - Throws: `ExportError`.
    public init(
        _ source: LlamaModel, elementType: ElementType?, keepsAdapters: Bool, fillsUp: Bool,
        parallelism: Parallelism = .serial
    ) throws(ExportError) {
        var notes: [String] = []
        var source = source
        if keepsAdapters, source.adapters == nil { throw .noAdapters }
        let before = source.configuration
        if fillsUp { source = try source.filledUp(dividesHidden: source.configuration.architecture == "llama") }
        if source.configuration != before { notes.append("narrower layers are filled up with zeros") }
        try Self.checkUniform(source.configuration)
        adapters = keepsAdapters ? source.adapters : nil
        if keepsAdapters { source.adapters = nil }
        let isPlain = source.adapters == nil && !source.isQuantized
        let type = elementType ?? (isPlain ? nil : .float16)
        var model = source.merged(elementType: type, parallelism: parallelism)
        let layer = model.configuration.layers[0]
        if model.configuration.architecture == "llama", model.configuration.hidden % layer.heads != 0 {
            guard model.configuration.biases.isEmpty else {
                throw .headsDoNotDivide(heads: layer.heads, hidden: model.configuration.hidden)
            }
            model.configuration.architecture = "mistral"
            notes.append(
                "written as MistralForCausalLM without a window, which computes the same: Transformers refuses a "
                    + "LlamaForCausalLM whose \(layer.heads) heads do not divide its hidden size")
        }
        if type == .float16, let name = model.firstInfinite { throw .tooLarge(tensor: name) }
        self.model = model
        self.notes = notes
        self.elementType = type
    }

    /// Writes the folder, whole or not at all.
    /// - Parameter source: the checkpoint that the model comes from, for its tokenizer and further settings.
    /// - Throws: `CheckpointError` if it exists or cannot be written.
    public func write(to directory: URL, source: Checkpoint) throws {
        guard let adapters else {
            try model.save(to: directory, source: source, elementType: elementType)
            return
        }
        let base = URL(filePath: directory.path).appending(path: AdapterFolder.baseFolder)
        try AdapterFolder.write(
            adapters, baseModel: base.path, base: (model, source, elementType), to: directory)
    }

    private static func checkUniform(_ configuration: ModelConfiguration) throws(ExportError) {
        let layers = configuration.layers
        guard let first = layers.first else { return }
        let widths: [(name: String, value: KeyPath<ModelConfiguration.Layer, Int>)] = [
            ("heads", \.heads), ("key/value heads", \.keyValueHeads), ("MLP channels", \.intermediate),
        ]
        for (index, layer) in layers.enumerated() {
            for width in widths where layer[keyPath: width.value] != first[keyPath: width.value] {
                throw .differentWidths(
                    first: 0, second: index,
                    what: "\(width.name) (\(first[keyPath: width.value]), \(layer[keyPath: width.value]))")
            }
        }
    }
}

extension LlamaModel {
    /// The name of a matrix with an element that is no finite number.
    fileprivate var firstInfinite: String? {
        func isInfinite(_ weight: WeightMatrix) -> Bool { !weight.floats().allSatisfy(\.isFinite) }
        for (layer, block) in blocks.enumerated() {
            for projection in Projection.allCases where isInfinite(block[projection]) {
                return TensorName.projection(projection, layer: layer)
            }
        }
        if isInfinite(embedding) { return TensorName.embedding }
        return untiedHead.flatMap { isInfinite($0) ? TensorName.head : nil }
    }
}
