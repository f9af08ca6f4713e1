/// Text as Python's `str` methods change it, which the tasks of lm-evaluation-harness are written with. All of them work
/// on Unicode scalars, never on what a reader sees as one character.
enum PythonText {
    /// `str.strip`: without the blanks at both ends.
    static func stripped(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isBlank }),
            let last = scalars.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(scalars[first...last])
    }

    /// `str.lstrip`: without the blanks at the beginning.
    static func strippedLeft(_ text: String) -> String {
        String(text.unicodeScalars.drop(while: \.isBlank))
    }

    /// `str.capitalize`: the first character in title case, **all others in lower case**.
    static func capitalized(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            if index == 0 {
                result += scalar.properties.titlecaseMapping
            } else if scalar == "\u{3a3}" {
                result += isFinalSigma(index, in: scalars) ? "\u{3c2}" : "\u{3c3}"
            } else {
                result += scalar.properties.lowercaseMapping
            }
        }
        return result
    }

    /// `str.replace`: every occurrence, from left to right, each scalar at most once.
    static func replacing(_ pattern: String, with replacement: String, in text: String) -> String {
        let (scalars, pattern) = (Array(text.unicodeScalars), Array(pattern.unicodeScalars))
        guard let head = pattern.first else { return text }
        var result = String.UnicodeScalarView()
        var i = 0
        while i < scalars.count {
            if scalars[i] == head, scalars[i...].starts(with: pattern) {
                result.append(contentsOf: replacement.unicodeScalars)
                i += pattern.count
            } else {
                result.append(scalars[i])
                i += 1
            }
        }
        return String(result)
    }

    /// Whether a capital sigma ends a word: a letter before it, none behind it, marks and points not counted.
    private static func isFinalSigma(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }
}
