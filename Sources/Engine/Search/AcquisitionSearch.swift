/// Finds the allocation within the budget with the largest acquisition, leaving out what was tried.
struct AcquisitionSearch: Sendable {
    /// An allocation and what the surrogate says of it, in standardised units.
    struct Found: Sendable {
        let indices: [Int]
        let mean: Double
        let deviation: Double
        let value: Double
        var candidates: Int
    }

    let set: FeasibleSet
    let excluded: Set<[Int]>
    let options: Proposer.Options
    let surrogate: AllocationSurrogate
    let objective: AcquisitionObjective

    /// The best of `listed` or, without a list, of what local search finds; `nil` if everything within the budget is excluded.
    func best(listed: [[Int]]?, starts: [[Int]], random: inout RandomSource) -> Found? {
        if let listed {
            if let found = best(of: listed) { return found }
        } else if let found = climbed(starts: starts, random: &random) {
            return found
        }
        // Nothing new of the preferred kind: whatever else fits.
        return best(of: set.remaining(excluding: excluded, random: &random))
    }

    /// The best that is not excluded; the first of equals.
    private func best(of candidates: [[Int]]) -> Found? {
        var scorer = CandidateScorer(surrogate)
        return best(of: candidates.filter { !excluded.contains($0) }, scorer: &scorer)
    }

    private func best(of candidates: [[Int]], around: [Int]? = nil, scorer: inout CandidateScorer) -> Found? {
        var winner: (at: Int, value: Double)?
        let posterior = scorer.posterior(candidates, around: around)
        for (i, belief) in posterior.enumerated() {
            let value = value(candidates[i], belief)
            if value > winner?.value ?? -.infinity { winner = (i, value) }
        }
        guard let winner else { return nil }
        let belief = posterior[winner.at]
        return Found(
            indices: candidates[winner.at], mean: belief.mean, deviation: belief.deviation, value: winner.value,
            candidates: candidates.count)
    }

    private func value(_ indices: [Int], _ belief: (mean: Double, deviation: Double)) -> Double {
        objective.value(mean: belief.mean, deviation: belief.deviation) { set.space.bytes(of: indices) }
    }

    /// Best-improvement climbs from the most promising starts.
    private func climbed(starts: [[Int]], random: inout RandomSource) -> Found? {
        let draws =
            options.isFront
            ? drawsAlongTheFront(&random)
            : set.uniformDraws(options.randomStarts, random: &random).map {
                options.maximalOnly ? set.filled($0, from: set.space.bytes(of: $0)) : $0
            }
        var scorer = CandidateScorer(surrogate)
        let starts = options.isFront ? beside(starts, scorer: &scorer) : starts
        // An excluded start may still have the best neighbours, so starts are ranked without regard to that.
        let all = starts + draws
        let values = zip(all, scorer.posterior(all)).map { value($0, $1) }
        let order = all.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
        // A candidate costs the square of the number of observations, a climb the square of that of units.
        let isLarge = surrogate.points.count > 300 || set.space.units > 64
        let climbs = isLarge ? (options.climbs + 2) / 3 : options.climbs
        let chosen = order.prefix(max(1, climbs)).map { all[$0] }
        let ends = options.parallelism.map(chosen.count) { climb(from: chosen[$0]) }
        var winner: Found?
        var candidates = all.count
        for end in ends {
            guard let end else { continue }
            candidates += end.candidates
            if end.value > winner?.value ?? -.infinity { winner = end }
        }
        winner?.candidates = candidates
        return winner
    }

    /// Of each start the best new allocation that differs in one unit: the front itself was tried.
    private func beside(_ starts: [[Int]], scorer: inout CandidateScorer) -> [[Int]] {
        starts.compactMap { start in
            let steps = set.steps(from: start).filter { !excluded.contains($0) }
            return best(of: steps, around: start, scorer: &scorer)?.indices
        }
    }

    /// Draws whose sizes are spread over the whole range: most of all allocations are of middle size.
    private func drawsAlongTheFront(_ random: inout RandomSource) -> [[Int]] {
        let parts = 4
        let span = min(set.budgetBytes, set.space.maximumBytes) - set.space.minimumBytes
        return (1...parts).flatMap { part in
            FeasibleSet(space: set.space, budgetBytes: set.space.minimumBytes + span / parts * part)
                .uniformDraws(options.randomStarts / parts, random: &random)
        }
    }

    private func climb(from start: [Int]) -> Found? {
        var scorer = CandidateScorer(surrogate)
        var candidates = 0
        var current = excluded.contains(start) ? nil : best(of: [start], scorer: &scorer)
        var position = start
        while true {
            var seen = Set<[Int]>()
            let neighbours = set.neighbours(of: position, maximalOnly: options.maximalOnly)
                .filter { !excluded.contains($0) && seen.insert($0).inserted }
            candidates += neighbours.count
            guard let next = best(of: neighbours, around: position, scorer: &scorer),
                next.value > current?.value ?? -.infinity
            else {
                break
            }
            current = next
            position = next.indices
        }
        current?.candidates = candidates
        return current
    }
}
