internal import Engine
internal import Store

/// A trial as another program is told of it: one JSON object on one line.
struct TrialMessage: Sendable {
    /// The trial as it was recorded when it began.
    let trial: TrialRecord
    /// What it carries out.
    let plan: TrialPlan
    /// What the search chooses among.
    let problem: SearchProblem
    /// Which go at the trial this is, from 1.
    let attempt: Int
    /// Folder of the checkpoint, an absolute path; nil where the search has none.
    let model: String?
    /// Folder of the pruned checkpoint; nil where nothing was pruned.
    let prunedModel: String?
    /// Where the reply may be written instead of standard output; nil where nobody would read it.
    let replyFile: String?
    /// The search's resolved specification, JSON on one line.
    let specification: String

    private var objective: ObjectiveSpecification { problem.specification.objective }

    /// The message with stable keys. What does not apply is null.
    var json: JSONValue {
        [
            "protocol": .int(EvaluatorProtocol.version),
            "search": .string(trial.search),
            "trial": .string(trial.name),
            "number": .int(trial.number),
            "attempt": .int(attempt),
            "seed": .verbatim(String(trial.seed)),
            "kind": .string(trial.kind.rawValue),
            "label": .optional(trial.label),
            "model": .optional(model),
            "pruned_model": .optional(prunedModel),
            "base": .string(plan.base.rawValue),
            "recovers": .bool(plan.recovers),
            "granularity": .string(problem.space.granularity.rawValue),
            "allocation": plan.allocation.map { .array($0.precisions.map(JSONValue.string)) } ?? .null,
            "bits": bits.map { .array($0.map(JSONValue.int)) } ?? .null,
            "weight_bytes": .optional(trial.weightBytes),
            "bits_per_weight": .optional(trial.bitsPerWeight),
            "within_budget": .optional(trial.isWithinBudget),
            "budget_bytes": .int(problem.budgetBytes),
            "objective": ["name": .string(objective.name), "direction": .string(objective.direction.rawValue)],
            "specification": .verbatim(specification),
            "reply_file": .optional(replyFile),
        ]
    }

    /// Bits of each unit, in the order of the allocation; nil without one, and where a name says none.
    private var bits: [Int]? {
        guard let allocation = plan.allocation else { return nil }
        var bits: [Int] = []
        for layer in 0..<allocation.layers {
            let names = allocation.modulePrecisions(layer: layer)
            for name in problem.space.granularity == .layer ? Array(names.prefix(1)) : names {
                let known = problem.space.choices.first { $0.name == name }?.bits
                guard let width = known ?? (try? Precisions.parse(name).bits) else { return nil }
                bits.append(width)
            }
        }
        return bits
    }
}
