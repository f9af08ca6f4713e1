internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a search chooses among, whoever carries its trials out: allocations, budget, importance.
struct SearchProblem: Sendable {
    var specification: Specification
    /// Structures removed in the pruned layers, as a fraction.
    let ratio: Double
    /// Weights removed, as a fraction of all.
    let parametersRemoved: Double
    let space: AllocationSpace
    let budgetBytes: Int
    /// What is known of each layer before the first trial; nil where nothing was measured.
    let importance: LayerMeasurement?
    /// What each choice loses of each layer, ‖W − Q(W)‖² / ‖W‖², `[layer][choice]`; nil where no rule asks for it.
    let relativeErrors: [[Double]]?

    var parallelism: Parallelism { Parallelism(threads: specification.threads) }
    /// The budget in bits per quantized weight: as it was given, or what the bytes come to.
    var budgetBitsPerWeight: Double {
        if case .bitsPerWeight(let millionths) = specification.budget { return Double(millionths) / 1e6 }
        return space.bitsPerWeight(totalBytes: budgetBytes)
    }
    /// Importance with the null taken off, in the measure's unit, for each unit that an allocation decides on: modules
    /// have that of their layer.
    var unitImportance: [Double]? { importance.map { space.inherited($0.estimates.map(\.corrected)) } }
    /// How allocations of the search are shown.
    var bitMap: BitMap { BitMap(names: space.choices.map(\.name), isSplit: space.granularity == .module) }
    /// Whether a larger objective is better.
    var isMaximized: Bool { specification.objective.direction == .maximize }

    /// Whether the front of value against memory is looked for.
    var isFront: Bool { specification.objective.second == .memory }

    /// The plans that come before the first proposal: references, baselines, the initial design.
    func initialPlans() throws -> [TrialPlan] {
        var plans: [TrialPlan] = []
        let isPruned = specification.pruning.isPruning
        let recovers = specification.recovery.steps > 0
        if specification.references {
            plans.append(
                TrialPlan(base: .intact, allocation: nil, recovers: false, kind: .reference, label: "intact"))
            if isPruned {
                plans.append(
                    TrialPlan(
                        base: .pruned, allocation: nil, recovers: false, kind: .reference,
                        label: "pruned, not recovered"))
            }
            if recovers {
                plans.append(
                    TrialPlan(
                        base: .pruned, allocation: nil, recovers: true, kind: .reference,
                        label: "recovered, unquantized"))
            }
        }
        let design = try initialDesign()
        // Uniform 4 and 8 bits are always there, also where the choices don't have them.
        for bits in [4, 8]
        where specification.evaluator.space == nil && !space.choices.contains(where: { $0.bits == bits }) {
            let name = try Precisions.forBits(bits).name
            plans.append(
                TrialPlan(
                    base: .pruned, allocation: Allocation(uniform: name, layers: space.layers), recovers: recovers,
                    kind: .reference, label: "uniform \(bits)-bit"))
        }
        if specification.layerImportance.controls, let unitImportance {
            plans += try controls(unitImportance, recovers: recovers)
        }
        if specification.layerImportance.layerCosts { plans += layerCosts(recovers: recovers) }
        for entry in design.entries {
            let label: String? =
                switch entry.purpose {
                case .uniform: uniformLabel(entry.allocation)
                case .importance: importanceLabel(entry)
                case .exact: "importance-based, exact"
                case .random: nil
                }
            plans.append(
                TrialPlan(
                    base: .pruned, allocation: entry.allocation, recovers: recovers,
                    kind: entry.origin == .baseline ? .baseline : .initial, label: label))
        }
        return plans
    }

    private func initialDesign() throws(BudgetError) -> InitialDesign {
        let rule = specification.layerImportance.rule
        let (count, seed) = (specification.initialTrials, specification.seed)
        return isFront
            ? try .front(
                space: space, budgetBytes: budgetBytes, importance: unitImportance, rule: rule,
                relativeErrors: relativeErrors, costs: importance?.costs, count: count, seed: seed)
            : try InitialDesign(
                space: space, budgetBytes: budgetBytes, importance: unitImportance, rule: rule,
                relativeErrors: relativeErrors, costs: importance?.costs, count: count, seed: seed)
    }

    /// "importance-based"; along a front there are several, told apart by their size.
    private func importanceLabel(_ entry: InitialDesign.Entry) -> String {
        guard isFront else { return "importance-based" }
        return "importance-based, \(NumberText.fixed(space.bitsPerWeight(totalBytes: entry.bytes), 2)) bits"
    }

    /// Allocations of equal memory that ignore importance or turn it upside down.
    private func controls(_ importance: [Double], recovers: Bool) throws -> [TrialPlan] {
        var random = RandomSource(seed: specification.seed).derived("controls")
        let rules: [(ImportanceAllocation, String)] = [
            (.reversed, "importance reversed"), (.random, "random, equal memory"),
        ]
        return try rules.map { rule, label in
            let allocation = try rule.allocation(
                importance: importance, in: space, budgetBytes: budgetBytes, random: &random)
            return TrialPlan(
                base: .pruned, allocation: allocation, recovers: recovers, kind: .reference, label: label)
        }
    }

    /// Each layer alone at the fewest bits, all others at the most, and first of all none.
    private func layerCosts(recovers: Bool) -> [TrialPlan] {
        let choices = space.choices.sorted { $0.bits < $1.bits }
        guard let least = choices.first, let most = choices.last, least.bits < most.bits else { return [] }
        func plan(_ allocation: Allocation, _ label: String) -> TrialPlan {
            TrialPlan(base: .pruned, allocation: allocation, recovers: recovers, kind: .reference, label: label)
        }
        let names = [String](repeating: most.name, count: space.layers)
        return [plan(Allocation(names), "every layer at \(most.bits) bits")]
            + names.indices.map { layer in
                var names = names
                names[layer] = least.name
                return plan(Allocation(names), "layer \(layer) alone at \(least.bits) bits")
            }
    }

    /// "uniform 4-bit", or "uniform nf4" where several choices have 4 bits.
    private func uniformLabel(_ allocation: Allocation) -> String {
        guard let choice = space.choices.first(where: { $0.name == allocation.precisions.first }) else {
            return "uniform"
        }
        let isAlone = space.choices.count { $0.bits == choice.bits } == 1
        return isAlone ? "uniform \(choice.bits)-bit" : "uniform \(choice.name)"
    }
}
