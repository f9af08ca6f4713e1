import Testing

@testable import Engine

@Suite("A race") struct RaceTests {
    /// Groups of these sizes with these weights, numbered through.
    static func groups(_ sizes: [(Int, Double)]) -> [Race.Group] {
        var first = 0
        return sizes.map { size, weight in
            defer { first += size }
            return Race.Group(weight: weight, examples: Array(first..<first + size))
        }
    }

    @Test("scores nested, balanced parts, and at last all", arguments: [2, 3, 5, 20]) func parts(stages: Int) {
        let race = Race(
            groups: Self.groups([(300, 0.5), (7, 0.25), (1, 0.25)]), incumbent: Array(repeating: 0, count: 308),
            options: Race.Options(confidence: 0.99, stages: stages), seed: 3)
        var before: Set<Int> = []
        for stage in 0..<stages {
            let now = race.examples(through: stage)
            #expect(now == now.sorted() && Set(now).count == now.count)
            #expect(before.isSubset(of: now))
            let halvings = stages - 1 - stage
            // Half as many, rounded up, and one of every group at least.
            let expected = [300, 7, 1].map { halvings > 30 ? 1 : ($0 - 1) >> halvings + 1 }
            #expect(now.count { $0 < 300 } == expected[0] && now.count { (300..<307).contains($0) } == expected[1])
            #expect(now.count { $0 == 307 } == 1)
            before = Set(now)
        }
        #expect(before.count == 308)
    }

    @Test("takes the examples in an order that the seed alone decides") func order() {
        func first(_ seed: UInt64) -> [Int] {
            Race(groups: Self.groups([(100, 1)]), incumbent: Array(repeating: 0, count: 100), seed: seed)
                .examples(through: 0)
        }
        #expect(first(1) == first(1) && first(1) != first(2))
        #expect(first(1) != Array(0..<7))
    }

    @Test("never stops what is as good, example by example", arguments: [0.5, 0.99])
    func tie(confidence: Double) {
        var random = RandomSource(seed: 1)
        let values = (0..<200).map { _ in random.normal() }
        let race = Race(
            groups: Self.groups([(150, 0.5), (50, 0.5)]), incumbent: values,
            options: Race.Options(confidence: confidence, stages: 6), seed: 1)
        for stage in 0..<6 {
            let standing = race.standing(after: stage) { values[$0] }
            #expect(!standing.isBeaten && standing.difference == 0 && standing.standardError == 0)
        }
    }

    @Test("never stops what is better everywhere", arguments: [0.5, 0.99]) func better(confidence: Double) {
        let race = Race(
            groups: Self.groups([(64, 1)]), incumbent: Array(repeating: 1, count: 64),
            options: Race.Options(confidence: confidence, stages: 6), seed: 1)
        #expect((0..<6).allSatisfy { !race.standing(after: $0) { 1 + Double($0 % 7 + 1) }.isBeaten })
    }

    @Test("stops what is clearly worse at the first stage that can tell") func worse() {
        var random = RandomSource(seed: 2)
        let incumbent = (0..<1600).map { _ in 4 + random.normal() }
        let candidate = incumbent.map { $0 - 0.3 + 0.2 * random.normal() }
        let race = Race(groups: Self.groups([(1600, 1)]), incumbent: incumbent, seed: 2)
        let standing = race.standing(after: 0) { candidate[$0] }
        #expect(standing.isBeaten && standing.scored == 100 && standing.examples == 1600)
        #expect(abs(standing.difference + 0.3) < 5 * standing.standardError && standing.standardError < 0.03)
    }

    @Test("does not trust a handful of examples, however equal") func handful() {
        // All differences are −1: their deviation is 0, and still four of them are not enough. Eight are: if half of the
        // 64 were lost and half won, eight that are all lost had a probability of 0.0024, less than 0.01 / 4.
        let race = Race(
            groups: Self.groups([(64, 1)]), incumbent: Array(repeating: 1, count: 64),
            options: Race.Options(confidence: 0.99, stages: 5), seed: 1)
        #expect((0..<5).map { race.standing(after: $0) { _ in 0 }.isBeaten } == [false, true, true, true, false])
    }

    @Test("weighs groups as the objective does, and is exact once all is scored") func weights() {
        let sizes = [(40, 0.5), (10, 0.125), (30, 0.375)]
        var random = RandomSource(seed: 4)
        let incumbent = (0..<80).map { _ in random.uniform() }
        let candidate = (0..<80).map { _ in random.uniform() }
        func objective(_ values: [Double]) -> Double {
            Self.groups(sizes).reduce(0) { sum, group in
                sum + group.weight * group.examples.reduce(0) { $0 + values[$1] } / Double(group.examples.count)
            }
        }
        let race = Race(groups: Self.groups(sizes), incumbent: incumbent, seed: 4)
        let standing = race.standing(after: 4) { candidate[$0] }
        #expect(abs(standing.difference - (objective(candidate) - objective(incumbent))) < 1e-14)
        #expect(standing.standardError == 0 && standing.scored == 80 && !standing.isBeaten)
    }

    @Test("estimates the whole without bias, with the error that it says") func estimate() {
        var random = RandomSource(seed: 5)
        let sizes = [(120, 0.5), (60, 0.25), (31, 0.25)]
        let incumbent = (0..<211).map { _ in random.normal() }
        let candidate = incumbent.map { $0 + 0.1 + random.normal() * (1 + random.uniform()) }
        let groups = Self.groups(sizes)
        let truth = Race(groups: groups, incumbent: incumbent, seed: 0).standing(after: 4) { candidate[$0] }.difference
        for stage in 1...3 {
            let standings = (0..<2000).map { seed in
                Race(groups: groups, incumbent: incumbent, seed: UInt64(seed)).standing(after: stage) { candidate[$0] }
            }
            let errors = standings.map { $0.difference - truth }
            let mean = errors.reduce(0, +) / 2000
            let deviation = (errors.reduce(0) { $0 + $1 * $1 } / 2000).squareRoot()
            let said = (standings.reduce(0) { $0 + $1.standardError * $1.standardError } / 2000).squareRoot()
            #expect(abs(mean) < 4 * deviation / 2000.0.squareRoot(), "stage \(stage): \(mean)")
            #expect(abs(said / deviation - 1) < 0.06, "stage \(stage): \(said) is said, \(deviation) found")
        }
    }

    /// Paired data in which the candidate is exactly as good as the incumbent on the whole: the hardest case.
    enum Data: String, CaseIterable, Sendable {
        /// Answers to questions of three tasks: most agree, as many are gained as lost.
        case answers
        /// Differences of a loss, half of a normal distribution and its mirror image.
        case losses
        /// Few large gains against many small losses.
        case skewed

        func differences(_ count: Int, _ random: inout RandomSource) -> [Double] {
            var values: [Double]
            switch self {
            case .answers: values = (0..<count).map { $0 % 20 == 0 ? 1 : $0 % 20 == 1 ? -1 : 0 }
            case .losses: values = (0..<count).map { _ in random.normal() }
            case .skewed: values = (0..<count).map { $0 % 10 == 0 ? 9 : -1 }
            }
            let mean = values.reduce(0, +) / Double(count)
            if self == .losses { values = values.map { $0 - mean } }
            return values
        }
    }

    @Test("stops what would not lose no more often than promised", arguments: Data.allCases, [0.9, 0.99])
    func errorRate(data: Data, confidence: Double) {
        let sizes = data == .answers ? [(400, 1 / 3.0), (400, 1 / 3.0), (400, 1 / 3.0)] : [(1200, 1)]
        let groups = Self.groups(sizes)
        let zeros = Array(repeating: 0.0, count: 1200)
        let races = 4000
        var random = RandomSource(seed: 6)
        let differences = groups.flatMap { data.differences($0.examples.count, &random) }
        #expect(abs(differences.reduce(0, +)) < 1e-9)
        let stopped = (0..<races).count { seed in
            let race = Race(
                groups: groups, incumbent: zeros, options: Race.Options(confidence: confidence, stages: 5),
                seed: UInt64(seed))
            return (0..<5).contains { race.standing(after: $0) { differences[$0] }.isBeaten }
        }
        let promised = 1 - confidence
        let margin = 3 * (promised * confidence / Double(races)).squareRoot()
        #expect(Double(stopped) / Double(races) < promised + margin, "\(stopped) of \(races)")
        // A bound that nothing comes near would cost without need.
        if data != .skewed { #expect(Double(stopped) / Double(races) > 0.2 * promised, "\(stopped) of \(races)") }
    }

    @Test(
        "knows the quantiles of the normal distribution",
        arguments: [
            (0.001, -3.090_232_306_167_813_5), (0.5, 0), (0.975, 1.959_963_984_540_054), (1e-9, -5.997_807_015_007_687),
        ])
    func quantiles(p: Double, z: Double) {
        #expect(abs(SpecialFunctions.normalQuantile(p) - z) < 1e-11)
        #expect(SpecialFunctions.normalQuantile(0) == -.infinity && SpecialFunctions.normalQuantile(1) == .infinity)
        #expect(SpecialFunctions.normalQuantile(-0.1).isNaN)
    }
}
