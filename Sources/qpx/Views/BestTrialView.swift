internal import Store

/// The best trial of a search as commands print it.
struct BestTrialView {
    let best: BestTrial

    /// "s/14  0.6633 ± 0.0041 believed, 0.6625 ± 0.0132 measured".
    var text: String { Self.text(best.trial, best.belief) }

    /// The trial of the best observed value, where that is another one.
    var luckiest: String? {
        best.observed.id == best.trial.id ? nil : Self.text(best.observed, best.observedBelief)
    }

    private static func text(_ trial: TrialRecord, _ belief: RecommendationRecord?) -> String {
        let measured = TrialView(trial).objective
        guard let belief else { return "\(trial.name)  \(measured)" }
        return
            "\(trial.name)  \(NumberText.fixed(belief.mean, 4)) ± \(NumberText.fixed(belief.deviation, 4)) believed, "
            + "\(measured) measured"
    }
}
