import Engine

/// Pairs of an earlier and a new search: what the earlier one measured is related to the new one, or misleads it.
enum Transfer: String, CaseIterable {
    /// Another budget and other noise: the same measurements, which count as the search's own.
    case otherBudget = "other budget"
    /// Sensitivities off by a factor of about e^0.4, another scale, another level, other noise: another pruning ratio or text.
    case related = "related"
    /// The same with half as many layers, taken over by relative position.
    case shallower = "related, half as deep"
    /// The same with twice as many layers.
    case deeper = "related, twice as deep"
    /// The sensitivities of another problem.
    case unrelated = "unrelated"
    /// Of another problem with half as many layers.
    case unrelatedShallower = "unrelated, half as deep"
    /// Every value turned upside down: what is best was measured as worst.
    case adversarial = "adversarial"

    /// Observations of `count` trials of the earlier search, marked as such.
    func history(for objective: ClosedFormObjective, seed: UInt64, count: Int) throws -> [Observation] {
        // Other noise than the new search's.
        let other = seed + 1_000_003
        let observations = try SearchRun(objective: source(objective, seed: seed), trials: count).curve(seed: other)
            .observations
        return observations.map { observation in
            let value: Double =
                switch self {
                case .related, .shallower, .deeper: 1.7 * observation.value - 60
                case .otherBudget, .unrelated, .unrelatedShallower: observation.value
                case .adversarial: -observation.value
                }
            return Observation(
                allocation: observation.allocation.resampled(layers: objective.definition.layers), value: value,
                standardError: observation.standardError, origin: .warmStart, source: self == .otherBudget ? nil : 1)
        }
    }

    private func source(_ objective: ClosedFormObjective, seed: UInt64) -> ClosedFormObjective {
        let layers = objective.definition.layers
        return switch self {
        case .otherBudget: objective.with(budgetMilli: objective.definition.budgetMilli * 9 / 10)
        case .related: objective.perturbed(by: 0.4, seed: seed)
        case .shallower: ClosedFormObjective(objective.perturbed(by: 0.4, seed: seed), layers: layers / 2)
        case .deeper: ClosedFormObjective(objective.perturbed(by: 0.4, seed: seed), layers: 2 * layers)
        case .unrelated: objective.with(id: objective.definition.id + 7)
        case .unrelatedShallower:
            ClosedFormObjective(objective.with(id: objective.definition.id + 7), layers: layers / 2)
        case .adversarial: objective
        }
    }
}

extension Allocation {
    /// The same choices by relative position in a model of another depth: layer l takes the entry of the layer at
    /// (l + ½)/`layers` of this one's depth. An empty allocation stays empty.
    func resampled(layers: Int) -> Allocation {
        guard !precisions.isEmpty, layers != precisions.count else { return self }
        return Allocation((0..<max(0, layers)).map { precisions[(2 * $0 + 1) * precisions.count / (2 * layers)] })
    }
}

extension ClosedFormObjective {
    /// The same problem under another budget.
    func with(budgetMilli: Int) -> ClosedFormObjective {
        var changed = definition
        changed.budgetMilli = budgetMilli
        changed.optimum = nil
        return ClosedFormObjective(changed)
    }

    /// Another problem of the kind.
    func with(id: UInt64) -> ClosedFormObjective {
        var changed = definition
        changed.id = id
        changed.optimum = nil
        return ClosedFormObjective(changed)
    }

    /// The same problem with every sensitivity times e to a normal number of this deviation.
    func perturbed(by deviation: Double, seed: UInt64) -> ClosedFormObjective {
        var random = RandomSource(seed: seed).derived("perturbation")
        return ClosedFormObjective(
            self, sensitivities: sensitivities.map { $0 * DeterministicMath.exp(deviation * random.normal()) })
    }
}
