import Store
import Testing

@testable import qpx

@Suite("tasks") struct TaskPlotTests {
    @Test("shows references, the best uniform and the best trial, by accuracy where there is one") func chosen() throws
    {
        let database = try ExampleDatabase()
        let subject = PlotSubject(database.store, searches: [try database.store.search(named: "first")])
        let drawing = try #require(try TaskPlot().drawing(of: subject) as? TaskDrawing)
        #expect(drawing.metric == "acc" && drawing.tasks == ["arc_easy", "piqa"])
        #expect(drawing.series.map(\.trial.label) == ["intact", "pruned", "uniform 4-bit", nil])
        #expect(drawing.series.map(\.trial.number) == [1, 2, 3, 6])
        #expect(drawing.json.compact.contains(#"{"task": "piqa", "value": 0.5, "stderr": 0.18, "n": 8}"#))
    }

    @Test("shows another metric, or one task of it, when asked") func metric() throws {
        let database = try ExampleDatabase()
        var subject = PlotSubject(database.store, searches: [try database.store.search(named: "first")])
        subject.metric = "loss"
        #expect((try TaskPlot().drawing(of: subject) as? TaskDrawing)?.tasks == ["held_out"])
        subject.metric = "acc/piqa"
        #expect((try TaskPlot().drawing(of: subject) as? TaskDrawing)?.tasks == ["piqa"])
        subject.metric = "acc/none"
        #expect(try TaskPlot().drawing(of: subject) == nil)
    }

    @Test("references that searches share stand there once") func shared() throws {
        let database = try ExampleDatabase()
        let searches = try ["first", "second"].map { try database.store.search(named: $0) }
        let drawing = try #require(
            try TaskPlot().drawing(of: PlotSubject(database.store, searches: searches)) as? TaskDrawing)
        #expect(drawing.series.filter { $0.trial.kind == .reference }.map(\.trial.search) == ["first", "first"])
    }

    @Test("a mark lies at its value, with its standard error on both sides") func places() throws {
        let database = try PlotDatabase()
        try database.search("one", [.init(digits: "4444", value: 0.4), .init(digits: "8888", value: 0.6)])
        let drawing = try #require(try TaskPlot().drawing(of: try database.subject(trials: "one/1-2")))
        let whiskers = SVGPicture(drawing.svg(theme: .light)).all("polyline").filter {
            $0.attributes["class"]?.hasPrefix("s-series") == true
        }.map { ($0.attributes["points"] ?? "").split { " ,".contains($0) }.compactMap { Double($0) } }
        #expect(whiskers.count == 2)
        let lengths = whiskers.map { $0[2] - $0[0] }
        // Two standard errors of 0.02 are a fifth of the difference between the trials.
        #expect(abs(lengths[0] - lengths[1]) < 0.05 && abs((whiskers[1][0] - whiskers[0][0]) / lengths[0] - 5) < 0.05)
    }
}
