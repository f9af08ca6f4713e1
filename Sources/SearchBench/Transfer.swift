import Engine

/// Pairs of an earlier and a new search: what the earlier one measured is related to the new one, or misleads it.
enum Transfer: String, CaseIterable {
    /// Another budget and other noise, the same true values.
    case otherBudget = "other budget"
    /// Sensitivities off by a factor of about e^0.4, another scale, another level, other noise: another pruning ratio or text.
    case related = "related"
    /// The sensitivities of another problem.
    case unrelated = "unrelated"
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
                case .otherBudget: observation.value
                case .related: 1.7 * observation.value - 60
                case .unrelated: observation.value
                case .adversarial: -observation.value
                }
            return Observation(
                allocation: observation.allocation, value: value, standardError: observation.standardError,
                origin: .warmStart, source: 1)
        }
    }

    private func source(_ objective: ClosedFormObjective, seed: UInt64) -> ClosedFormObjective {
        switch self {
        case .otherBudget: objective.with(budgetMilli: objective.definition.budgetMilli * 9 / 10)
        case .related:
            objective.perturbed(by: 0.4, seed: seed)
        case .unrelated: objective.with(id: objective.definition.id + 7)
        case .adversarial: objective
        }
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
