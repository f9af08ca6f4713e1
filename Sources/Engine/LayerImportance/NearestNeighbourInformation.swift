/// Mutual information of a continuous vector and a class, from distances to nearest neighbours.
///
/// For sample i of a class with Nᵢ members, εᵢ is the distance (max-norm) to its kᵢ-th neighbour within the class,
/// kᵢ = min(k, Nᵢ − 1), and mᵢ the number of all samples, i included, strictly nearer than εᵢ:
/// I = ψ(N) + ⟨ψ(kᵢ)⟩ − ⟨ψ(Nᵢ)⟩ − ⟨ψ(mᵢ)⟩. Classes of one member are left out.
///
/// Source: Ross 2014, "Mutual Information between Discrete and Continuous Data Sets".
public struct NearestNeighbourInformation: Sendable {
    /// Row-major max-norm distances of all pairs, `[samples, samples]`.
    private let distances: [Float]
    private let samples: Int
    private let neighbours: Int
    private let parallelism: Parallelism

    /// Prepares the distances of `points`, `[samples, dimensions]`, once for any number of labellings.
    public init(points: Tensor, neighbours: Int = 3, parallelism: Parallelism = .serial) {
        let samples = points.rows
        let dimensions = points.columns
        self.samples = samples
        self.neighbours = max(1, neighbours)
        self.parallelism = parallelism
        let lines = parallelism.map(samples) { i in
            points.withUnsafeElements { x in
                var line = [Float](repeating: 0, count: samples)
                for j in 0..<samples {
                    var largest: Float = 0
                    for k in 0..<dimensions {
                        largest = max(largest, abs(x[i * dimensions + k] - x[j * dimensions + k]))
                    }
                    line[j] = largest
                }
                return line
            }
        }
        distances = lines.flatMap { $0 }
    }

    /// The estimate in nats for one class per sample; can be slightly negative for independent variables.
    public func value(labels: [Int32]) -> Double {
        precondition(labels.count == samples, "one class per sample")
        var members: [Int32: [Int]] = [:]
        for (i, label) in labels.enumerated() { members[label, default: []].append(i) }
        let used = labels.indices.filter { (members[labels[$0]]?.count ?? 0) > 1 }
        guard used.count > 1 else { return 0 }
        let groups = members
        let terms = parallelism.map(used.count) { at in
            term(sample: used[at], of: groups[labels[used[at]]] ?? [], among: used)
        }
        return SpecialFunctions.digamma(Double(used.count)) + terms.reduce(0, +) / Double(used.count)
    }

    /// ψ(kᵢ) − ψ(Nᵢ) − ψ(mᵢ).
    private func term(sample: Int, of group: [Int], among used: [Int]) -> Double {
        let base = sample * samples
        let k = min(neighbours, group.count - 1)
        // The k smallest distances within the class, ascending.
        var nearest = [Float](repeating: .infinity, count: k)
        for other in group where other != sample {
            var distance = distances[base + other]
            for slot in 0..<k where distance < nearest[slot] { swap(&distance, &nearest[slot]) }
        }
        let radius = nearest.last ?? 0
        var within = 0
        for other in used where distances[base + other] < radius { within += 1 }
        // With ties at distance 0 not even the sample itself is strictly nearer; it counts nevertheless.
        return SpecialFunctions.digamma(Double(k)) - SpecialFunctions.digamma(Double(group.count))
            - SpecialFunctions.digamma(Double(max(1, within)))
    }
}
