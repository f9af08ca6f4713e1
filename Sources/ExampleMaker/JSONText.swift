/// A JSON value that keeps the order of its keys, written the same way each time.
indirect enum JSONText: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    /// The value on one line.
    var line: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// The value over several lines, for people to read; lists of plain values stay on one line.
    var page: String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    private var isPlain: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .string(let value): Self.quote(value, to: &text)
        case .array(let values):
            let inner = values.allSatisfy(\.isPlain) ? nil : indent
            Self.list(values, in: ("[", "]"), to: &text, indent: inner) { $0.write(to: &$1, indent: $2) }
        case .object(let members):
            Self.list(members, in: ("{", "}"), to: &text, indent: indent) {
                Self.quote($0.0, to: &$1)
                $1 += ": "
                $0.1.write(to: &$1, indent: $2)
            }
        }
    }

    private static func list<Item>(
        _ items: [Item], in brackets: (String, String), to text: inout String, indent: Int?,
        each: (Item, inout String, Int?) -> Void
    ) {
        text += brackets.0
        for (i, item) in items.enumerated() {
            if i > 0 { text += indent == nil ? ", " : "," }
            if let indent { text += "\n" + String(repeating: " ", count: indent + 2) }
            each(item, &text, indent.map { $0 + 2 })
        }
        if let indent, !items.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
        text += brackets.1
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\u{0}"..."\u{1f}":
                let code = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
