internal import Store

/// A comparison of trials with stable keys.
struct ComparisonJSON {
    let comparison: TrialComparison
    /// Whether settings, layers and metrics that agree are left out.
    var onlyDifferent = false

    /// The members of the object.
    var members: [(String, JSONValue)] {
        let costs = comparison.trials.indices.map { TrialCost(comparison, $0) }
        return [
            ("baseline", .string(comparison.trials[0].trial.name)),
            ("trials", .array(comparison.trials.map(\.json))),
            ("settings", Self.settings(comparison.settings, onlyDifferent)),
            ("allocations", allocations), ("layers", layers),
            ("metrics", .array(comparison.metrics.filter { $0.isDiffering || !onlyDifferent }.map(metric))),
            ("correction", ["method": .string("holm"), "tests": .int(comparison.tests)]),
            (
                "bootstrap",
                [
                    "resamples": .int(PairedBootstrap.resamples), "seed": .seed(PairedBootstrap.seed),
                    "coverage": .number(PairedBootstrap.coverage),
                ]
            ),
            (
                "memory",
                .array(
                    zip(comparison.trials, costs).map { view, cost in
                        [
                            "trial": .string(view.trial.name), "weight_bytes": .optional(cost.bytes),
                            "difference": .optional(cost.bytesDifference), "bits_per_weight": .optional(cost.bits),
                            "bits_per_weight_difference": .optional(cost.bitsDifference),
                        ]
                    })
            ),
            (
                "time",
                .array(
                    zip(comparison.trials, costs).map { view, cost in
                        [
                            "trial": .string(view.trial.name), "duration_seconds": .optional(cost.seconds),
                            "ratio": .optional(cost.ratio),
                        ]
                    })
            ),
            (
                "training",
                .array(
                    zip(comparison.trials, costs).map { view, cost in
                        [
                            "trial": .string(view.trial.name), "step": .optional(cost.trainingStep),
                            "loss": .optional(cost.trainingLoss), "difference": .optional(cost.trainingLossDifference),
                        ]
                    })
            ),
        ]
    }

    /// Settings of trials or searches.
    static func settings(_ settings: [ComparedSetting], _ onlyDifferent: Bool) -> JSONValue {
        .array(
            settings.filter { $0.isDiffering || !onlyDifferent }.map {
                ["name": .string($0.name), "differs": .bool($0.isDiffering), "values": .array($0.values)]
            })
    }

    private var allocations: JSONValue {
        .array(
            comparison.trials.indices.map { index in
                let distance = comparison.distance(index)
                return [
                    "trial": .string(comparison.trials[index].trial.name),
                    "layers": .optional(comparison.trials[index].allocation?.layers.count),
                    "differing_layers": .optional(distance?.layers.count),
                    "differing_modules": .optional(distance?.modules),
                ]
            })
    }

    private var layers: JSONValue {
        let differing = comparison.differingLayers
        let allocations = comparison.trials.map(\.allocation)
        let count = allocations.compactMap { $0?.layers.count }.max() ?? 0
        return .array(
            (0..<count).filter { differing.contains($0) || !onlyDifferent }.map { layer in
                let precisions = allocations.map { allocation -> JSONValue in
                    guard let allocation, allocation.layers.indices.contains(layer) else { return .null }
                    return .string(allocation.layers[layer])
                }
                return [
                    "layer": .int(layer), "differs": .bool(differing.contains(layer)),
                    "precisions": .array(precisions),
                ]
            })
    }

    private func metric(_ metric: ComparedMetric) -> JSONValue {
        let errors = metric.values.indices.map { metric.differenceError($0) }
        return [
            "task": metric.task.isEmpty ? .null : .string(metric.task), "name": .string(metric.name),
            "differs": .bool(metric.isDiffering),
            "values": .array(metric.values.map { .optional($0?.value) }),
            "stderrs": .array(metric.values.map { .optional($0?.standardError) }),
            "differences": .array(metric.differences.map { .optional($0) }),
            "difference_stderrs": .array(errors.map { .optional($0?.value) }),
            "difference_is_paired": .array(errors.map { .optional($0?.isPaired) }),
            "paired": .array(metric.paired.map { $0.map(Self.pair) ?? .null }),
        ]
    }

    private static func pair(_ pair: PairedDifference) -> JSONValue {
        [
            "difference": .number(pair.difference), "stderr": .optional(pair.standardError),
            "gained": .optional(pair.gained), "lost": .optional(pair.lost), "test": .optional(pair.test?.rawValue),
            "p_value": .optional(pair.pValue), "p_holm": .optional(pair.correctedPValue ?? pair.pValue),
            "interval": pair.interval.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null,
            "n": .int(pair.count),
        ]
    }
}
