/// How far a search is, and how long the rest takes at the pace so far.
struct SearchPace: Sendable, Equatable {
    /// Trials that are finished.
    private(set) var done: Int
    /// Trials in all: references, baselines, initial design and proposals.
    let total: Int
    private var measured = 0
    private var seconds = 0.0

    /// A search of which `done` trials were finished before.
    init(done: Int, total: Int) {
        self.done = done
        self.total = total
    }

    /// The pace after one more trial, with what it took to choose it, and after those that other workers finished
    /// meanwhile.
    func adding(seconds: Double, others: Int = 0) -> SearchPace {
        var pace = self
        pace.done += 1 + others
        pace.measured += 1 + others
        pace.seconds += seconds
        return pace
    }

    /// As in "7 of 24 trials, 3 min 20 s left".
    var text: String {
        let count = "\(done) of \(total) trials"
        guard measured > 0, done < total else { return count }
        return count + ", \(DurationText.short(seconds / Double(measured) * Double(total - done))) left"
    }
}
