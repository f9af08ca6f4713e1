/// The articles of a WikiText file, and their text as it was before it was cut into words.
///
/// Source: lm-evaluation-harness 0.4.13, task "wikitext".
public enum WikiText {
    /// The articles of a file in WikiText's form; an article begins at a line " = Title = " and ends before the next.
    ///
    /// What stands before the first title is an article of its own unless it is blank, as in the data set of whole articles
    /// that the harness reads.
    public static func articles(_ text: String, file: String) -> [RollingDocument] {
        var pages: [[Substring.UnicodeScalarView]] = [[]]
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            if isTitle(line) {
                if let last = pages.last, last.allSatisfy({ $0.allSatisfy(\.isBlank) }) { pages.removeLast() }
                pages.append([])
            }
            pages[pages.count - 1].append(Substring.UnicodeScalarView(line))
        }
        return pages.enumerated().map { number, lines in
            let page = lines.map { String($0) }.joined(separator: "\n")
            return RollingDocument(name: "\(file), article \(number + 1)", original: page, scored: detokenized(page))
        }
    }

    /// The text with the blanks and marks taken out that tokenization put in.
    public static func detokenized(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        for (pattern, replacement) in separators { replace(pattern, with: replacement, in: &scalars) }
        for (open, close) in brackets { tighten(open, close, in: &scalars) }
        for (pattern, replacement) in remains { replace(pattern, with: replacement, in: &scalars) }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }

    // The order of all rules is part of the protocol.
    private static let separators = [
        ("s '", "s'"), (" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", "."), (" : ", ": "), (" ; ", "; "), (" . ", ". "),
        (" ! ", "! "), (" ? ", "? "), (" , ", ", "),
    ]
    private static let brackets: [(Unicode.Scalar, Unicode.Scalar)] = [
        ("(", ")"), ("[", "]"), ("{", "}"), ("\"", "\""), ("'", "'"),
    ]
    private static let remains = [
        ("= = = =", "===="), ("= = =", "==="), ("= =", "=="), (" \u{b0} ", "\u{b0}"), (" \n", "\n"), ("\n ", "\n"),
        (" N ", " 1 "), (" 's", "'s"),
    ]

    /// Whether a line is " = Title = "; the signs of titles further down are drawn together before it is looked at.
    private static func isTitle(_ line: Substring.UnicodeScalarView) -> Bool {
        guard line.first(where: { !$0.isBlank }) == "=" else { return false }
        var scalars = Array(line)
        replace("= = =", with: "===", in: &scalars)
        replace("= =", with: "==", in: &scalars)
        let inner = scalars.drop(while: \.isBlank)
        guard let last = inner.lastIndex(where: { !$0.isBlank }) else { return false }
        let title = inner[inner.startIndex...last]
        return title.starts(with: ["=", " "]) && title.suffix(2) == [" ", "="]
    }

    /// Replaces every occurrence, from left to right, each scalar at most once.
    private static func replace(_ pattern: String, with replacement: String, in text: inout [Unicode.Scalar]) {
        let pattern = Array(pattern.unicodeScalars)
        let replacement = Array(replacement.unicodeScalars)
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.count)
        var i = 0
        while i < text.count {
            if text[i] == pattern[0], text[i...].starts(with: pattern) {
                result += replacement
                i += pattern.count
            } else {
                result.append(text[i])
                i += 1
            }
        }
        text = result
    }

    /// Removes blanks just inside each pair of marks; a pair ends at the first closing mark.
    private static func tighten(_ open: Unicode.Scalar, _ close: Unicode.Scalar, in text: inout [Unicode.Scalar]) {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.count)
        var i = 0
        while i < text.count {
            result.append(text[i])
            i += 1
            guard result.last == open else { continue }
            // Without a closing mark after this one there is none after any later one.
            guard let end = text[i...].firstIndex(of: close) else { break }
            let inside = text[i..<end].drop(while: \.isBlank)
            let last = inside.lastIndex { !$0.isBlank }
            if let last { result += inside[inside.startIndex...last] }
            result.append(close)
            i = end + 1
        }
        text = result + text[i...]
    }
}
