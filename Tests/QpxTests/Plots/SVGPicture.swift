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
        func isOutside(_ x: Double, _ y: Double) -> Bool {
            !(x >= -0.5 && x <= width + 0.5 && y >= -0.5 && y <= height + 0.5)
        }
        return elements.compactMap { element in
            switch element.name {
            case "text":
                let size = element.number("font-size")
                let own = SVGDocument.width(of: element.text, size: size)
                let (x, y) = (element.number("x"), element.number("y"))
                let before = ["start": 0, "middle": own / 2, "end": own][element.attributes["text-anchor"] ?? ""] ?? 0
                let isTurned = element.attributes["transform"] != nil
                // Turned text runs upwards.
                let ends =
                    isTurned ? [(x, y + before), (x, y + before - own)] : [(x - before, y), (x - before + own, y)]
                return ends.contains { isOutside($0.0, $0.1) } ? "text '\(element.text)' at \(x), \(y)" : nil
            case "rect" where element.attributes["x"] != nil:
                let (x, y) = (element.number("x"), element.number("y"))
                let far = (x + element.number("width"), y + element.number("height"))
                return isOutside(x, y) || isOutside(far.0, far.1) ? "rect at \(x), \(y)" : nil
            case "polyline":
                let numbers = (element.attributes["points"] ?? "").split { " ,".contains($0) }.compactMap { Double($0) }
                let isOut = stride(from: 0, to: numbers.count - 1, by: 2).contains {
                    isOutside(numbers[$0], numbers[$0 + 1])
                }
                return isOut ? "line \(element.attributes["points"] ?? "")" : nil
            case "path":
                let starts = (element.attributes["d"] ?? "").split(separator: "M").map { part in
                    part.split { !"-.0123456789".contains($0) }.compactMap { Double($0) }
                }
                return starts.contains { $0.count < 2 || isOutside($0[0], $0[1]) } ? "mark at \(starts)" : nil
            default: return nil
            }
        }
    }
}
