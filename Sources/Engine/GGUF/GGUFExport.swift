#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A model as it is going to stand in a GGUF file.
///
/// Widths of MLPs that no block format fits are filled up to a multiple of 32 with channels of zeros, which change
/// nothing: silu(0) · 0 = 0.
public struct GGUFExport {
    /// One matrix of the model.
    public struct Matrix: Sendable {
        /// Name in the file.
        public let name: String
        /// Layer, nil for embedding and head.
        public let layer: Int?
        /// Name of its precision or number format in the model.
        public let precision: String
        /// How the file holds it.
        public let encoding: any GGUFEncoding
        /// Bytes in the file.
        public let bytes: Int
    }

    /// The model's matrices, in the file's order.
    public let matrices: [Matrix]
    /// What should be said about the file, one sentence each.
    public let notes: [String]
    private let metadata: [(key: String, value: GGUFValue)]
    private let tensors: [GGUFTensor]
    private let adapter: GGUFAdapter?
    /// `general.architecture` in the file.
    public let architecture: String

    /// Bytes of all tensors.
    public var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }
    /// Whether adapters go into a file of their own.
    public var hasAdapter: Bool { adapter != nil }

    /// Plans a file; weights are encoded when it is written.
    ///
    /// - Parameter tokenizer: the folder whose tokenizer goes into the file; nil for none.
    /// - Throws: `GGUFError.notExpressible`, `TokenizerError`.
    public init(_ model: LlamaModel, tokenizer: URL?, options: GGUFOptions) throws {
        let architecture = try GGUFArchitecture.of(model.configuration)
        self.architecture = architecture.name
        var plan = GGUFPlan(model: model, architecture: architecture, options: options)
        try plan.addAll()
        let vocabulary = try tokenizer.map {
            try GGUFTokenizer(folder: $0, vocabulary: model.configuration.vocabulary)
        }
        matrices = plan.matrices
        tensors = plan.tensors
        let description = GGUFMetadata(
            configuration: plan.configuration, architecture: architecture, name: options.name,
            fileType: plan.commonEncoding?.fileType)
        metadata = description.entries + (vocabulary?.entries ?? [])
        var notes = plan.notes
        if description.contextLength < model.configuration.contextLength {
            notes.append(
                "the context is limited to the sliding window of \(description.contextLength) tokens, within which it "
                    + "makes no difference: GGUF's \(architecture.name) has none")
        }
        if vocabulary == nil { notes.append("there is no tokenizer in it") }
        if let vocabulary, !vocabulary.isKnown {
            notes.append("runtimes do not know its pre-tokenizer; their tokens may differ from the model's")
        }
        self.notes = notes
        if options.policy == .exact, let adapters = model.adapters {
            adapter = GGUFAdapter(
                adapters: adapters, architecture: architecture, headDimension: model.configuration.headDimension)
        } else {
            adapter = nil
        }
    }

    /// Writes the file, and adapters into another where they are kept apart.
    /// - Throws: `CheckpointError`, `GGUFError`; nothing is left behind then.
    public func write(to url: URL, adapter adapterURL: URL? = nil) throws {
        if let adapter, let adapterURL {
            try GGUFWriter.write(metadata: adapter.metadata, tensors: adapter.tensors, to: adapterURL)
        }
        do {
            try GGUFWriter.write(metadata: metadata, tensors: tensors, to: url)
        } catch {
            if adapter != nil, let adapterURL { try? FileManager.default.removeItem(at: adapterURL) }
            throw error
        }
    }
}

/// Adapters as GGUF has them: two factors beside the name of the tensor that they add to.
///
/// Source: llama.cpp's `llama-adapter.cpp`.
struct GGUFAdapter {
    let adapters: LoRAAdapters
    let architecture: GGUFArchitecture
    let headDimension: Int

    var metadata: [(key: String, value: GGUFValue)] {
        [
            ("general.architecture", .string(architecture.name)), ("general.type", .string("adapter")),
            ("adapter.type", .string("lora")), ("adapter.lora.alpha", .float32(Float(adapters.alpha))),
        ]
    }

    var tensors: [GGUFTensor] {
        adapters.places.flatMap { place -> [GGUFTensor] in
            let name = GGUFName.projection(place.projection, layer: place.layer)
            let (down, up) = (place.factors.down, place.factors.up)
            let isRotated = architecture.isPaired && (place.projection == .query || place.projection == .key)
            let dimension = headDimension
            return [
                GGUFTensor(
                    name: name + ".lora_a", extents: [down.shape[1], down.shape[0]], encoding: GGUFFloat.f32,
                    floats: { down.tensor.elements }),
                GGUFTensor(
                    name: name + ".lora_b", extents: [up.shape[1], up.shape[0]], encoding: GGUFFloat.f32,
                    floats: {
                        let elements = up.tensor.elements
                        return isRotated
                            ? PairedRows.paired(elements, length: up.shape[1], headDimension: dimension) : elements
                    }),
            ]
        }
    }
}
