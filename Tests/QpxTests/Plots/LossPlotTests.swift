import Store
import Testing

@testable import qpx

@Suite("losses") struct LossPlotTests {
    private static let digits = ["4444", "8888", "4488", "8844", "2222", "3333", "2288", "8822", "3388"]

    private func database(_ direction: ObjectiveDirection = .maximize, count: Int = 3) throws -> PlotDatabase {
        let database = try PlotDatabase()
        try database.search(
            "one", direction: direction,
            Self.digits.prefix(count).enumerated().map { index, digits in
                .init(
                    digits: digits, value: Double(index), isWithinBudget: index != 2,
                    losses: (0..<100).map { 3 - Double($0) / 100 })
            } + [.init(digits: "2323", value: 99)])
        return database
    }

    private func drawing(_ subject: PlotSubject) throws -> LossDrawing {
        try #require(try LossPlot().drawing(of: subject) as? LossDrawing)
    }

    @Test("of a search draws the best within the budget that have any, best first") func best() throws {
        #expect(try drawing(try database(count: 9).subject("one")).curves.map(\.trial.number) == [9, 8, 7, 6, 5, 4])
        let few = try drawing(try database(.minimize).subject("one"))
        #expect(few.curves.map(\.trial.number) == [1, 2] && few.others == 0)
        let note = try drawing(try database(count: 9).subject("one")).notes.last
        #expect(note == "The best 6 of 8 trials.")
    }

    @Test("draws the trials that are asked for, in that order, whatever their budget") func asked() throws {
        let drawing = try drawing(try database().subject(trials: "one/3", "one/1", "one/4"))
        #expect(drawing.curves.map(\.trial.number) == [3, 1])
    }

    @Test("smooths by means of as many steps on both sides") func smoothing() {
        let trial = TrialRecord(searchID: 1, kind: .proposal, seed: 1, environment: ExampleDatabase.environment)
        let losses = [4.0, 1, 4, 1, 4].enumerated().map { TrainingLossRecord(step: $0, loss: $1) }
        let curve = LossCurve(trial: trial, losses: losses, smoothing: 3)
        #expect(curve.points.map(\.smoothed) == [4, 3, 2, 3, 4])
        #expect(LossCurve(trial: trial, losses: losses, smoothing: 1).points.map(\.smoothed) == [4, 1, 4, 1, 4])
        #expect(LossCurve(trial: trial, losses: losses, smoothing: 1_000_000).points.map(\.smoothed)[2] == 2.8)
    }

    @Test("a straight line stays straight when smoothed") func straight() throws {
        var subject = try database().subject("one")
        subject.smoothing = 25
        for point in try drawing(subject).curves[0].points { #expect(abs(point.smoothed - point.loss) < 1e-9) }
    }

    @Test("says how many losses were not finite, and goes on") func infinite() throws {
        let database = try PlotDatabase()
        try database.search("one", [.init(digits: "4444", value: 1, losses: [3, .infinity, 2, .nan, 1])])
        let drawing = try drawing(try database.subject("one"))
        #expect(drawing.curves[0].points.map(\.step) == [0, 2, 4] && drawing.notes == ["2 losses were not finite."])
    }

    @Test("of many steps stays small") func long() {
        let trial = TrialRecord(searchID: 1, kind: .proposal, seed: 1, environment: ExampleDatabase.environment)
        let losses = (0..<100_000).map { TrainingLossRecord(step: $0, loss: 3 + Double($0 * 7919 % 1000) / 1000) }
        let drawing = LossDrawing(
            name: "one", curves: [LossCurve(trial: trial, losses: losses, smoothing: 100)], smoothing: 100, others: 0,
            areBest: true)
        #expect(drawing.svg(theme: .light).utf8.count < 60_000)
    }
}
