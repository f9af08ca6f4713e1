internal import Store

/// The values that `--columns` asks for: expressions separated by commas.
struct ColumnList {
    /// What was written, one text per column.
    let titles: [String]
    /// The values.
    let expressions: [TrialExpression]

    /// Reads the list.
    /// - Throws: `Failure` that names the flag and the place.
    init(_ text: String, _ builder: TrialExpressionBuilder) throws {
        titles = Self.parts(text)
        expressions = try titles.map { title in
            try ExpressionFlag.read("--columns: '\(title)'") { try builder.value(title) }
        }
    }

    /// The parts between commas that are in no parentheses and no quotes.
    static func parts(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil }
            } else {
                switch character {
                case "'", "\"", "`": quote = character
                case "(": depth += 1
                case ")": depth -= 1
                case "," where depth == 0:
                    parts.append("")
                    continue
                default: break
                }
            }
            parts[parts.count - 1].append(character)
        }
        return parts.map { part in
            let front = part.drop(while: \.isWhitespace)
            return String(front.reversed().drop(while: \.isWhitespace).reversed())
        }
    }
}
