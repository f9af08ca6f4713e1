/// Reads JSON (RFC 8259) from bytes.
///
/// Strict, and safe on anything: nesting is limited, text must be UTF-8, escapes must name scalars.
public struct JSONParser {
    private static let deepest = 128

    private let bytes: UnsafeBufferPointer<UInt8>
    /// Whether NaN, Infinity and -Infinity are numbers, which no standard says but some programs write.
    private let takesNotFinite: Bool
    private var position = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>, takesNotFinite: Bool) {
        self.bytes = bytes
        self.takesNotFinite = takesNotFinite
    }

    /// The document in a text.
    /// - Parameter takesNotFinite: whether NaN, Infinity and -Infinity are numbers, whose `double` is nil.
    public static func parse(_ text: String, takesNotFinite: Bool = false) throws(JSONError) -> JSONValue {
        var result: Result<JSONValue, JSONError>?
        var text = text
        text.withUTF8 { bytes in
            do throws(JSONError) {
                result = .success(try document(bytes, takesNotFinite: takesNotFinite))
            } catch {
                result = .failure(error)
            }
        }
        guard let result else { throw JSONError(byte: 0, reason: "the text cannot be read") }
        return try result.get()
    }

    /// The document in `bytes`.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        // A rebinding for the length of this call; the bytes are only read.
        try document(bytes.bindMemory(to: UInt8.self), takesNotFinite: false)
    }

    private static func document(
        _ bytes: UnsafeBufferPointer<UInt8>, takesNotFinite: Bool
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes, takesNotFinite: takesNotFinite)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw parser.error("text after the document") }
        return value
    }

    private func error(_ reason: String) -> JSONError { JSONError(byte: position, reason: reason) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < Self.deepest else { throw error("nested too deeply") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case UInt8(ascii: "N") where takesNotFinite:
            try word("NaN")
            return .number("NaN")
        case UInt8(ascii: "I") where takesNotFinite:
            try word("Infinity")
            return .number("Infinity")
        case .some: return try number()
        case nil: throw error("the text ends too early")
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count else { throw error("the text ends too early") }
        for index in 0..<word.utf8CodeUnitCount where bytes[position + index] != word.utf8Start[index] {
            throw error("unknown word")
        }
        position = end
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error("expected a name in quotes") }
            let name = try string()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw error("expected ':'") }
            position += 1
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
            skipSpace()
            if try isLast(closing: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if try isLast(closing: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    /// Passes a comma (false) or the closing bracket (true).
    private mutating func isLast(closing: UInt8) throws(JSONError) -> Bool {
        guard let byte = current else { throw error("the text ends too early") }
        guard byte == closing || byte == UInt8(ascii: ",") else {
            throw error("expected ',' or '\(Unicode.Scalar(closing))'")
        }
        position += 1
        return byte == closing
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        if takesNotFinite, position > start, current == UInt8(ascii: "I") {
            try word("Infinity")
            return .number("-Infinity")
        }
        let whole = digits()
        guard whole > 0 else {
            position = start
            throw error("expected a value")
        }
        if whole > 1, bytes[position - whole] == UInt8(ascii: "0") { throw error("a number with a leading zero") }
        if current == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw error("expected a digit") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw error("expected a digit") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if current == UInt8(ascii: "\"") {
            let text = try text(bytes[start..<position])
            position += 1
            return text
        }
        var units = Array(bytes[start..<position])
        while true {
            guard let byte = current else { throw error("the text ends inside a string") }
            guard byte >= 0x20 else { throw error("a control character inside a string") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(units[...])
            case UInt8(ascii: "\\"): try escape(into: &units)
            default: units.append(byte)
            }
        }
    }

    private func text(_ units: some Collection<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: units, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return text
    }

    private mutating func escape(into units: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw error("the text ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "u"):
            var code = try fourHexDigits()
            if (0xD800..<0xDC00).contains(code) {
                guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                    bytes[position + 1] == UInt8(ascii: "u")
                else { throw error("half of a surrogate pair") }
                position += 2
                let low = try fourHexDigits()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
            units.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw error("unknown escape")
        }
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw error("the text ends inside a string") }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexDigit(bytes[position]) else { throw error("expected four hexadecimal digits") }
            code = code << 4 | digit
            position += 1
        }
        return code
    }

    private static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 55
        default: nil
        }
    }
}
