internal import Engine

/// What `qpx recover` did.
struct RecoveryView {
    let request: RecoverCommand.Request
    let result: RecoveryRun.Result

    private var base: String? {
        result.allocation == nil ? nil : "\(request.out)/\(AdapterFolder.baseFolder)"
    }

    /// The result with stable keys.
    var json: JSONValue {
        [
            "model": .string(request.model), "out": .string(request.out), "base": .optional(base),
            "allocation": result.allocation.map { .array($0.precisions.map(JSONValue.string)) } ?? .null,
            "bits_per_weight": .number(result.model.bitsPerWeight),
            "adapter_parameters": .int(result.model.adapters?.parameterCount ?? 0),
            "sequences": .int(result.sequences), "skipped": .int(result.skipped), "steps": .int(result.steps.count),
            "first_loss": .optional(result.steps.first?.loss), "last_loss": .optional(result.steps.last?.loss),
            "seconds": .number(result.seconds), "best_step": .optional(best?.step),
            "validation_loss": .optional(best?.validationLoss), "loftq": loftQ,
            "training": .array(
                result.steps.map {
                    [
                        "step": .int($0.step), "loss": .number($0.loss), "learning_rate": .number($0.learningRate),
                        "gradient_norm": .number($0.gradientNorm), "validation_loss": .optional($0.validationLoss),
                    ]
                }),
        ]
    }

    /// The step whose adapters were kept, where something was held out.
    private var best: TrainingStep? {
        var best: TrainingStep?
        for step in result.steps {
            guard let loss = step.validationLoss else { continue }
            if best?.validationLoss.map({ loss < $0 }) ?? true { best = step }
        }
        return best
    }

    private var loftQ: JSONValue {
        guard let means = result.start.meanRelativeErrors else { return .null }
        return [
            "error_before": .number(means.before), "error": .number(means.after),
            "modules": .array(
                result.start.errors.map { module in
                    let errors = module.errors
                    func relative(_ norms: [Double]) -> JSONValue {
                        .array(norms.map { .number(errors.weightNorm > 0 ? $0 / errors.weightNorm : 0) })
                    }
                    return [
                        "layer": .int(module.layer), "module": .string(module.projection.rawValue),
                        "after_quantization": relative(errors.afterQuantization),
                        "after_low_rank": relative(errors.afterLowRank), "kept": .int(errors.kept + 1),
                    ]
                }),
        ]
    }

    /// Tables for people.
    func write(to console: Console) throws(Failure) {
        var facts = FactTable(title: request.out)
        facts.add("recovered from", request.model)
        if let allocation = result.allocation, let base {
            facts.add("frozen weights", base)
            facts.add("allocation", AllocationMap.text(allocation))
        }
        facts.add(
            "bits per weight", "\(NumberText.fixed(result.model.bitsPerWeight, 3)) in the layers, scales included")
        let adapters = result.model.adapters
        facts.add(
            "adapters",
            "rank \(adapters?.rank ?? 0), \(NumberText.grouped(adapters?.parameterCount ?? 0)) parameters, "
                + "start \(request.recovery.initialization)")
        if let means = result.start.meanRelativeErrors {
            facts.add(
                "distance from the weights",
                "\(NumberText.fixed(means.after, 4)), quantized alone \(NumberText.fixed(means.before, 4))")
        }
        let skipped = result.skipped > 0 ? ", \(NumberText.grouped(result.skipped)) skipped" : ""
        facts.add("data", "\(NumberText.grouped(result.sequences)) sequences\(skipped)")
        if let first = result.steps.first, let last = result.steps.last {
            facts.add(
                "training",
                "\(result.steps.count) steps, loss \(NumberText.fixed(first.loss, 4)) to "
                    + NumberText.fixed(last.loss, 4))
        }
        if let best, let loss = best.validationLoss {
            facts.add("kept", "step \(best.step), loss \(NumberText.fixed(loss, 4)) on what was held out")
        }
        facts.add("time", DurationText.short(result.seconds))
        var table = facts.table
        if result.start.meanRelativeErrors != nil {
            table.footnotes = ["distance: |W - Q - sBA| / |W|, mean over the adapted matrices"]
        }
        try console.write(table)
    }
}
