import Store
import Testing

@testable import qpx

@Suite("importance") struct ImportancePlotTests {
    private func run(_ measure: String, _ values: [Double], signal: String? = nil) -> ImportanceRunRecord {
        ImportanceRunRecord(
            modelID: 1, measure: measure, signal: signal, unit: "nats", seed: 1, specification: "{}",
            durationSeconds: 1, commandLine: nil, environment: ExampleDatabase.environment,
            values: values.enumerated().map { .init(layer: $0, value: $1, nullMean: 0.1, nullDeviation: 0.05) }
                + [.init(layer: 0, precision: "nf4", value: 99)])
    }

    @Test("shows each measure of the search and of its model once, the latest run of each") func panels() throws {
        let database = try PlotDatabase(layers: 2)
        let search = try database.search("one", [])
        try database.store.recordImportances(
            ofSearch: search.id,
            [0, 1].map { ImportanceRecord(estimator: "ross", layer: $0, value: Double($0), nullMean: 0.5) })
        try database.store.recordImportanceRun(run("cca", [1, 2], signal: "residual"))
        try database.store.recordImportanceRun(run("cca", [3, 4], signal: "residual"))
        try database.store.recordImportanceRun(run("cca", [5, 6], signal: "update"))
        let drawing = try #require(try ImportancePlot().drawing(of: try database.subject("one")) as? ImportanceDrawing)
        #expect(drawing.panels.map(\.measure) == ["ross", "cca", "cca"])
        #expect(drawing.panels.map { $0.layers.map(\.value) } == [[0, 1], [5, 6], [3, 4]])
        #expect(drawing.panels[1].title == "cca of the update (nats)" && drawing.panels[0].search == "one")
        #expect(drawing.summary.hasPrefix("ross: most in layer 1, least in layer 0."))
        #expect(drawing.json.compact.contains(#""layer": 1, "value": 4.0, "null_mean": 0.1, "null_deviation": 0.05"#))
    }

    @Test("bars stand on zero and are as high as their values") func bars() throws {
        let layers = [2.0, -1, 4].enumerated().map {
            ImportancePanel.Layer(layer: $0, value: $1, nullMean: nil, nullDeviation: nil)
        }
        let drawing = ImportanceDrawing(
            name: "one",
            panels: [ImportancePanel(search: nil, measure: "m", signal: nil, unit: nil, layers: layers)])
        let bars = SVGPicture(drawing.svg(theme: .light)).all("rect").filter {
            $0.attributes["class"] == "f-series0" && $0.number("height") > 6
        }
        #expect(bars.count == 3)
        let heights = bars.map { $0.number("height") }
        #expect(abs(heights[2] / heights[0] - 2) < 0.01 && abs(heights[1] / heights[0] - 0.5) < 0.01)
        // The negative one hangs where the others stand.
        #expect(abs(bars[1].number("y") - (bars[0].number("y") + heights[0])) < 0.02)
        #expect(!drawing.hasNull)
    }

    @Test("tells searches that measured different things apart") func searches() throws {
        let database = try PlotDatabase(layers: 2)
        for (name, value) in [("one", 1.0), ("two", 2.0), ("three", 1.0)] {
            let search = try database.search(name, [])
            try database.store.recordImportances(
                ofSearch: search.id, [0, 1].map { ImportanceRecord(estimator: "ross", layer: $0, value: value) })
        }
        let drawing = try #require(
            try ImportancePlot().drawing(of: try database.subject("one", "two", "three")) as? ImportanceDrawing)
        #expect(drawing.panels.map(\.search) == ["one", "two"])
        #expect(drawing.svg(theme: .light).contains("two: ross"))
    }
}
