internal import Engine

/// What `qpx quantize` did.
struct QuantizationView {
    let request: QuantizeCommand.Request
    let original: LlamaModel
    let quantized: LlamaModel
    let allocation: Allocation
    /// What each layer lost, ‖W − Q(W)‖² / ‖W‖².
    let relativeErrors: [Double]

    /// The result with stable keys.
    var json: JSONValue {
        [
            "model": .string(request.model), "out": .string(request.out), "layers": .int(allocation.layers),
            "allocation": .array(allocation.precisions.map(JSONValue.string)),
            "embedding_precision": .string(quantized.embedding.precisionName),
            "head_precision": .string(quantized.head.precisionName),
            "bits_per_weight": .number(quantized.bitsPerWeight), "bytes_before": .int(original.weightBytes),
            "bytes": .int(quantized.weightBytes), "relative_errors": .array(relativeErrors.map(JSONValue.number)),
        ]
    }

    /// Tables for people.
    func write(to console: Console) throws(Failure) {
        var facts = FactTable(title: request.out)
        facts.add("quantized from", request.model)
        facts.add("allocation", AllocationMap.text(allocation))
        if request.ends != EndPrecisions() {
            facts.add("embedding, head", "\(quantized.embedding.precisionName), \(quantized.head.precisionName)")
        }
        facts.add("bits per weight", "\(NumberText.fixed(quantized.bitsPerWeight, 3)) in the layers, scales included")
        facts.add("weights", "\(ByteText.exact(original.weightBytes)) to \(ByteText.exact(quantized.weightBytes))")
        try console.write(facts.table)
        var layers = Table(
            title: "Layers", isSeparate: true, [.number("layer"), .word("precision"), .number("relative error")])
        for (layer, (name, error)) in zip(allocation.precisions, relativeErrors).enumerated() {
            layers.add([Table.Cell(String(layer)), Table.Cell(name), Table.Cell(NumberText.fixed(error, 6))])
        }
        layers.footnotes = ["relative error: |W - Q(W)|^2 / |W|^2 over the layer's matrices"]
        try console.write(layers)
    }
}
