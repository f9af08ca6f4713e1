internal import Engine

/// What `qpx prune` did.
struct PruningView {
    let request: PruneCommand.Request
    let original: LlamaModel
    let pruned: PrunedModel

    private var before: Int { original.configuration.parameterCount }
    private var after: Int { pruned.model.configuration.parameterCount }

    /// The result with stable keys.
    var json: JSONValue {
        let kept: [JSONValue] = pruned.layers.compactMap { layer in
            pruned.kept[layer].map {
                [
                    "layer": .int(layer), "kv_heads": .array($0.keyValueHeads.map(JSONValue.int)),
                    "channels": .array($0.channels.map(JSONValue.int)),
                ]
            }
        }
        return [
            "model": .string(request.model), "out": .string(request.out), "ratio": .number(pruned.ratio),
            "parameters_removed": .number(pruned.parametersRemoved), "importance": .string(request.pruning.importance),
            "prune_reduction": .string(request.pruning.reduction.rawValue), "seed": .seed(request.seed),
            "layers": .int(original.configuration.layers.count), "parameters_before": .int(before),
            "parameters": .int(after), "bytes_before": .int(original.weightBytes),
            "bytes": .int(pruned.model.weightBytes),
            "layer_shapes": LayerShapes(pruned.model.configuration).json, "kept": .array(kept),
        ]
    }

    /// Tables for people.
    func write(to console: Console) throws(Failure) {
        var facts = FactTable(title: request.out)
        facts.add("pruned from", request.model)
        facts.add(
            "pruning ratio",
            "\(NumberText.exact(pruned.ratio)) of the structures in layers \(LayerShapes.text(pruned.layers)), by "
                + request.pruning.importance)
        facts.add(
            "parameters",
            "\(NumberText.grouped(before)) to \(NumberText.grouped(after)), "
                + "\(NumberText.percent(pruned.parametersRemoved, 2)) % removed")
        facts.add("weights", "\(ByteText.exact(original.weightBytes)) to \(ByteText.exact(pruned.model.weightBytes))")
        try console.write(facts.table)
        try console.write(LayerShapes(pruned.model.configuration).table)
    }
}
