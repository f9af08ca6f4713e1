import Foundation

@testable import qpx

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An SVG read back: its elements with their places.
final class SVGPicture: NSObject, XMLParserDelegate {
    /// One element with the text that is directly in it.
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""

        func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? .nan }
    }

    private(set) var elements: [Element] = []
    private(set) var isWellFormed = false
    private var open: [Int] = []

    init(_ svg: String) {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let last = open.last { elements[last].text += string }
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    /// Width and height.
    var size: (width: Double, height: Double) {
        let box = (elements.first?.attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
        return box.count == 4 ? (box[2], box[3]) : (0, 0)
    }

    /// Everything that reaches beyond the edges, in words.
    var outside: [String] {
        let (width, height) = size
        return elements.compactMap { element in
            let isInside = corners(element).allSatisfy { corner in
                corner.x >= -0.5 && corner.x <= width + 0.5 && corner.y >= -0.5 && corner.y <= height + 0.5
            }
            return isInside ? nil : "\(element.name) '\(element.text)' \(corners(element))"
        }
    }

    /// Places that an element reaches to; NaN where they cannot be read.
    private func corners(_ element: Element) -> [(x: Double, y: Double)] {
        switch element.name {
        case "text": textCorners(element)
        case "rect" where element.attributes["x"] != nil:
            [
                (element.number("x"), element.number("y")),
                (element.number("x") + element.number("width"), element.number("y") + element.number("height")),
            ]
        case "polyline": Self.pairs(element.attributes["points"] ?? "")
        case "path":
            (element.attributes["d"] ?? "").split(separator: "M").map { part in
                Self.pairs(String(part)).first ?? (.nan, .nan)
            }
        default: []
        }
    }

    private func textCorners(_ element: Element) -> [(x: Double, y: Double)] {
        let own = SVGDocument.width(of: element.text, size: element.number("font-size"))
        let (x, y) = (element.number("x"), element.number("y"))
        var before = 0.0
        if element.attributes["text-anchor"] == "middle" { before = own / 2 }
        if element.attributes["text-anchor"] == "end" { before = own }
        // Turned text runs upwards.
        guard element.attributes["transform"] == nil else { return [(x, y + before), (x, y + before - own)] }
        return [(x - before, y), (x - before + own, y)]
    }

    private static func pairs(_ text: String) -> [(x: Double, y: Double)] {
        let numbers = text.split { !"-.0123456789".contains($0) }.compactMap { Double($0) }
        return stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    }
}
