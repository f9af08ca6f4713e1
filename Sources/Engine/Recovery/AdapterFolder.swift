#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// LoRA adapters on disk in PEFT's format: `adapter_config.json` and `adapter_model.safetensors`.
///
/// Factors are float32 tensors `base_model.model.<module>.lora_A.weight` `[rank, in]` and `….lora_B.weight`
/// `[out, rank]`, as PEFT 0.5 and later read and write them.
public enum AdapterFolder {
    static let configurationFile = "adapter_config.json"
    static let weightsFile = "adapter_model.safetensors"
    /// Folder of the frozen weights, where they were quantized together with the adapters' start.
    public static let baseFolder = "base"

    /// Name of a factor's tensor; `part` is "A" or "B".
    static func tensorName(_ projection: Projection, layer: Int, part: String) -> String {
        let module = TensorName.projection(projection, layer: layer).dropLast(".weight".count)
        return "base_model.model.\(module).lora_\(part).weight"
    }

    /// Makes the folder `directory`, whole or not at all.
    /// - Parameters:
    ///   - baseModel: path of the weights that the adapters belong to, for `adapter_config.json`.
    ///   - base: frozen weights to keep beside the adapters, in the folder `base`, where their tokenizer comes from, and
    ///     the number format that their `config.json` should name, where that is not the source's.
    /// - Throws: `CheckpointError` if the folder exists or cannot be written.
    public static func write(
        _ adapters: LoRAAdapters, dropout: Double = 0, baseModel: String,
        base: (model: LlamaModel, source: Checkpoint?, elementType: ElementType?)? = nil, to directory: URL
    ) throws {
        let directory = URL(filePath: directory.path)
        let temporary = AtomicFile.temporaryURL(beside: directory)
        do {
            try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError.unwritable(file: directory.path, reason: "the folder cannot be made here")
        }
        do {
            if let base {
                try base.model.save(
                    to: temporary.appending(path: baseFolder), source: base.source, elementType: base.elementType)
            }
            try SafetensorsWriter.write(tensors(adapters), to: temporary.appending(path: weightsFile))
            try AtomicFile.write(
                configuration(adapters, dropout: dropout, baseModel: baseModel).prettyText,
                to: temporary.appending(path: configurationFile))
            if FileManager.default.fileExists(atPath: directory.path) {
                let contents = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
                guard let contents, contents.isEmpty else {
                    throw CheckpointError.targetExists(path: directory.path)
                }
            }
            try AtomicFile.rename(temporary, to: directory)
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw error
        }
    }

    private static func tensors(_ adapters: LoRAAdapters) -> [TensorSource] {
        adapters.places.flatMap { place -> [TensorSource] in
            [("A", place.factors.down), ("B", place.factors.up)].map { part, parameter in
                TensorSource(
                    name: tensorName(place.projection, layer: place.layer, part: part), elementType: .float32,
                    shape: parameter.shape
                ) { parameter.tensor.elements }
            }
        }
    }

    private static func configuration(_ adapters: LoRAAdapters, dropout: Double, baseModel: String) -> JSONValue {
        let targets = Projection.allCases.filter { projection in
            adapters.places.contains { $0.projection == projection }
        }
        func number(_ value: Double) -> JSONValue {
            .number(Int(exactly: value).map(String.init) ?? "\(value)")
        }
        return .object([
            .init(name: "peft_type", value: .string("LORA")), .init(name: "task_type", value: .string("CAUSAL_LM")),
            .init(name: "base_model_name_or_path", value: .string(baseModel)),
            .init(name: "r", value: .number(String(adapters.rank))),
            .init(name: "lora_alpha", value: number(adapters.alpha)),
            .init(name: "lora_dropout", value: .number("\(dropout)")),
            .init(name: "target_modules", value: .array(targets.map { .string($0.rawValue) })),
            .init(name: "bias", value: .string("none")), .init(name: "fan_in_fan_out", value: .boolean(false)),
            .init(name: "use_rslora", value: .boolean(false)), .init(name: "use_dora", value: .boolean(false)),
            .init(name: "rank_pattern", value: .object([])), .init(name: "alpha_pattern", value: .object([])),
            .init(name: "modules_to_save", value: .null), .init(name: "layers_to_transform", value: .null),
            .init(name: "layers_pattern", value: .null), .init(name: "init_lora_weights", value: .boolean(true)),
            .init(name: "inference_mode", value: .boolean(true)), .init(name: "revision", value: .null),
        ])
    }

    /// The adapters in a folder, for a model of that shape.
    /// - Throws: `CheckpointError` if a file is missing or damaged, a tensor is missing, has another shape or belongs to
    ///   nothing that can be adapted, or the configuration asks for something else than plain LoRA.
    public static func read(_ directory: URL, for model: ModelConfiguration) throws(CheckpointError) -> LoRAAdapters {
        let settings = try AdapterConfiguration(directory.appending(path: configurationFile))
        let file = try SafetensorsFile.open(directory.appending(path: weightsFile))
        var used: Set<String> = []
        func factor(
            _ projection: Projection, _ layer: Int, _ part: String, _ shape: [Int]
        ) throws(CheckpointError) -> Parameter {
            let name = tensorName(projection, layer: layer, part: part)
            let tensor = try file.tensor(named: name)
            guard tensor.shape == shape else {
                throw .wrongShape(name: name, expected: shape, found: tensor.shape, file: file.url.path)
            }
            used.insert(name)
            return Parameter(Tensor(tensor.floats(), shape: shape))
        }
        var layers: [[Projection: LoRAAdapters.Factors]] = []
        for layer in model.layers.indices {
            var factors: [Projection: LoRAAdapters.Factors] = [:]
            for projection in Projection.allCases {
                let names = ["A", "B"].map { tensorName(projection, layer: layer, part: $0) }
                guard names.contains(where: file.contains) else { continue }
                let shape = model.shape(of: projection, layer: layer)
                factors[projection] = LoRAAdapters.Factors(
                    down: try factor(projection, layer, "A", [settings.rank, shape.columns]),
                    up: try factor(projection, layer, "B", [shape.rows, settings.rank]))
            }
            layers.append(factors)
        }
        if let stranger = file.names.first(where: { !used.contains($0) }) {
            throw .unexpectedTensor(name: stranger, file: file.url.path)
        }
        guard !used.isEmpty else {
            throw .missingTensor(name: tensorName(.query, layer: 0, part: "A"), file: file.url.path)
        }
        return LoRAAdapters(rank: settings.rank, alpha: settings.alpha, layers: layers)
    }
}

/// What `adapter_config.json` says, as far as computing needs it.
struct AdapterConfiguration {
    let rank: Int
    /// Numerator of the scaling alpha / rank.
    let alpha: Double

    /// - Throws: `CheckpointError` if it asks for something else than plain LoRA.
    init(_ url: URL) throws(CheckpointError) {
        let json = try ConfigurationReader.json(of: url)
        func value(_ key: String) throws(CheckpointError) -> JSONValue {
            guard let value = json[key], !value.isNull else { throw .missingSetting(key: key, file: url.path) }
            return value
        }
        func require(_ key: String, _ supported: String, _ holds: (JSONValue) -> Bool) throws(CheckpointError) {
            guard let value = json[key], !value.isNull, !holds(value) else { return }
            throw .unsupportedSetting(key: key, found: value.summary, supported: supported, file: url.path)
        }
        let type = try value("peft_type")
        guard type.text == "LORA" else {
            throw .unsupportedSetting(key: "peft_type", found: type.summary, supported: "\"LORA\"", file: url.path)
        }
        try require("bias", "\"none\"") { $0.text == "none" }
        for key in ["fan_in_fan_out", "use_dora", "lora_bias", "use_qalora"] {
            try require(key, "false") { $0.flag == false }
        }
        for key in ["rank_pattern", "alpha_pattern"] {
            try require(key, "none") { $0.members?.isEmpty == true }
        }
        try require("modules_to_save", "none") { $0.elements?.isEmpty == true }
        let rank = try value("r")
        guard let rank = rank.integer, (1...1 << 20).contains(rank) else {
            throw .invalidSetting(key: "r", found: rank.summary, expected: "a positive number", file: url.path)
        }
        let alpha = try value("lora_alpha")
        guard let alpha = alpha.double, alpha > 0 else {
            throw .invalidSetting(
                key: "lora_alpha", found: alpha.summary, expected: "a positive number", file: url.path)
        }
        self.rank = rank
        // Rank-stabilised LoRA scales by alpha / √r.
        self.alpha = json["use_rslora"]?.flag == true ? alpha * Double(rank).squareRoot() : alpha
    }
}
