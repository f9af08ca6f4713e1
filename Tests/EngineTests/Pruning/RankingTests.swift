import Testing

@testable import Engine

@Suite("A ranking of structures") struct RankingTests {
    /// Two layers: heads of 40 weights each, channels of 10.
    private static let roots = [
        PruningRoot(.keyValueHeads(layer: 0), count: 3, size: 2, parameters: 40),
        PruningRoot(.channels(layer: 0), count: 4, parameters: 10),
        PruningRoot(.keyValueHeads(layer: 1), count: 2, size: 2, parameters: 40),
        PruningRoot(.channels(layer: 1), count: 4, parameters: 10),
    ]
    private static let scores: [[Double]] = [[40, 8, 90], [2, 3, 4, 11], [44, 120], [6, 5, 7, 20]]

    private func kept(
        _ normalization: ScoreNormalization, _ ratio: Double, roots: [PruningRoot] = roots,
        scores: [[Double]] = scores, ranking: Ranking = .global
    ) -> [[Int]] {
        var options = PruningOptions(ratio: ratio, layers: 0..<2)
        options.ranking = ranking
        options.normalization = normalization
        return RankedUnits(roots, scores: scores, options).kept(ratio: ratio)
    }

    @Test("locally takes the same fraction of each list, whole heads only") func local() {
        #expect(kept(.none, 0.5, ranking: .local) == [[0, 2], [2, 3], [1], [2, 3]])
        #expect(kept(.none, 0.25, ranking: .local) == [[0, 2], [1, 2, 3], [0, 1], [0, 2, 3]])
    }

    @Test("globally without normalization takes channels first, as raw scores do not compare") func raw() {
        // 13 structures, 4 go: 2, 3, 4, 5, all of them channels.
        #expect(kept(.none, 0.3) == [[0, 1, 2], [3], [0, 1], [0, 2, 3]])
    }

    @Test("per weight takes the structures that give least for their size") func perParameter() {
        // A head of 8 gives 0.2 a weight, as a channel of 2 does; then a channel of 3, then one of 4.
        #expect(kept(.parameters, 0.3) == [[0, 2], [3], [0, 1], [0, 1, 2, 3]])
    }

    @Test("by mean and by rank compares within a layer's kind, and within all of a kind") func meanAndRank() {
        // Means 46, 5, 82, 9.5: 8/46 = 0.17, 2/5 = 0.4, 5/9.5 = 0.53, 44/82 = 0.54.
        #expect(kept(.mean, 0.3) == [[0, 2], [1, 2, 3], [1], [0, 2, 3]])
        // Heads 8 40 44 90 120 are fifths, channels 2 3 4 5 6 7 11 20 eighths: 2 at 1/16, 8 at 1/10, 3 at 3/16, 40 at 3/10
        // and 4 at 5/16.
        #expect(kept(.rank, 0.3) == [[2], [2, 3], [0, 1], [0, 1, 2, 3]])
    }

    @Test("takes equal raw scores too, and leaves whole a list that would lose everything") func threshold() {
        let scores: [[Double]] = [[1, 1, 1], [5, 5, 6, 7], [50, 60], [5, 8, 9, 9]]
        // Four go up to the score 5, of which there are three.
        #expect(kept(.none, 0.3, scores: scores) == [[0, 1, 2], [2, 3], [0, 1], [1, 2, 3]])
        // The other normalizations take exactly as many, the first of equals, and never all of a list.
        let rooted = Self.roots.map { PruningRoot($0.kind, count: $0.count, size: $0.size) }
        #expect(kept(.parameters, 0.3, roots: rooted, scores: scores) == [[2], [2, 3], [0, 1], [0, 1, 2, 3]])
    }

    @Test("never goes below the floor and goes on elsewhere", arguments: [0.5, 0.9, 0.999]) func floor(ratio: Double) {
        let roots = Self.roots.map {
            PruningRoot(
                $0.kind, count: $0.count, size: $0.size, parameters: $0.parameters, floor: $0.kind.isHeads ? 1 : 3)
        }
        let kept = kept(.parameters, ratio, roots: roots)
        #expect(kept[1].count == 3 && kept[3].count == 3)
        // Five structures can go at most: three of the five heads, two of the eight channels.
        let gone = 13 - kept.reduce(0) { $0 + $1.count }
        #expect(gone == 5 && kept[0] == [2] && kept[2] == [1])
    }

    @Test("rounds widths up and keeps the best of what would go") func rounding() {
        let root = PruningRoot(.channels(layer: 0), count: 10, multiple: 4)
        let scores = [[9.0, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
        #expect(kept(.none, 0.5, roots: [root], scores: scores, ranking: .local) == [Array(0..<8)])
        #expect(kept(.none, 0.5, roots: [root], scores: scores) == [Array(0..<8)])
        #expect(kept(.none, 0.1, roots: [root], scores: scores, ranking: .local) == [Array(0..<10)])
        #expect(kept(.none, 0.6, roots: [root], scores: scores, ranking: .local) == [Array(0..<4)])
    }

    @Test("counts what is left to remove from the unpruned model", arguments: Ranking.allCases)
    func remaining(ranking: Ranking) {
        var root = PruningRoot(.channels(layer: 0), count: 8)
        root.original = 10
        let scores = [(0..<8).map(Double.init)]
        #expect(kept(.none, 0.1, roots: [root], scores: scores, ranking: ranking)[0].count == 8)
        #expect(kept(.none, 0.5, roots: [root], scores: scores, ranking: ranking)[0] == [3, 4, 5, 6, 7])
    }
}
