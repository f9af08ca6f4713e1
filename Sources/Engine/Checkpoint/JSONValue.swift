/// A JSON document that loses nothing: members keep their order, numbers their digits.
///
/// Names are compared byte by byte where it matters (`members`), because two tokens may be different sequences of
/// scalars that Swift's `String` holds equal.
public enum JSONValue: Sendable, Equatable {
    /// A member of an object.
    public struct Member: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: JSONValue
    }

    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// The number as it is written.
    case number(String)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members in their order, also of names that are there twice.
    case object([Member])

    /// The member of that name (the last, if it is there twice), if this is an object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The members, if this is an object.
    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements, if this is an array.
    public var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text, if this is a string.
    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The truth value, if this is one.
    public var flag: Bool? {
        if case .boolean(let flag) = self { flag } else { nil }
    }

    /// The number, if this is an integer that fits.
    public var integer: Int? {
        if case .number(let digits) = self { Int(digits) } else { nil }
    }

    /// The number, if this is one that is finite.
    public var double: Double? {
        guard case .number(let digits) = self, let value = Double(digits), value.isFinite else { return nil }
        return value
    }

    /// Sets the member of that name, in its place if it is there, else at the end; does nothing to other values.
    mutating func set(_ name: String, to value: JSONValue) {
        guard case .object(var members) = self else { return }
        self = .null
        if let index = members.lastIndex(where: { $0.name == name }) {
            members[index].value = value
        } else {
            members.append(Member(name: name, value: value))
        }
        self = .object(members)
    }

    /// The value in a few words, for messages of one line.
    public var summary: String {
        switch self {
        case .null: "null"
        case .boolean(let flag): flag ? "true" : "false"
        case .number(let digits): digits.count > 40 ? digits.prefix(40) + "…" : digits
        case .string(let text): text.quoted
        case .array(let elements): "a list of \(elements.count)"
        case .object(let members): "an object of \(members.count)"
        }
    }
}

/// Why bytes are not JSON.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    /// How many bytes were read.
    public let byte: Int
    /// What is wrong there.
    public let reason: String

    /// One line.
    public var description: String { "\(reason) (byte \(byte))" }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral {
    /// A text.
    public init(stringLiteral text: String) { self = .string(text) }

    /// An object with these members in their order.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { Member(name: $0.0, value: $0.1) })
    }
}
