internal import Engine
internal import Store

/// How noisy the objective of a trial is in comparison with others of its search.
///
/// All trials of a search answer the same questions. What choosing those questions adds to a value is common to all and
/// cancels in differences; what is left is the standard error of the difference question by question. Two trials share
/// in it alike, so each has that error / √2.
///
/// What a trial is compared with: the first complete candidate of the search that answered the same questions, which is a
/// uniform allocation as a rule and about as far from every trial as trials are from one another. Before there is one,
/// the last complete reference: the recovered model without quantization. Which of them it is changes little.
struct PairedNoise {
    let store: Store
    let search: SearchRecord

    /// The share of a trial's result; nil where it answered no questions here, or nothing to compare with has.
    func share(of result: TrialResult, trial: TrialRecord) throws -> Double? {
        guard search.evaluator == .native, trial.kind.isObserved, trial.allocationID != nil,
            let own = PairedObjective.Answers(
                objective: search.objective, value: result.objectiveValue, metrics: result.metrics,
                examples: result.exampleResults)
        else { return nil }
        for reference in try references() where reference.id != trial.id {
            if let answers = try PairedObjective.Answers(of: reference, objective: search.objective, in: store),
                let pair = PairedObjective(of: [answers], [own])
            {
                return pair.standardError / 2.0.squareRoot()
            }
        }
        return nil
    }

    /// What there is to compare with, the best choice first: few are looked at, since the first as a rule will do.
    private func references() throws -> [TrialRecord] {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete]
        filter.kinds = [.proposal, .baseline, .initial]
        filter.limit = 3
        let candidates = try store.trials(filter)
        filter.kinds = [.reference]
        filter.limit = 10
        return candidates + (try store.trials(filter)).reversed()
    }
}
