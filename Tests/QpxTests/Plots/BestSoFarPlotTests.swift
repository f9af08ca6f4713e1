import Store
import Testing

@testable import qpx

@Suite("best-so-far") struct BestSoFarPlotTests {
    private func lines(_ direction: ObjectiveDirection, _ values: [(Double, Bool)]) throws -> BestSoFarDrawing {
        let database = try PlotDatabase()
        let digits = ["2222", "3333", "4444", "8888", "2244", "4422", "8822"]
        try database.search(
            "one", direction: direction,
            zip(digits, values).map { .init(digits: $0, value: $1.0, kind: .initial, isWithinBudget: $1.1) })
        return try #require(try BestSoFarPlot().drawing(of: try database.subject("one")) as? BestSoFarDrawing)
    }

    @Test("keeps the best of what is within the budget, whichever way is better") func steps() throws {
        let values = [(0.4, true), (0.9, false), (0.5, true), (0.3, true), (0.6, true)]
        let most = try lines(.maximize, values)
        #expect(
            most.lines[0].steps == [
                .init(position: 1, value: 0.4), .init(position: 3, value: 0.5), .init(position: 5, value: 0.6),
            ])
        #expect(most.lines[0].corners.map(\.x) == [1, 3, 3, 5, 5, 5])
        #expect(most.lines[0].best(after: 4) == 0.5 && most.lines[0].best(after: 0) == nil)
        let least = try lines(.minimize, values)
        #expect(least.lines[0].steps.map(\.value) == [0.4, 0.3])
    }

    @Test("says the best after each trial in its JSON") func json() throws {
        let text = try lines(.maximize, [(0.4, false), (0.5, true), (0.3, true)]).json.compact
        #expect(
            text.contains(
                #""trial": "one/1", "position": 1, "value": 0.4, "stderr": null, "within_budget": false, "best": null"#)
        )
        #expect(
            text.contains(
                #""trial": "one/3", "position": 3, "value": 0.3, "stderr": null, "within_budget": true, "best": 0.5"#))
    }

    @Test("leaves out what is far off, and says so") func outliers() throws {
        let database = try PlotDatabase()
        let digits = (0..<16).map {
            String("0000\(String($0, radix: 2))".suffix(4)).replacing("0", with: "4").replacing("1", with: "8")
        }
        try database.search(
            "one", direction: .minimize,
            digits.enumerated().map { .init(digits: $1, value: $0 == 5 ? 100 : 3 - Double($0) / 100, kind: .initial) })
        let drawing = try #require(try BestSoFarPlot().drawing(of: try database.subject("one")) as? BestSoFarDrawing)
        #expect(drawing.leftOut == 1 && drawing.notes == ["1 trial lies outside the picture."])
        #expect(drawing.y.range.upperBound < 4)
        #expect(drawing.summary == "one: best accuracy 2.8500, reached after 16 of 16 trials.")
    }

    @Test("draws a metric in place of the objective, by its own direction") func metric() throws {
        let database = try PlotDatabase()
        try database.search(
            "one", direction: .maximize,
            [.init(digits: "4444", value: 0.4), .init(digits: "8888", value: 0.6), .init(digits: "4488", value: 0.5)])
        var subject = try database.subject("one")
        subject.metric = "perplexity/text"
        let drawing = try #require(try BestSoFarPlot().drawing(of: subject) as? BestSoFarDrawing)
        #expect(drawing.value.direction == .minimize && drawing.lines[0].steps.map(\.value) == [9.6, 9.4])
    }

    @Test("of 100,000 trials stays small") func large() throws {
        let database = try PlotDatabase()
        let search = try database.search("one", [])
        let trials = (0..<100_000).map { index in
            MeasuredTrial(
                trial: TrialRecord(
                    searchID: search.id, kind: .proposal, isWithinBudget: true, seed: 1,
                    environment: ExampleDatabase.environment),
                value: Double(index * 7919 % 10_007) / 10_007, standardError: nil)
        }
        let value = try ParetoValue(objectiveOf: [search])
        let drawing = BestSoFarDrawing(
            value: value, lines: [BestSoFarLine(search: search, trials: trials, sign: value.sign)])
        let svg = drawing.svg(theme: .light)
        #expect(svg.utf8.count < 400_000, "\(svg.utf8.count)")
        #expect(drawing.notes == ["Of 100,000 trials, those are drawn that do not lie on one another."])
    }
}
