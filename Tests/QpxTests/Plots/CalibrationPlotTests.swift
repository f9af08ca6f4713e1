import Store
import Testing

@testable import qpx

@Suite("calibration") struct CalibrationPlotTests {
    /// Values at so many deviations of 0.1 from a mean of 0.5.
    private func drawing(_ scores: [Double], deviation: Double = 0.1) throws -> CalibrationDrawing {
        let database = try PlotDatabase(layers: 6)
        let entries = scores.enumerated().map { index, z -> PlotDatabase.Entry in
            let digits = String((0..<6).map { Character(index >> $0 & 1 == 0 ? "4" : "8") })
            return .init(digits: digits, value: 0.5 + z * 0.1, prediction: (0.5, deviation))
        }
        try database.search("one", entries + [.init(digits: "222222", value: 0.2, kind: .initial)])
        return try #require(try CalibrationPlot().drawing(of: try database.subject("one")) as? CalibrationDrawing)
    }

    @Test("counts how often deviations hold") func coverage() throws {
        let drawing = try drawing([0, 0.5, -0.9, 1.5, -1.9, 2.5, -4, 0.25])
        #expect(drawing.points.count == 8 && drawing.within(1) == 0.5 && drawing.within(2) == 0.75)
        #expect(drawing.histogram == [1, 0, 1, 0, 1, 0, 2, 1, 0, 1, 0, 1])
        let note = try #require(drawing.notes.first)
        #expect(
            note == "Of 8 measured values 50 % lie within one deviation of the prediction (68 % expected), "
                + "75 % within two (95 %).")
        let z = try #require(drawing.points[3].z)
        #expect(abs(z - 1.5) < 1e-9)
    }

    @Test("survives predictions without any deviation") func certain() throws {
        let drawing = try drawing([0, 1], deviation: 0)
        #expect(drawing.points.map(\.z) == [nil, nil] && drawing.within(1) == nil)
        let picture = SVGPicture(drawing.svg(theme: .dark))
        #expect(picture.isWellFormed && picture.outside.isEmpty)
        #expect(drawing.json.compact.contains(#""z": null}"#))
    }

    @Test("what was predicted exactly lies on the diagonal") func diagonal() throws {
        let database = try PlotDatabase()
        try database.search(
            "one",
            [
                .init(digits: "4444", value: 0.3, prediction: (0.3, 0.1)),
                .init(digits: "8888", value: 0.7, prediction: (0.7, 0.1)),
                .init(digits: "4488", value: 0.6, prediction: (0.6, 0.1)),
            ])
        let drawing = try #require(
            try CalibrationPlot().drawing(of: try database.subject("one")) as? CalibrationDrawing)
        #expect(drawing.rankCorrelation == 1)
        let picture = SVGPicture(drawing.svg(theme: .light))
        let line = try #require(
            picture.all("polyline").first {
                $0.attributes["stroke-dasharray"] == "3 2" && $0.attributes["points"]?.split(separator: " ").count == 2
                    && Self.length($0) > 50
            })
        let ends = Self.numbers(line)
        let marks = picture.all("path").filter { $0.attributes["class"] == "f-series0 s-paper" }.map { mark in
            (mark.attributes["d"] ?? "").split { !"-.0123456789".contains($0) }.compactMap { Double($0) }
        }.filter { $0[1] > ends[3] }
        #expect(marks.count == 3)
        for mark in marks {
            // A circle's path begins at its left end, one radius from the middle.
            let part = (mark[0] + mark[2] - ends[0]) / (ends[2] - ends[0])
            #expect(abs(ends[1] + part * (ends[3] - ends[1]) - mark[1]) < 0.1)
        }
    }

    private static func numbers(_ line: SVGPicture.Element) -> [Double] {
        (line.attributes["points"] ?? "").split { " ,".contains($0) }.compactMap { Double($0) }
    }

    private static func length(_ line: SVGPicture.Element) -> Double {
        let numbers = numbers(line)
        return abs(numbers[2] - numbers[0])
    }

    @Test("of trials that are asked for alone") func some() throws {
        let database = try PlotDatabase()
        try database.search(
            "one",
            [
                .init(digits: "4444", value: 0.3, prediction: (0.3, 0.1)),
                .init(digits: "8888", value: 0.7, prediction: (0.7, 0.1)),
            ])
        let drawing = try CalibrationPlot().drawing(of: try database.subject(trials: "one/2"))
        #expect((drawing as? CalibrationDrawing)?.points.map(\.name) == ["one/2"])
    }
}
