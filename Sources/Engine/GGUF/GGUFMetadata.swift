/// The metadata that says what a model is.
struct GGUFMetadata {
    let configuration: ModelConfiguration
    let architecture: GGUFArchitecture
    /// For people.
    let name: String
    /// The type of most weights.
    let fileType: UInt32?

    /// Keys with their values.
    var entries: [(key: String, value: GGUFValue)] {
        let prefix = architecture.name
        let layers = configuration.layers
        let d = UInt32(clamping: configuration.headDimension)
        var entries: [(key: String, value: GGUFValue)] = [
            ("general.architecture", .string(architecture.name)), ("general.type", .string("model")),
            ("general.name", .string(name)), ("general.quantization_version", .uint32(2)),
            ("general.alignment", .uint32(32)),
        ]
        if let fileType { entries.append(("general.file_type", .uint32(fileType))) }
        func add(_ key: String, _ value: GGUFValue) { entries.append(("\(prefix).\(key)", value)) }
        /// One number where all layers agree; "deci" reads lists only as lists.
        func widths(_ values: [Int]) -> GGUFValue {
            guard architecture != .deci, let first = values.first, values.allSatisfy({ $0 == first }) else {
                return .int32s(values)
            }
            return .uint32(UInt32(clamping: first))
        }
        add("context_length", .uint32(UInt32(clamping: contextLength)))
        add("embedding_length", .uint32(UInt32(clamping: configuration.hidden)))
        add("block_count", .uint32(UInt32(clamping: layers.count)))
        add("feed_forward_length", widths(layers.map(\.intermediate)))
        add("attention.head_count", widths(layers.map(\.heads)))
        add("attention.head_count_kv", widths(layers.map(\.keyValueHeads)))
        add("attention.key_length", .uint32(d))
        add("attention.value_length", .uint32(d))
        add("attention.layer_norm_rms_epsilon", .float32(Float(configuration.normEpsilon)))
        add("rope.dimension_count", .uint32(d))
        add("rope.freq_base", .float32(Float(configuration.ropeTheta)))
        if case .linear(let factor)? = configuration.ropeScaling {
            add("rope.scaling.type", .string("linear"))
            add("rope.scaling.factor", .float32(Float(factor)))
        }
        add("vocab_size", .uint32(UInt32(clamping: configuration.vocabulary)))
        return entries
    }

    /// The longest context in which the runtime computes what the model does: it knows no sliding window, but up to the
    /// smallest one a window makes no difference.
    var contextLength: Int {
        configuration.layers.compactMap(\.window).reduce(configuration.contextLength, min)
    }
}

extension ModelConfiguration {
    /// The configuration that a file's metadata describes, its widths layer by layer.
    /// - Throws: `GGUFError` for another architecture, for a key that is missing or makes no sense.
    init(_ file: GGUFFile) throws(GGUFError) {
        let path = file.path
        guard let name = file["general.architecture"]?.text else {
            throw .metadata(key: "general.architecture", reason: "is missing", file: path)
        }
        guard let architecture = GGUFArchitecture.all.first(where: { $0.name == name }) else {
            throw .unsupported(
                what: "architecture", found: name,
                supported: GGUFArchitecture.all.map(\.name).joined(separator: ", "), file: path)
        }
        let keys = GGUFKeys(file: file, prefix: name)
        typealias Limit = ConfigurationSettings.Limit
        let count = try keys.required("block_count", at: Limit.layers)
        let heads = try keys.perLayer("attention.head_count", layers: count, at: Limit.heads)
        let keyValueHeads = try keys.perLayer("attention.head_count_kv", layers: count, at: Limit.heads)
        let intermediate = try keys.perLayer("feed_forward_length", layers: count, at: Limit.intermediate)
        let hidden = try keys.required("embedding_length", at: Limit.hidden)
        let dimension = try keys.optional("attention.key_length", at: Limit.headDimension) ?? hidden / heads[0]
        guard dimension > 0, dimension % 2 == 0 else { throw keys.wrong("attention.key_length", "is no even number") }
        for key in ["attention.value_length", "rope.dimension_count"] {
            if let other = try keys.optional(key, at: Limit.headDimension), other != dimension {
                throw keys.wrong(key, "is \(other), not the width of a head, \(dimension): that is not supported")
            }
        }
        var layers: [Layer] = []
        for layer in 0..<count {
            guard heads[layer] % keyValueHeads[layer] == 0 else {
                throw keys.wrong("attention.head_count_kv", "does not divide the heads of layer \(layer)")
            }
            layers.append(
                Layer(
                    heads: heads[layer], keyValueHeads: keyValueHeads[layer], intermediate: intermediate[layer],
                    isRotary: architecture != .smollm3 || (layer + 1) % 4 != 0))
        }
        guard let embedding = file.entry(GGUFName.embedding), embedding.extents.count == 2 else {
            throw .tensor(name: GGUFName.embedding, reason: "is missing or no matrix", file: path)
        }
        self.init(
            architecture: ["qwen2": "qwen2", "qwen3": "qwen3", "smollm3": "smollm3"][name] ?? "llama",
            hidden: hidden, headDimension: dimension, vocabulary: embedding.extents[1],
            contextLength: try keys.required("context_length", at: Limit.context),
            ropeTheta: try keys.positive("rope.freq_base") ?? 10_000, ropeScaling: try keys.scaling(dimension),
            normEpsilon: try keys.positive("attention.layer_norm_rms_epsilon") ?? 1e-5,
            isTied: file.entry(GGUFName.head) == nil,
            biases: Projection.allCases.filter {
                file.entry(GGUFName.vector(.bias($0), layer: 0)) != nil
            },
            hasHeadNorms: file.entry(GGUFName.vector(.queryNorm, layer: 0)) != nil, layers: layers,
            bosTokenID: file["tokenizer.ggml.bos_token_id"]?.integer,
            eosTokenID: file["tokenizer.ggml.eos_token_id"]?.integer)
    }
}

/// Reads an architecture's keys.
private struct GGUFKeys {
    let file: GGUFFile
    let prefix: String

    func wrong(_ key: String, _ reason: String) -> GGUFError {
        .metadata(key: "\(prefix).\(key)", reason: reason, file: file.path)
    }

    func optional(_ key: String, at limit: Int) throws(GGUFError) -> Int? {
        guard let value = file["\(prefix).\(key)"] else { return nil }
        guard let number = value.integer, number > 0, number <= limit else {
            throw wrong(key, "is no whole number from 1 to \(limit)")
        }
        return number
    }

    func required(_ key: String, at limit: Int) throws(GGUFError) -> Int {
        guard let number = try optional(key, at: limit) else { throw wrong(key, "is missing") }
        return number
    }

    func perLayer(_ key: String, layers: Int, at limit: Int) throws(GGUFError) -> [Int] {
        guard let elements = file["\(prefix).\(key)"]?.elements else {
            return [Int](repeating: try required(key, at: limit), count: layers)
        }
        let numbers = elements.compactMap(\.integer).filter { $0 > 0 && $0 <= limit }
        guard numbers.count == layers, elements.count == layers else {
            throw wrong(key, "has no number from 1 to \(limit) for each of \(layers) layers")
        }
        return numbers
    }

    func positive(_ key: String) throws(GGUFError) -> Double? {
        guard let value = file["\(prefix).\(key)"] else { return nil }
        // The shortest decimal that is this float32 is what the file means: 1e-05, not 9.99999974737875e-06.
        guard case .float32(let number) = value, number > 0, number.isFinite, let decimal = Double("\(number)") else {
            throw wrong(key, "is no positive number")
        }
        return decimal
    }

    func scaling(_ dimension: Int) throws(GGUFError) -> RotaryScaling? {
        if let entry = file.entry(GGUFName.rotaryDivisors) {
            guard entry.extents == [dimension / 2] else {
                throw .tensor(name: entry.name, reason: "has another length than \(dimension / 2)", file: file.path)
            }
            return .divisors(file.floats(of: entry))
        }
        guard let type = file["\(prefix).rope.scaling.type"]?.text, type != "none" else { return nil }
        guard type == "linear", let factor = try positive("rope.scaling.factor") else {
            throw .unsupported(
                what: "rope.scaling.type", found: type, supported: "none, linear", file: file.path)
        }
        return .linear(factor: factor)
    }
}
