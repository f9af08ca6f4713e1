internal import Engine

/// A checkpoint as `qpx model inspect` prints it.
struct ModelView {
    let path: String
    let description: CheckpointDescription
    /// The checkpoint's digest, when it was asked for.
    let sha256: String?

    private var configuration: ModelConfiguration { description.configuration }

    /// The checkpoint with stable keys.
    var json: JSONValue {
        [
            "model": .string(path), "architecture": .string(configuration.architecture),
            "layers": .int(configuration.layers.count),
            "parameters": .int(configuration.parameterCount), "bytes": .int(description.weightBytes),
            "hidden": .int(configuration.hidden), "vocabulary": .int(configuration.vocabulary),
            "context_length": .int(configuration.contextLength), "tied": .bool(configuration.isTied),
            "element_types": .array(description.elementTypes.map(JSONValue.string)),
            "quantized": .bool(description.isQuantized),
            "allocation": description.isQuantized
                ? .array(description.allocation.precisions.map(JSONValue.string)) : .null,
            "embedding_precision": .string(description.embeddingPrecision),
            "head_precision": .string(description.headPrecision),
            "bits_per_weight": .number(description.bitsPerWeight), "sha256": .optional(sha256),
            "layer_shapes": LayerShapes(configuration).json,
        ]
    }

    /// Tables for people.
    func write(to console: Console) throws(Failure) {
        var facts = FactTable(title: path)
        facts.add("architecture", configuration.architecture)
        facts.add("layers", NumberText.grouped(configuration.layers.count))
        facts.add("parameters", NumberText.grouped(configuration.parameterCount))
        facts.add("weights", ByteText.exact(description.weightBytes))
        facts.add("hidden", NumberText.grouped(configuration.hidden))
        facts.add("vocabulary", NumberText.grouped(configuration.vocabulary))
        facts.add("context length", "\(NumberText.grouped(configuration.contextLength)) tokens")
        facts.add("output head", configuration.isTied ? "tied to the embedding" : "its own")
        facts.add("element types", description.elementTypes.joined(separator: ", "))
        facts.add("bits per weight", "\(NumberText.fixed(description.bitsPerWeight, 3)) in the layers")
        if description.isQuantized {
            facts.add("allocation", AllocationMap.text(description.allocation))
            facts.add("embedding, head", "\(description.embeddingPrecision), \(description.headPrecision)")
        }
        if let sha256 { facts.add("SHA-256", sha256) }
        try console.write(facts.table)
        try console.write(LayerShapes(configuration).table)
    }
}

/// An allocation for people.
enum AllocationMap {
    /// One symbol per layer (or module) and the names that the symbols stand for: "8844 4488 (nf4, int8)".
    static func text(_ allocation: Allocation) -> String {
        let text = AllocationText(allocation)
        let map = BitMap([text])
        var names: [String] = []
        for name in text.names(splitting: true) where !names.contains(name) { names.append(name) }
        names.sort { (PrecisionBits.of($0), $0) < (PrecisionBits.of($1), $1) }
        return "\(map.text(text)) (\(map.hasLetters ? map.legend ?? "" : names.joined(separator: ", ")))"
    }
}
