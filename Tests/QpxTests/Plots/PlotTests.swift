import Foundation
import Store
import Testing

@testable import qpx

/// What holds for every kind of picture.
@Suite("Every picture") struct PlotTests {
    static let names = Plots.names

    /// A database in which there is something to draw for every kind.
    private static func filled(trials: Int, layers: Int = 4) throws -> PlotDatabase {
        let database = try PlotDatabase(layers: layers)
        let losses = (0..<120).map { step -> Double in
            let decay = 1 + Double(step) / 20
            return 4 / decay + 0.1 * Double(step % 3)
        }
        for (shift, name) in ["first", "second"].enumerated() {
            let entries = (0..<trials).map { index -> PlotDatabase.Entry in
                var code = index
                let digits = (0..<layers).map { _ -> Character in
                    defer { code /= 4 }
                    return ["4", "8", "2", "3"][code % 4]
                }
                let value = 0.5 + Double((index * 37 + shift * 11) % 41) / 100
                return PlotDatabase.Entry(
                    digits: String(digits), value: value, kind: index < 2 ? .baseline : .proposal,
                    label: index < 2 ? "uniform <&> \(index)" : nil, isWithinBudget: index != 1,
                    prediction: index < 2 ? nil : (mean: value + Double(index % 5 - 2) / 50, deviation: 0.03),
                    losses: index % 3 == 0 ? losses : [])
            }
            let search = try database.search(
                name, specification: #"{"rank":\#(8 + shift),"layer_importance":"<&>"}"#, entries)
            try database.store.recordImportances(
                ofSearch: search.id,
                ["ross", "cca"].flatMap { estimator in
                    (0..<layers).map {
                        ImportanceRecord(
                            estimator: estimator, layer: $0, value: 0.1 * Double($0) + Double(shift), nullMean: -0.01,
                            nullDeviation: 0.02)
                    }
                })
        }
        return database
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var plot: String
        var theme: ChartTheme
        var width: Double
        var testDescription: String { "\(plot), \(theme.rawValue), \(Int(width)) points" }
    }

    static let cases = names.flatMap { name in
        [(ChartTheme.auto, PlotPaper.column), (.light, PlotPaper.page), (.dark, 160)].map {
            Case(plot: name, theme: $0.0, width: $0.1)
        }
    }

    @Test("is well-formed, within its edges, with title and description, the same every time", arguments: cases)
    func pictures(case: Case) throws {
        let database = try Self.filled(trials: 20)
        let plot = try Plots.named(`case`.plot)
        let paper = PlotPaper(theme: `case`.theme, width: `case`.width)
        for subject in [try database.subject("first"), try database.subject("first", "second")] {
            let drawing = try #require(try plot.drawing(of: subject))
            let svg = drawing.svg(paper)
            let picture = SVGPicture(svg)
            #expect(picture.isWellFormed)
            #expect(picture.outside.isEmpty, "\(picture.outside)")
            #expect(picture.size.width == paper.width)
            #expect(picture.elements.dropFirst().first?.name == "title" && picture.all("desc").count == 1)
            #expect(picture.all("desc").allSatisfy { !$0.text.isEmpty })
            #expect(picture.all("text").allSatisfy { $0.number("font-size") >= 5 && $0.number("font-size") <= 8 })
            #expect(!svg.contains("nan") && !svg.contains("inf\""))
            #expect(try plot.drawing(of: subject)?.svg(paper) == svg)
        }
    }

    @Test("of many trials and layers stays small and within its edges", arguments: names) func many(name: String) throws
    {
        let database = try Self.filled(trials: 250, layers: 40)
        let drawing = try #require(try Plots.named(name).drawing(of: try database.subject("first", "second")))
        let svg = drawing.svg(theme: .auto)
        let picture = SVGPicture(svg)
        #expect(picture.isWellFormed && picture.outside.isEmpty, "\(picture.outside)")
        #expect(svg.utf8.count < 400_000, "\(svg.utf8.count)")
    }

    @Test("of a search without trials there is none", arguments: names) func nothing(name: String) throws {
        let database = try PlotDatabase()
        try database.search("empty", [])
        #expect(try Plots.named(name).drawing(of: try database.subject("empty")) == nil)
    }

    @Test("of a single trial is drawn or refused, never broken", arguments: names) func single(name: String) throws {
        let database = try PlotDatabase()
        try database.search("one", [.init(digits: "4444", value: 0.5, prediction: (0.5, 0), losses: [2, 1])])
        guard let drawing = try Plots.named(name).drawing(of: try database.subject("one")) else { return }
        let picture = SVGPicture(drawing.svg(theme: .light))
        #expect(picture.isWellFormed && picture.outside.isEmpty, "\(picture.outside)")
        #expect(drawing.text(width: 60, colour: .off)?.hasSuffix("\n") ?? true)
    }

    @Test("in characters fits the terminal", arguments: names.filter { $0 != "parallel" }, [50, 80]) func characters(
        name: String, width: Int
    ) throws {
        let database = try Self.filled(trials: 90)
        let drawing = try #require(try Plots.named(name).drawing(of: try database.subject("first", "second")))
        let text = try #require(drawing.text(width: width, colour: .off))
        #expect(text.hasSuffix("\n") && !text.contains("\u{1B}"))
        for line in text.split(separator: "\n") { #expect(String(line).displayWidth <= width, "\(line)") }
        #expect(try #require(drawing.text(width: width, colour: Colour(isOn: true))).isEmpty == false)
    }

    @Test("has a name of its own, a line of help, and what it takes") func list() {
        #expect(Set(Plots.names).count == Plots.all.count && !Plots.names.contains("all"))
        for plot in Plots.all {
            #expect(!plot.title.isEmpty && plot.abstract.hasSuffix(".") && !plot.needs.isEmpty && !plot.keys.isEmpty)
        }
    }

    @Test("an unknown name is answered with the nearest") func unknown() {
        #expect(throws: Failure.self) { try Plots.named("calibraton") }
        do {
            _ = try Plots.named("calibraton")
        } catch {
            #expect(error.message.contains("Did you mean 'calibration'?") && error.status == .usage)
        }
    }
}
