internal import Store

extension ParetoAnalysis {
    /// Everything with stable keys; `qpx pareto --help` lists them.
    var json: JSONValue {
        [
            "value": [
                "name": .string(value.name), "task": .optional(value.task),
                "direction": .string(value.direction.rawValue), "is_objective": .bool(value.isObjective),
            ],
            "reference_value": .optional(reference?.value), "reference_bytes": .optional(reference?.bytes),
            "searches": .array(parts.map(json)),
            "joint": [
                "front": .array(joint.members.map { .string($0.trial.name) }),
                "hypervolume": .optional(reference.map { Self.mebibytes(joint.hypervolume($0)) }),
                "fraction": .optional(reference.flatMap { fraction(joint.hypervolume($0)) }),
            ],
        ]
    }

    /// The front of the only search, for where everything else of it is shown as well.
    var frontJSON: JSONValue {
        [
            "trials": .array(joint.members.map { .string($0.trial.name) }),
            "reference_value": .optional(reference?.value), "reference_bytes": .optional(reference?.bytes),
            "hypervolume": parts.first.map(hypervolumes) ?? .array([]),
        ]
    }

    /// One search.
    func json(_ part: Part) -> JSONValue {
        [
            "search": .string(part.search.name), "budget_bytes": .optional(part.search.budgetBytes),
            "front": .array(part.front.members.map { .string($0.trial.name) }),
            "points": .array(
                part.front.points.map { point in
                    [
                        "trial": .string(point.trial.name), "kind": .string(point.trial.kind.rawValue),
                        "label": .optional(point.trial.label), "weight_bytes": .int(point.bytes),
                        "bits_per_weight": .optional(point.trial.bitsPerWeight), "value": .number(point.value),
                        "stderr": .optional(point.standardError), "replicates": .int(point.replicates),
                        "allocation": TrialView(point.trial).allocation.map {
                            .array($0.layers.map(JSONValue.string))
                        } ?? .null,
                        "within_budget": .optional(point.trial.isWithinBudget),
                        "on_front": .bool(part.front.contains(point)), "on_joint_front": .bool(joint.contains(point)),
                    ]
                }),
            "hypervolume": hypervolumes(part),
        ]
    }

    /// The hypervolume of a search after each of its trials.
    func hypervolumes(_ part: Part) -> JSONValue {
        guard let reference else { return .array([]) }
        return .array(
            part.front.steps(reference).map { step in
                [
                    "trial": .string(step.trial.name),
                    "hypervolume": .number(Self.mebibytes(step.hypervolume)),
                    "fraction": .optional(fraction(step.hypervolume)),
                ]
            })
    }
}
