/// A drawing as SVG, element by element; lengths are points (1/72 inch), from the upper left corner.
///
/// Colours stand in the elements themselves, so that programs without style sheets draw them; a style sheet changes them only
/// where the reader asks for dark.
struct SVGDocument: Sendable {
    /// How an outline is drawn.
    struct Stroke: Sendable {
        var role: ChartTheme.Role
        var width = 0.75
        var opacity = 1.0
        /// Lengths of dashes and gaps; empty for a whole line.
        var dashes: [Double] = []
    }

    /// Where text stands beside its place.
    enum Anchor: String, Sendable { case start, middle, end }

    let width: Double
    let height: Double
    let theme: ChartTheme
    /// What the drawing is, for readers that do not see it.
    let title: String
    /// What is to be seen in it, for the same readers; may be empty.
    let description: String
    private var elements: [String] = []
    /// Names of the roles that occur, so that the style sheet has no others.
    private var roles: Set<String> = [ChartTheme.Role.paper.name]

    init(width: Double, height: Double, theme: ChartTheme, title: String, description: String = "") {
        self.width = width
        self.height = height
        self.theme = theme
        self.title = title
        self.description = description
    }

    /// The whole file.
    var text: String {
        let size = "\(SVGNumber.text(width)) \(SVGNumber.text(height))"
        let sheet = theme.rules(roles)
        let rules = sheet.isEmpty ? [] : ["<style>\(sheet)</style>"]
        let head =
            [
                #"<?xml version="1.0" encoding="UTF-8"?>"#,
                #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(SVGNumber.text(width))pt" "#
                    + #"height="\#(SVGNumber.text(height))pt" viewBox="0 0 \#(size)" role="img" "#
                    + #"font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">"#,
                "<title>\(Self.escaped(title))</title>",
            ] + (description.isEmpty ? [] : ["<desc>\(Self.escaped(description))</desc>"])
        let ground =
            #"<rect width="100%" height="100%" class="f-paper" fill="\#(theme.colour(.paper))"/>"#
        return (head + rules + [ground] + elements + ["</svg>"]).map { $0 + "\n" }.joined()
    }

    /// A line through places.
    /// - Parameter note: shown by a browser where the pointer rests on it.
    mutating func line(_ places: [(x: Double, y: Double)], _ stroke: Stroke, note: String? = nil) {
        guard places.count > 1 else { return }
        roles.insert(stroke.role.name)
        let points = places.map { "\(SVGNumber.text($0.x)),\(SVGNumber.text($0.y))" }.joined(separator: " ")
        let head = #"<polyline points="\#(points)" fill="none" stroke-linejoin="round" stroke-linecap="butt" "#
        let end = note.map { "><title>\(Self.escaped($0))</title></polyline>" } ?? "/>"
        elements.append(head + attributes(stroke) + end)
    }

    /// A filled rectangle.
    /// - Parameter note: shown by a browser where the pointer rests on it.
    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, role: ChartTheme.Role, opacity: Double = 1,
        note: String? = nil
    ) {
        roles.insert(role.name)
        let place = #"x="\#(SVGNumber.text(x))" y="\#(SVGNumber.text(y))""#
        let size = #"width="\#(SVGNumber.text(max(0, width)))" height="\#(SVGNumber.text(max(0, height)))""#
        let end = note.map { "><title>\(Self.escaped($0))</title></rect>" } ?? "/>"
        elements.append("<rect \(place) \(size) \(fill(role, opacity))\(end)")
    }

    /// A filled shape given as the data of an SVG path: many marks or cells at once.
    mutating func shape(_ data: String, role: ChartTheme.Role, opacity: Double = 1) {
        guard !data.isEmpty else { return }
        roles.insert(role.name)
        elements.append(#"<path d="\#(data)" \#(fill(role, opacity))/>"#)
    }

    private func fill(_ role: ChartTheme.Role, _ opacity: Double) -> String {
        let faint = opacity < 1 ? #" fill-opacity="\#(SVGNumber.text(opacity))""# : ""
        return #"class="f-\#(role.name)" fill="\#(theme.colour(role))"\#(faint)"#
    }

    /// A shape at a place.
    /// - Parameters:
    ///   - isFilled: else only its outline is drawn, on the ground's colour.
    ///   - note: shown by a browser where the pointer rests on it.
    mutating func mark(
        _ mark: ChartMark, x: Double, y: Double, radius: Double, role: ChartTheme.Role, isFilled: Bool = true,
        opacity: Double = 1, note: String? = nil
    ) {
        let path = mark.path(x: x, y: y, radius: isFilled ? radius : radius - 0.4)
        let fill: ChartTheme.Role = isFilled ? role : .paper
        // The ground's colour around a filled mark keeps it apart from what it lies on.
        let stroke = Stroke(role: isFilled ? .paper : role, width: isFilled ? 0.5 : 0.9)
        roles.formUnion([fill.name, stroke.role.name])
        let faint = opacity < 1 ? #" opacity="\#(SVGNumber.text(opacity))""# : ""
        let head = #"<path d="\#(path)" class="f-\#(fill.name) s-\#(stroke.role.name)" fill="\#(theme.colour(fill))" "#
        let tail = #"stroke="\#(theme.colour(stroke.role))" stroke-width="\#(SVGNumber.text(stroke.width))"\#(faint)"#
        elements.append(head + tail + (note.map { "><title>\(Self.escaped($0))</title></path>" } ?? "/>"))
    }

    /// Text at a place.
    /// - Parameters:
    ///   - y: the base line.
    ///   - turned: degrees, clockwise around the place.
    mutating func text(
        _ text: String, x: Double, y: Double, size: Double, role: ChartTheme.Role = .ink, anchor: Anchor = .start,
        turned: Double = 0
    ) {
        roles.insert(role.name)
        let turn =
            turned == 0
            ? "" : #" transform="rotate(\#(SVGNumber.text(turned)) \#(SVGNumber.text(x)) \#(SVGNumber.text(y)))""#
        elements.append(
            #"<text x="\#(SVGNumber.text(x))" y="\#(SVGNumber.text(y))" font-size="\#(SVGNumber.text(size))" "#
                + #"text-anchor="\#(anchor.rawValue)" class="f-\#(role.name)" fill="\#(theme.colour(role))"\#(turn)>"#
                + "\(Self.escaped(text))</text>")
    }

    private func attributes(_ stroke: Stroke) -> String {
        var text = #"class="s-\#(stroke.role.name)" stroke="\#(theme.colour(stroke.role))" "#
        text += #"stroke-width="\#(SVGNumber.text(stroke.width))""#
        if stroke.opacity < 1 { text += #" stroke-opacity="\#(SVGNumber.text(stroke.opacity))""# }
        if !stroke.dashes.isEmpty {
            text += #" stroke-dasharray="\#(stroke.dashes.map(SVGNumber.text).joined(separator: " "))""#
        }
        return text
    }

    /// Text as XML may hold it.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.withoutControlCharacters.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Not characters of XML, in any form.
            case "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// About how wide text is, in points, by the widths of Helvetica; other fonts differ, so what is laid out by it needs
    /// some air.
    static func width(of text: String, size: Double) -> Double {
        size
            * text.reduce(0) { width, character in
                switch character {
                case "i", "j", "l", "I", "'", "|", ".", ",", ":", ";", "!", "/", " ", "f", "t", "(", ")", "[", "]":
                    width + 0.29
                case "r", "-": width + 0.36
                case "m", "w", "M", "W", "%", "@": width + 0.86
                case "A"..."Z": width + 0.7
                default: width + 0.56 * Double(String(character).displayWidth)
                }
            }
    }
}

/// Numbers in SVG.
enum SVGNumber {
    /// Two decimals at most: a hundredth of a point is nothing.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let text = NumberText.fixed(value, 2)
        guard text.contains(".") else { return text }
        let kept = text.reversed().drop { $0 == "0" }
        return String((kept.first == "." ? kept.dropFirst() : kept).reversed())
    }
}
