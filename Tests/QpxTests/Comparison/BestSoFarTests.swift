import Store
import Testing

@testable import qpx

@Suite("The best so far") struct BestSoFarTests {
    private static let values: [Double?] = [0.5, nil, 0.4, 0.6, 0.6, nil, 0.7]

    private static func course(_ values: [Double?], isImported: Bool = false) -> [CourseRecord] {
        values.enumerated().map { index, value in
            CourseRecord(
                trialID: index + 1, number: index + 3, value: value, standardError: 0.1,
                finishedAt: "2025-03-01T12:30:0\(index % 10).500Z", durationSeconds: 2, isImported: isImported)
        }
    }

    @Test("changes with every trial that is better than all before, and counts those that are not") func steps() {
        let curve = BestSoFar(Self.course(Self.values), direction: .maximize, start: "2025-03-01T12:30:00.000Z")
        #expect(curve.count == 7 && curve.trialSeconds == 14)
        #expect(curve.steps.map(\.trials) == [1, 4, 7])
        #expect(curve.steps.map(\.value) == [0.5, 0.6, 0.7])
        #expect(curve.steps.map(\.number) == [3, 6, 9])
        #expect(curve.steps.map(\.seconds) == [0.5, 3.5, 6.5])
        #expect(curve.best(after: 0) == nil)
        #expect(curve.best(after: 3)?.value == 0.5 && curve.best(after: 6)?.value == 0.6)
    }

    @Test("is the smallest where less is better") func minimize() {
        let curve = BestSoFar(Self.course(Self.values), direction: .minimize)
        #expect(curve.steps.map(\.value) == [0.5, 0.4] && curve.steps.map(\.trials) == [1, 3])
        #expect(curve.trials(toReach: 0.45, direction: .minimize) == 3)
        #expect(curve.trials(toReach: 0.3, direction: .minimize) == nil)
        #expect(curve.steps[0].seconds == nil)
    }

    @Test("counts trials from elsewhere only where there are no others") func imported() {
        let imported = Self.course([0.9, 0.95], isImported: true)
        #expect(BestSoFar(imported + Self.course([0.5]), direction: .maximize).steps.map(\.value) == [0.5])
        #expect(BestSoFar(imported, direction: .maximize).count == 2)
    }

    @Test(
        "is looked at after 5, 10, 20, 50 … trials and after all that every search has",
        arguments: [
            (0, []), (1, [1]), (5, [5]), (6, [5, 6]), (12, [5, 10, 12]), (60, [5, 10, 20, 50, 60]),
            (1000, [5, 10, 20, 50, 100, 200, 500, 1000]),
        ])
    func counts(common: Int, expected: [Int]) {
        #expect(BestSoFar.counts(upTo: common) == expected)
    }
}

@Suite("A list of layers") struct LayerListTests {
    @Test(
        "joins neighbours",
        arguments: [([], ""), ([3], "3"), ([0, 1, 2, 5, 7, 8], "0-2, 5, 7-8")] as [([Int], String)])
    func text(layers: [Int], expected: String) {
        #expect(LayerList.text(layers) == expected)
    }
}
