import Store
import Testing

@testable import qpx

@Suite("parallel") struct ParallelPlotTests {
    private func drawing(_ subject: PlotSubject) throws -> ParallelDrawing {
        try #require(try ParallelPlot().drawing(of: subject) as? ParallelDrawing)
    }

    @Test("has an axis for each layer in which trials differ, and the value last") func layers() throws {
        let database = try PlotDatabase()
        try database.search(
            "one",
            [
                .init(digits: "4448", value: 0.4), .init(digits: "4488", value: 0.6),
                .init(digits: "4428", value: 0.5, isWithinBudget: false),
            ])
        let drawing = try drawing(try database.subject("one"))
        #expect(drawing.axes.map(\.name) == ["2", "accuracy"])
        #expect(drawing.trials.map(\.trial.number) == [2, 3, 1] && drawing.best == 0)
        #expect(drawing.axes[0].values == [.number(8), .number(2), .number(4)])
        #expect(drawing.axes[1].part(0) == 1 && drawing.axes[1].part(2) == 0)
        #expect(
            drawing.notes.contains("Thick: the best, one/2.") && drawing.notes.contains("Dashed: beyond the budget."))
        #expect(drawing.json.compact.contains(#"{"trial": "one/1", "values": [4.0, 0.4]}"#))
        let lines = SVGPicture(drawing.svg(theme: .light)).all("polyline").filter {
            $0.attributes["class"]?.contains("level") == true
        }
        #expect(lines.count == 3 && lines.count { $0.attributes["stroke-dasharray"] != nil } == 1)
    }

    @Test("has an axis for settings in which searches differ") func settings() throws {
        let database = try PlotDatabase()
        let specifications = [
            #"{"name":"a","rank":8,"init":"kaiming","threads":1,"alpha":16}"#,
            #"{"name":"b","rank":16,"init":"loftq","threads":2,"alpha":16}"#,
        ]
        for (name, specification) in zip(["a", "b"], specifications) {
            try database.search(
                name, specification: specification,
                [.init(digits: "4444", value: name == "a" ? 0.4 : 0.5), .init(digits: "8888", value: 0.6)])
        }
        let drawing = try drawing(try database.subject("a", "b"))
        #expect(drawing.axes.map(\.name) == ["init", "rank", "accuracy"])
        #expect(drawing.axes[0].words == ["kaiming", "loftq"] && drawing.axes[0].kind == .words)
        #expect(drawing.axes[1].ends == 8...16)
        #expect(drawing.json.compact.contains(#"{"trial": "b/1", "values": ["loftq", 16.0, 0.5]}"#))
    }

    @Test("takes means of several layers where there are many") func deep() throws {
        let database = try PlotDatabase(layers: 30)
        try database.search(
            "one",
            [
                .init(digits: String(repeating: "48", count: 15), value: 0.4),
                .init(digits: String(repeating: "8", count: 30), value: 0.6),
            ])
        let drawing = try drawing(try database.subject("one"))
        #expect(
            drawing.axes.map(\.name) == [
                "0–2", "3–5", "6–8", "9–11", "12–14", "15–17", "18–20", "21–23", "24–26", "27–29", "accuracy",
            ])
        #expect(drawing.axes[0].values[1].number == 16.0 / 3)
    }

    @Test("draws a readable number of lines, from best to worst") func many() {
        let trials = (0..<5000).map { index in
            MeasuredTrial(
                trial: TrialRecord(searchID: 1, kind: .proposal, seed: 1, environment: ExampleDatabase.environment),
                value: Double(index), standardError: nil)
        }
        let shown = ParallelPlot.shown(trials)
        #expect(shown.count == 300 && shown.first?.value == 0 && shown.last?.value == 4999)
        #expect(ParallelPlot.shown(Array(trials.prefix(300))).count == 300)
    }

    @Test("keeps the best trial within its budget among the lines") func bestKept() {
        let trials = (0..<5000).map { index in
            MeasuredTrial(
                trial: TrialRecord(
                    searchID: 1, kind: .proposal, isWithinBudget: index == 7, seed: 1,
                    environment: ExampleDatabase.environment),
                value: Double(index), standardError: nil)
        }
        #expect(ParallelPlot.shown(trials).contains { $0.isEligible })
    }
}
