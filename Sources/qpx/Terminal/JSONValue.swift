/// A JSON value whose objects keep the order of their keys, for output that reads well and never changes by itself.
///
/// Missing values are written as `null`, and so are numbers that JSON cannot say (NaN and the infinities).
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([(String, JSONValue)])
    /// What is JSON already, on one line: written as it is.
    case verbatim(String)

    /// The value, or null.
    static func optional(_ value: Int?) -> JSONValue { value.map(JSONValue.int) ?? .null }
    /// The value, or null.
    static func optional(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    /// The value, or null.
    static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    /// The value, or null.
    static func optional(_ value: Bool?) -> JSONValue { value.map(JSONValue.bool) ?? .null }

    /// A number where every JSON reader keeps its digits, else text.
    static func seed(_ value: UInt64) -> JSONValue {
        value <= 1 << 53 ? .int(Int(value)) : .string(String(value))
    }

    /// Everything on one line.
    var compact: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// Objects over several lines, two blanks per level; arrays of plain values on one line.
    var pretty: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    static func == (a: JSONValue, b: JSONValue) -> Bool { a.compact == b.compact }

    private var isPlain: Bool {
        switch self {
        case .array, .object, .verbatim: false
        default: true
        }
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .number(let value): text += value.isFinite ? "\(value)" : "null"
        case .string(let value): Self.write(value, to: &text)
        case .verbatim(let value): text += value
        case .array(let values):
            let indent = values.allSatisfy(\.isPlain) ? nil : indent
            Self.writeList(values, open: "[", close: "]", to: &text, indent: indent) { value, text, indent in
                value.write(to: &text, indent: indent)
            }
        case .object(let members):
            Self.writeList(members, open: "{", close: "}", to: &text, indent: indent) { member, text, indent in
                Self.write(member.0, to: &text)
                text += ": "
                member.1.write(to: &text, indent: indent)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], open: String, close: String, to text: inout String, indent: Int?,
        write: (Element, inout String, Int?) -> Void
    ) {
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += indent == nil ? ", " : "," }
            if let indent { text += "\n" + String(repeating: " ", count: indent + 2) }
            write(element, &text, indent.map { $0 + 2 })
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
        text += close
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
