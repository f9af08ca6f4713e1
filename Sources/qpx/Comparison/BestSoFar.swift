internal import Store

/// The best value of a search after each of its trials.
///
/// Candidates count in the order in which they ended, failed ones and those beyond the budget too: they were paid for.
/// The best is only what may be the best: complete, within the budget, evaluated whole.
struct BestSoFar: Sendable, Equatable {
    /// A trial that was better than all before it.
    struct Step: Sendable, Equatable {
        /// How many candidates had ended then, this one included.
        var trials: Int
        var value: Double
        var standardError: Double?
        /// The trial's number in its search.
        var number: Int
        /// Seconds since the search began; nil where the times are not known.
        var seconds: Double?
    }

    /// How many candidates have ended.
    let count: Int
    /// How long all of them worked together.
    let trialSeconds: Double
    /// The improvements, in their order.
    let steps: [Step]

    /// - Parameters:
    ///   - course: the candidates in the order in which they ended. Those that were measured elsewhere count only where
    ///     there are no others.
    ///   - start: when the search began.
    init(_ course: [CourseRecord], direction: ObjectiveDirection, start: String? = nil) {
        let own = course.filter { !$0.isImported }
        let counted = own.isEmpty ? course : own
        let sign = direction == .maximize ? 1.0 : -1
        count = counted.count
        trialSeconds = counted.reduce(0) { $0 + ($1.durationSeconds ?? 0) }
        var steps: [Step] = []
        for (index, trial) in counted.enumerated() {
            guard let value = trial.value, value.isFinite else { continue }
            if let best = steps.last, sign * value <= sign * best.value { continue }
            steps.append(
                Step(
                    trials: index + 1, value: value, standardError: trial.standardError, number: trial.number,
                    seconds: Elapsed.seconds(from: start, to: trial.finishedAt)))
        }
        self.steps = steps
    }

    /// The best after so many trials; nil where there was none yet.
    func best(after trials: Int) -> Step? { steps.last { $0.trials <= trials } }

    /// How many trials it took to be at least as good as a value; nil if it never was.
    func trials(toReach value: Double, direction: ObjectiveDirection) -> Int? {
        steps.first { direction == .maximize ? $0.value >= value : $0.value <= value }?.trials
    }

    /// Counts at which searches are put side by side: 5, 10, 20, 50, 100, … and the last that all have.
    static func counts(upTo common: Int) -> [Int] {
        guard common > 0 else { return [] }
        var counts: [Int] = []
        var unit = 1
        while unit <= common / 5 {
            counts += [5, 10, 20].map { $0 * unit }.filter { $0 < common && !counts.contains($0) }
            guard unit <= Int.max / 1000 else { break }
            unit *= 10
        }
        return counts + [common]
    }
}

/// The time between two moments as the store writes them.
enum Elapsed {
    /// Seconds; nil where one is missing or no time, or where time went backwards.
    static func seconds(from start: String?, to end: String?) -> Double? {
        guard let start = start.flatMap(Timestamp.milliseconds), let end = end.flatMap(Timestamp.milliseconds),
            end >= start
        else { return nil }
        return Double(end - start) / 1000
    }
}
