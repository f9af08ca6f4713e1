import Foundation
import Store
import Testing

@testable import qpx

@Suite("A front of measured trials") struct ParetoFrontTests {
    private typealias Entry = FrontDatabase.Entry

    private func numbers(_ points: [ParetoPoint]) -> [Int] { points.map(\.trial.number) }

    /// Trials 1 to 7 as bytes and value, the value to be maximised.
    private static let entries: [Entry] = [
        .init(bytes: 40, value: 3), .init(bytes: 20, value: 1), .init(bytes: 30, value: 1), .init(bytes: 60, value: 2),
        .init(bytes: 200, value: 9, kind: .baseline, isWithinBudget: false), .init(bytes: 40, value: 2.5),
        .init(bytes: 20, value: 0.5),
    ]

    private static func negated(_ entries: [Entry]) -> [Entry] {
        entries.map { entry in
            var entry = entry
            entry.value = entry.value.map { -$0 }
            return entry
        }
    }

    @Test("is what nothing dominates, in both directions", arguments: [ObjectiveDirection.maximize, .minimize])
    func members(direction: ObjectiveDirection) throws {
        let database = try FrontDatabase()
        let entries = direction == .maximize ? Self.entries : Self.negated(Self.entries)
        try database.search("s", direction, budget: 100, entries)
        let analysis = try database.analysis(["s"])
        #expect(numbers(analysis.joint.members) == [2, 1])
        let sign = analysis.value.sign
        #expect(analysis.reference == .init(value: sign * 0.5, bytes: 100))
        // 20…40 at 1 − 0.5, 40…100 at 3 − 0.5.
        let reference = try #require(analysis.reference)
        #expect(abs(analysis.joint.hypervolume(reference) - (20 * 0.5 + 60 * 2.5)) < 1e-9)
        // The box: 80 bytes times 2.5.
        let fraction = try #require(analysis.fraction(analysis.joint.hypervolume(reference)))
        #expect(abs(fraction - 160.0 / 200) < 1e-9)
        let steps = analysis.joint.steps(reference)
        #expect(steps.map(\.trial.number) == [1, 2, 3, 4, 6, 7])
        #expect(steps.map { ($0.hypervolume * 1e6).rounded() / 1e6 } == [150, 160, 160, 160, 160, 160])
    }

    @Test("counts from a value that is given") func reference() throws {
        let database = try FrontDatabase()
        try database.search("s", .minimize, budget: 100, Self.negated(Self.entries))
        let analysis = try database.analysis(["s"], reference: -2)
        let reference = try #require(analysis.reference)
        #expect(analysis.joint.hypervolume(reference) == 60)
        // What is worse than the reference adds nothing, in no direction.
        #expect(analysis.joint.steps(reference).map(\.hypervolume).allSatisfy { $0 == 60 })
        let far = try database.analysis(["s"], reference: -50)
        #expect(far.joint.hypervolume(try #require(far.reference)) == 0 && far.fraction(0) == nil)
    }

    @Test(
        "of ties keeps the first of equals, and the smaller of equally good ones",
        arguments: [
            ([(20, 1), (20, 1), (30, 1)], [1]), ([(30, 1), (20, 1), (20, 1)], [2]), ([(20, 1), (20, 2)], [2]),
            ([(20, 2), (20, 1)], [1]), ([(20, 1), (30, 2), (30, 2), (25, 2)], [1, 4]), ([(5, 5)], [1]),
        ] as [([(Int, Double)], [Int])])
    func ties(points: [(Int, Double)], expected: [Int]) throws {
        let database = try FrontDatabase()
        let entries = points.map { Entry(bytes: $0.0, value: $0.1) }
        try database.search("up", .maximize, budget: 100, entries)
        try database.search("down", .minimize, budget: 100, Self.negated(entries))
        #expect(numbers(try database.analysis(["up"]).joint.members) == expected)
        #expect(numbers(try database.analysis(["down"]).joint.members) == expected)
    }

    @Test("takes the mean over a trial and its replicates, and no notice of reruns") func replicates() throws {
        let database = try FrontDatabase()
        try database.search(
            "s", .minimize, budget: 100,
            [
                .init(bytes: 20, value: 3, standardError: 0.2), .init(bytes: 30, value: 2, standardError: 0.1),
                .init(bytes: 30, value: 4, standardError: 0.3, kind: .replicate, repeated: 2),
                .init(bytes: 30, value: 3.75, standardError: 0.2, kind: .replicate, repeated: 2),
                .init(bytes: 20, value: 1, kind: .rerun, repeated: 1),
            ])
        let analysis = try database.analysis(["s"])
        #expect(numbers(analysis.joint.points) == [1, 2] && numbers(analysis.joint.members) == [1])
        let second = analysis.joint.points[1]
        #expect(second.value == 3.25 && second.replicates == 2)
        #expect(abs(try #require(second.standardError) - 0.2) < 1e-12)
        #expect(analysis.joint.points[0].value == 3 && analysis.joint.points[0].replicates == 0)
        #expect(analysis.reference == .init(value: 3.25, bytes: 100))
    }

    @Test("of several searches is one of all, by one reference") func joint() throws {
        let database = try FrontDatabase()
        try database.search("a", .minimize, budget: 100, [.init(bytes: 20, value: 4), .init(bytes: 60, value: 2)])
        try database.search("b", .minimize, budget: 80, [.init(bytes: 30, value: 3), .init(bytes: 70, value: 2.5)])
        let analysis = try database.analysis(["a", "b"])
        #expect(analysis.joint.members.map(\.trial.name) == ["a/1", "b/1", "a/2"])
        #expect(analysis.parts.map { $0.front.members.map(\.trial.name) } == [["a/1", "a/2"], ["b/1", "b/2"]])
        #expect(analysis.reference == .init(value: 4, bytes: 100))
        let reference = try #require(analysis.reference)
        #expect(analysis.parts.map { $0.front.hypervolume(reference) } == [80, 40 + 45])
        #expect(analysis.joint.hypervolume(reference) == 30 + 80)
        try database.search("c", .maximize, budget: 80, [.init(bytes: 30, value: 3)])
        #expect(throws: Failure.self) { try database.analysis(["a", "c"]) }
    }

    @Test("is one of searches that differ in their seed alone, where that is asked for") func seeds() throws {
        let database = try FrontDatabase()
        try database.search("s-1", .minimize, budget: 100, [.init(bytes: 20, value: 4), .init(bytes: 60, value: 2)])
        try database.search("s-2", .minimize, budget: 100, [.init(bytes: 30, value: 3), .init(bytes: 70, value: 2.5)])
        let searches = try ["s-1", "s-2"].map { try database.store.search(named: $0) }
        let value = try ParetoValue(objectiveOf: searches)
        let analysis = try ParetoAnalysis(database.store, searches: searches, value: value, groupsSeeds: true)
        #expect(analysis.parts.map(\.name) == ["s-{1,2}"])
        #expect(analysis.parts[0].front.members.map(\.bytes) == [20, 30, 60])
        let apart = try ParetoAnalysis(database.store, searches: searches, value: value)
        #expect(apart.parts.map(\.name) == ["s-1", "s-2"] && apart.joint.members.map(\.bytes) == [20, 30, 60])
    }

    @Test("needs no budget, no spread and no trial") func degenerate() throws {
        let database = try FrontDatabase()
        try database.search("open", .minimize, budget: nil, [.init(bytes: 20, value: 4), .init(bytes: 60, value: 2)])
        #expect(try database.analysis(["open"]).reference == .init(value: 4, bytes: 60))
        try database.search("one", .minimize, budget: 60, [.init(bytes: 60, value: 2)])
        let one = try database.analysis(["one"])
        #expect(one.joint.members.count == 1 && one.fraction(0) == nil)
        #expect(ParetoChart(one) != nil)
        try database.search("none", .minimize, budget: 60, [])
        let none = try database.analysis(["none"])
        #expect(none.isEmpty && none.reference == nil && ParetoChart(none) == nil)
        try database.search("broken", .minimize, budget: 60, [.init(bytes: 60, value: nil)])
        #expect(try database.analysis(["broken"]).isEmpty)
    }

    @Test("is drawn without what would press it flat") func outliers() throws {
        let database = try FrontDatabase()
        let near = (0..<6).map { Entry(bytes: 20 + 10 * $0, value: 3 - 0.1 * Double($0)) }
        let far = [
            Entry(bytes: 45, value: 900), Entry(bytes: 5000, value: 2, kind: .baseline, isWithinBudget: false),
        ]
        try database.search("s", .minimize, budget: 80, near + far)
        let chart = try #require(ParetoChart(try database.analysis(["s"])))
        #expect(chart.leftOut == 2 && chart.dots.count == 6)
        #expect(chart.y.range.upperBound < 4 && chart.x.range.upperBound < 100)
        #expect(chart.budget == 80)
    }

    @Test("shows baselines above what lies in the same place") func baselines() throws {
        let database = try FrontDatabase()
        try database.search(
            "s", .minimize, budget: 80,
            [
                .init(bytes: 40, value: 3, kind: .baseline, label: "uniform 4-bit"), .init(bytes: 40, value: 3),
                .init(bytes: 30, value: 2),
            ])
        let chart = try #require(ParetoChart(try database.analysis(["s"])))
        #expect(chart.dots.map(\.point.trial.number) == [2, 1, 3])
        let drawn = ParetoPlot(chart: chart).rendered(width: 60, colour: Colour(isOn: false))
        #expect(drawn.contains("○") && drawn.contains("●"))
    }
}
