internal import Engine
internal import Store

/// A measured allocation as a point of value against memory.
struct ParetoPoint: Sendable, Equatable {
    /// The trial.
    let trial: TrialRecord
    /// Bytes of all weights, scales included.
    let bytes: Int
    /// The value: the mean over the trial and its replicates.
    let value: Double
    /// Its standard error; replicates answer the same questions with other seeds, so they don't make it smaller.
    let standardError: Double?
    /// Replicates that count in the value.
    let replicates: Int

    /// - Parameter values: the trial's own value, then those of its replicates.
    /// - Returns: nil if there is none.
    init?(trial: TrialRecord, bytes: Int, values: [(value: Double, error: Double?)]) {
        guard !values.isEmpty else { return nil }
        self.trial = trial
        self.bytes = bytes
        value = values.map(\.value).reduce(0, +) / Double(values.count)
        let errors = values.compactMap(\.error)
        standardError = errors.isEmpty ? nil : errors.reduce(0, +) / Double(errors.count)
        replicates = values.count - 1
    }

    /// Whether it may be on a front: what exceeds the budget of its search is there to compare with.
    var isEligible: Bool { trial.isWithinBudget != false }
}

/// The front of some points: those to which no other is preferable, with at most as many bytes and at least as good a
/// value, one of both better. Of points that are equal in both, the first one stands for all.
struct ParetoFront: Sendable {
    /// Where area under the front is counted.
    struct Reference: Sendable, Equatable {
        /// The value from which on value counts.
        let value: Double
        /// Bytes up to which memory counts.
        let bytes: Int
    }

    /// The hypervolume after a trial.
    struct Step: Sendable, Equatable {
        /// The trial.
        let trial: TrialRecord
        /// Value times bytes.
        let hypervolume: Double
    }

    /// All points, in the order of their trials.
    let points: [ParetoPoint]
    /// Those on the front, fewest bytes first.
    let members: [ParetoPoint]
    /// 1 where more is better, else −1.
    let sign: Double

    init(_ points: [ParetoPoint], sign: Double) {
        self.points = points
        self.sign = sign
        let order = points.indices.filter { points[$0].isEligible }.sorted {
            (points[$0].bytes, -sign * points[$0].value, $0) < (points[$1].bytes, -sign * points[$1].value, $1)
        }
        var members: [ParetoPoint] = []
        for index in order where members.last.map({ sign * points[index].value > sign * $0.value }) ?? true {
            members.append(points[index])
        }
        self.members = members
    }

    /// Whether a point is on the front.
    func contains(_ point: ParetoPoint) -> Bool { members.contains { $0.trial.id == point.trial.id } }

    /// The worst value of all points that may be on the front; nil if there are none.
    var worst: Double? {
        points.filter(\.isEligible).map { sign * $0.value }.min().map { sign * $0 }
    }

    /// Area between the front and a reference, value times bytes.
    func hypervolume(_ reference: Reference) -> Double { Self.hypervolume(members, sign: sign, reference) }

    /// The hypervolume after each trial, all by the same reference.
    func steps(_ reference: Reference) -> [Step] {
        var known: [ParetoPoint] = []
        return points.filter(\.isEligible).map { point in
            known.append(point)
            return Step(trial: point.trial, hypervolume: Self.hypervolume(known, sign: sign, reference))
        }
    }

    /// The area that a front would have whose smallest allocation had the best of all values: what hypervolumes are a part
    /// of. 0 where nothing is on the front.
    func box(_ reference: Reference) -> Double {
        guard let first = members.first, let last = members.last else { return 0 }
        return max(0, Double(reference.bytes - first.bytes)) * max(0, sign * (last.value - reference.value))
    }

    private static func hypervolume(_ points: [ParetoPoint], sign: Double, _ reference: Reference) -> Double {
        Front(
            points.map { Front.Point(bytes: $0.bytes, value: sign * $0.value) }, limit: reference.bytes,
            reference: sign * reference.value
        ).hypervolume
    }
}
