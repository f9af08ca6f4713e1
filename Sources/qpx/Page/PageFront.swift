internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The page's own files, compiled in: one set for the report and for `qpx ui`.
///
/// The script is one file in the browser and several here, each with one idea, in the order in which they need each other.
enum PageFront {
    /// The style sheet, with the colours of drawings: those that a drawing has by itself are for light paper.
    static let style =
        text(PackageResources.style_css)
        + ChartTheme.Role.all.map { role in
            let colours = "light-dark(\(ChartTheme.light.colour(role)), \(ChartTheme.dark.colour(role)))"
            return ".f-\(role.name) { fill: \(colours); } .s-\(role.name) { stroke: \(colours); }\n"
        }.joined()
    /// The script.
    static let script = [
        PackageResources.dom_js, PackageResources.format_js, PackageResources.address_js, PackageResources.source_js,
        PackageResources.cells_js, PackageResources.searches_js, PackageResources.trials_js,
        PackageResources.compare_js, PackageResources.details_js, PackageResources.pictures_js,
        PackageResources.main_js,
    ].map(text).joined(separator: "\n")
    /// The document, with places for style, script and data.
    static let document = text(PackageResources.index_html)

    /// The document that fetches style, script and data.
    static let live = filled(
        style: #"<link rel="stylesheet" href="style.css">"#, script: #"<script src="app.js" defer></script>"#,
        policy: "", title: "qpx")

    /// The document with everything in it.
    /// - Parameter data: JSON.
    static func standalone(title: String, data: JSONValue) -> String {
        let policy =
            "default-src 'none'; style-src \(source(style)); script-src \(source(script)); img-src data:; "
            + "base-uri 'none'; form-action 'none'"
        return filled(
            style: "<style>\(style)</style>",
            script: #"<script type="application/json" id="data">"# + embedded(data) + "</script>\n"
                + "<script>\(script)</script>",
            policy: #"<meta http-equiv="Content-Security-Policy" content="\#(policy)">"# + "\n", title: title)
    }

    /// JSON as a script element may hold it: nothing in it can end the element or begin another.
    static func embedded(_ data: JSONValue) -> String {
        var text = ""
        for scalar in data.compact.unicodeScalars {
            switch scalar {
            // Only strings have these characters, and there the escape means the same.
            case "<": text += "\\u003c"
            case ">": text += "\\u003e"
            case "&": text += "\\u0026"
            case "\u{2028}": text += "\\u2028"
            case "\u{2029}": text += "\\u2029"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// How a content security policy names a text.
    static func source(_ text: String) -> String {
        var hash = SHA256()
        hash.update(text)
        return "'sha256-\(Data(hash.finalize()).base64EncodedString())'"
    }

    private static func filled(style: String, script: String, policy: String, title: String) -> String {
        // One pass over the parts: what is filled in is not looked at again.
        let places = [
            "<!--POLICY-->": policy, "<!--TITLE-->": SVGDocument.escaped(title), "<!--STYLE-->": style,
            "<!--SCRIPT-->": script,
        ]
        var text = ""
        var rest = document[...]
        while let start = rest.firstRange(of: "<!--") {
            text += rest[..<start.lowerBound]
            rest = rest[start.lowerBound...]
            guard let end = rest.firstRange(of: "-->") else { break }
            let place = String(rest[..<end.upperBound])
            text += places[place] ?? place
            rest = rest[end.upperBound...]
        }
        return text + rest
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
