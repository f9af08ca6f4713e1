internal import Engine

/// The seeds of replicates: fresh ones, the same for every trial of a search, so that differences between replicated
/// trials do not come from the seeds.
enum ReplicateSeeds {
    /// The first `count` seeds that follow from a search's seed.
    static func first(_ count: Int, of seed: UInt64) -> [UInt64] { (0..<count).map { self.seed($0, of: seed) } }

    /// The first of them that is not taken.
    static func fresh(of seed: UInt64, taken: [UInt64]) -> UInt64 {
        var number = 0
        while taken.contains(self.seed(number, of: seed)) { number += 1 }
        return self.seed(number, of: seed)
    }

    private static func seed(_ number: Int, of seed: UInt64) -> UInt64 {
        var source = RandomSource(seed: seed).derived("replicate").derived(number)
        return source.next()
    }
}
