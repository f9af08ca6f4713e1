internal import Engine

/// What `qpx prune` did, or would leave.
struct PruningView {
    private let request: PruneCommand.Request
    private let before: ModelConfiguration
    private let after: ModelConfiguration
    private let ratio: Double
    private let layers: Range<Int>
    /// What stayed, and bytes before and after; nil for a dry run.
    private let outcome: (result: PruningResult, bytesBefore: Int, bytes: Int)?

    /// A pruning that was carried out.
    init(request: PruneCommand.Request, original: LlamaModel, pruned: PrunedModel) {
        self.request = request
        before = original.configuration
        after = pruned.model.configuration
        ratio = pruned.ratio
        layers = pruned.layers
        outcome = (pruned.result, original.weightBytes, pruned.model.weightBytes)
    }

    /// A pruning of which only the shapes are known.
    init(
        request: PruneCommand.Request, before: ModelConfiguration,
        shapes: (configuration: ModelConfiguration, ratio: Double), layers: Range<Int>
    ) {
        self.request = request
        self.before = before
        after = shapes.configuration
        ratio = shapes.ratio
        self.layers = layers
        outcome = nil
    }

    private var parametersRemoved: Double { before.parametersRemoved(by: after) }

    /// The result with stable keys.
    var json: JSONValue {
        func indices(_ indices: [Int]?) -> JSONValue { indices.map { .array($0.map(JSONValue.int)) } ?? .null }
        let kept: JSONValue =
            outcome.map { outcome in
                .array(
                    layers.compactMap { layer in
                        outcome.result.kept[layer].map {
                            [
                                "layer": .int(layer), "kv_heads": indices($0.keyValueHeads),
                                "channels": indices($0.channels),
                            ]
                        }
                    })
            } ?? .null
        return [
            "model": .string(request.model), "out": .optional(request.out), "dry_run": .bool(outcome == nil),
            "structure": .string(request.pruning.structure), "ranking": .string(request.pruning.ranking.rawValue),
            "ratio": .number(ratio), "parameters_removed": .number(parametersRemoved),
            "importance": .string(request.pruning.importance),
            "prune_reduction": .string(request.pruning.reduction.rawValue), "seed": .seed(request.seed),
            "layers": .int(before.layers.count), "parameters_before": .int(before.parameterCount),
            "parameters": .int(after.parameterCount), "hidden": .int(after.hidden),
            "bytes_before": .optional(outcome?.bytesBefore), "bytes": .optional(outcome?.bytes),
            "layer_shapes": LayerShapes(after).json, "kept": kept,
            "kept_hidden": indices(outcome?.result.keptHidden), "kept_layers": indices(outcome?.result.keptBlocks),
        ]
    }

    /// Tables for people.
    func write(to console: Console) throws(Failure) {
        var facts = FactTable(title: request.out ?? "dry run")
        facts.add("pruned from", request.model)
        facts.add("pruning ratio", "\(NumberText.exact(ratio)) of \(what), by \(criterion)")
        facts.add(
            "parameters",
            "\(NumberText.grouped(before.parameterCount)) to \(NumberText.grouped(after.parameterCount)), "
                + "\(NumberText.percent(parametersRemoved, 2)) % removed")
        if before.hidden != after.hidden { facts.add("hidden dimension", "\(before.hidden) to \(after.hidden)") }
        if let kept = outcome?.result.keptBlocks {
            let gone = layers.filter { !kept.contains($0) }
            facts.add("layers removed", gone.map(String.init).joined(separator: " "))
        } else if before.layers.count != after.layers.count {
            facts.add("layers", "\(before.layers.count) to \(after.layers.count)")
        }
        if let outcome {
            facts.add("weights", "\(ByteText.exact(outcome.bytesBefore)) to \(ByteText.exact(outcome.bytes))")
        }
        try console.write(facts.table)
        try console.write(LayerShapes(after).table)
    }

    private var what: String {
        let text = LayerShapes.text(layers)
        return switch request.pruning.structure {
        case "channel": "the hidden channels"
        case "layer": "the layers \(text)"
        default: "the structures in layers \(text)" + (request.pruning.ranking == .global ? ", ranked together" : "")
        }
    }

    private var criterion: String {
        request.pruning.structure == "layer" && request.pruning.blockScore == .similarity
            ? "similarity" : request.pruning.importance
    }
}
