import Store
import Testing

@testable import qpx

@Suite("allocations") struct AllocationPlotTests {
    private func drawing(
        _ entries: [PlotDatabase.Entry], order: PlotSubject.Order = .value, layers: Int = 4
    ) throws -> AllocationDrawing {
        let database = try PlotDatabase(layers: layers)
        try database.search("one", entries)
        var subject = try database.subject("one")
        subject.order = order
        return try #require(try AllocationPlot().drawing(of: subject) as? AllocationDrawing)
    }

    @Test("shows the best trial first, or the first") func order() throws {
        let entries: [PlotDatabase.Entry] = [
            .init(digits: "2244", value: 0.4), .init(digits: "8888", value: 0.7), .init(digits: "4444", value: 0.4),
            .init(digits: "3388", value: 0.6),
        ]
        #expect(try drawing(entries).columns.map(\.trial.trial.number) == [2, 4, 1, 3])
        #expect(try drawing(entries, order: .number).columns.map(\.trial.trial.number) == [1, 2, 3, 4])
    }

    @Test("takes the whole scale, few bits to many") func levels() throws {
        let drawing = try drawing([.init(digits: "2348", value: 0.4), .init(digits: "8888", value: 0.5)])
        #expect(
            drawing.precisions.map(\.bits) == [2, 3, 4, 8]
                && drawing.precisions.map(\.names) == [["nf2"], ["nf3"], ["nf4"], ["int8"]])
        #expect((0..<4).map(drawing.level) == [0, 3, 6, 9])
        #expect(drawing.ranks(drawing.columns[1]) == [0, 1, 2, 3])
        #expect(!drawing.isSplit && drawing.notes.isEmpty)
    }

    @Test("has a row per module where layers are split") func split() throws {
        let drawing = try drawing([.init(digits: "4m44", value: 0.4), .init(digits: "8888", value: 0.5)])
        #expect(drawing.isSplit && drawing.rowsPerLayer == 7)
        let ranks = drawing.ranks(drawing.columns[1])
        #expect(ranks.count == 28 && ranks[7..<14] == [0, 0, 0, 0, 0, 0, 1])
        #expect(
            drawing.notes == ["In a layer, from above: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj."])
        let text = try #require(drawing.text(width: 80, colour: .off))
        #expect(text.contains("    1  8*\n") && text.contains("*: modules differ"))
    }

    @Test("draws every cell once, in the colour of its bits") func cells() throws {
        let drawing = try drawing([
            .init(digits: "2244", value: 0.4), .init(digits: "8888", value: 0.7), .init(digits: "4444", value: 0.4),
        ])
        let picture = SVGPicture(drawing.svg(theme: .light))
        let cells = picture.all("path").filter {
            $0.attributes["class"]?.hasPrefix("f-level") == true && $0.attributes["stroke"] == nil
        }
        let counts = Dictionary(
            uniqueKeysWithValues: cells.map {
                ($0.attributes["fill"] ?? "", ($0.attributes["d"] ?? "").count { $0 == "M" })
            })
        #expect(counts == [ColourScale.light(0): 2, ColourScale.light(5): 6, ColourScale.light(9): 4])
        // Never by colour alone: the bits stand in the cells.
        #expect(picture.all("text").count { $0.attributes["class"]?.hasPrefix("f-onlevel") == true } == 12)
    }

    @Test("keeps a readable number of columns") func many() throws {
        let entries = (0..<130).map { index -> PlotDatabase.Entry in
            let digits = String((0..<8).map { Character(index >> $0 & 1 == 0 ? "4" : "8") })
            return .init(digits: digits, value: Double(index * 37 % 131))
        }
        let best = try drawing(entries, layers: 8)
        #expect(best.columns.count == 130 && best.shown.count == 60 && best.shown[0].trial.value == 130)
        #expect(best.notes == ["The best 60 of 130 trials."])
        let spaced = try drawing(entries, order: .number, layers: 8)
        let numbers = spaced.shown.map(\.trial.trial.number)
        #expect(numbers.count == 60 && numbers.first == 1 && numbers.last == 130 && Set(numbers).count == 60)
        #expect(spaced.notes == ["60, evenly spaced, of 130 trials."])
    }
}
