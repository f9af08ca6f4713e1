import Foundation
import Testing

@testable import qpx

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reads XML as strictly as a browser reads SVG.
final class XMLReader: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    private(set) var text = ""
    private(set) var isWellFormed = false

    init(_ xml: String) {
        super.init()
        let parser = XMLParser(data: Data(xml.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) { elements.append((name, attributes)) }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func count(_ name: String) -> Int { elements.count { $0.name == name } }
}

@Suite("An SVG document") struct SVGDocumentTests {
    private func document(_ theme: ChartTheme, title: String = "a title") -> SVGDocument {
        SVGDocument(width: 237.6, height: 168, theme: theme, title: title)
    }

    @Test(
        "is well-formed whatever the text",
        arguments: ["<&>\"'", "a\u{0}b\u{1B}[31m", "π · 模型", "]]>", "--><x", "\u{FFFE}"])
    func escaping(text: String) {
        var document = document(.auto, title: text)
        document.text(text, x: 1, y: 2, size: 7)
        document.mark(.circle, x: 3, y: 4, radius: 2, role: .series(0), note: text)
        let xml = XMLReader(document.text)
        #expect(xml.isWellFormed)
        #expect(xml.count("text") == 1 && xml.count("title") == 2)
        #expect(!xml.text.contains("\u{0}") && !xml.text.contains("\u{1B}"))
    }

    @Test("keeps text that needs no change") func kept() {
        var document = document(.light)
        document.text("loss < 3 & \"more\"", x: 1, y: 2, size: 7)
        #expect(XMLReader(document.text).text.contains("loss < 3 & \"more\""))
    }

    @Test("asks for the reader's colours in the theme auto alone", arguments: ChartTheme.allCases)
    func themes(theme: ChartTheme) {
        var document = document(theme)
        document.line([(0, 0), (1, 1)], .init(role: .ink))
        for mark in ChartMark.allCases { document.mark(mark, x: 1, y: 1, radius: 2, role: .series(mark.rawValue)) }
        let xml = XMLReader(document.text)
        #expect(xml.isWellFormed && (xml.count("style") == 1) == (theme == .auto))
        #expect(document.text.contains("prefers-color-scheme") == (theme == .auto))
        // Every colour is in the elements as well, for programs without style sheets.
        for element in xml.elements where ["path", "rect", "polyline"].contains(element.name) {
            #expect(element.attributes["fill"]?.isEmpty == false)
        }
    }

    @Test("tells series apart by colour and by shape", arguments: [ChartTheme.light, .dark]) func series(
        theme: ChartTheme
    ) {
        let colours = (0..<ChartTheme.Role.seriesCount).map { theme.colour(.series($0)) }
        #expect(Set(colours).count == colours.count && !colours.contains(theme.colour(.paper)))
        let shapes = ChartMark.allCases.map { $0.path(x: 0, y: 0, radius: 2) }
        #expect(Set(shapes).count == shapes.count)
        #expect(ChartMark.ofSeries(0) == ChartMark.ofSeries(ChartMark.allCases.count))
    }

    @Test(
        "writes short numbers, and none that SVG has not",
        arguments: [
            (1.0, "1"), (0.5, "0.5"), (10.0, "10"), (-0.001, "0"), (1.239, "1.24"), (.nan, "0"), (.infinity, "0"),
        ])
    func numbers(value: Double, text: String) { #expect(SVGNumber.text(value) == text) }
}

@Suite("A canvas of characters") struct CharacterCanvasTests {
    @Test("leaves out what lies outside and ends no line in blanks") func clipped() {
        var canvas = CharacterCanvas(width: 5, height: 2)
        canvas.put("●", column: -1, row: 0)
        canvas.put("●", column: 9, row: 9)
        canvas.put("abcdefg", column: 2, row: 1)
        #expect(canvas.rendered(.off) == "\n  abc\n")
        #expect(canvas.isEmpty(column: 0, row: 0) && !canvas.isEmpty(column: 2, row: 1))
        #expect(canvas.isEmpty(column: 99, row: 0))
    }

    @Test("paints only where colour is on") func colour() {
        var canvas = CharacterCanvas(width: 3, height: 1)
        canvas.put("x", column: 1, row: 0, [.cyan])
        #expect(canvas.rendered(.off) == " x\n")
        #expect(canvas.rendered(Colour(isOn: true)) == " \u{1B}[36mx\u{1B}[0m\n")
    }
}
