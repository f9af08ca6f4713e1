extension PatternParser {
    /// The rest of a class after `[`.
    mutating func characterClass(depth: Int) throws(PatternError) -> ScalarSet {
        guard depth < 50 else { throw error("too many nested classes") }
        var set = ScalarSet([], isNegated: pass("^"))
        set.ignoresCase = ignoresCase
        var isFirst = true
        while true {
            guard let scalar = current else { throw error("missing ']'") }
            if scalar == "]", !isFirst {
                position += 1
                return set
            }
            isFirst = false
            if pass("&&") { throw error("an intersection of classes is not supported") }
            if pattern[position...].starts(with: ["[", ":"]) { throw error("a POSIX bracket is not supported") }
            if pass("[") {
                set.items.append(.set(try characterClass(depth: depth + 1)))
                continue
            }
            let low = try classMember()
            guard case .range(let first) = low, isRange else {
                set.items.append(low)
                continue
            }
            position += 1
            guard case .range(let last) = try classMember(), first.lowerBound <= last.lowerBound else {
                throw error("a range that is not one")
            }
            set.items.append(.range(first.lowerBound...last.lowerBound))
        }
    }

    /// Whether a hyphen comes next that joins two ends, not one that stands for itself before `]`.
    private var isRange: Bool {
        position + 1 < pattern.count && pattern[position] == "-" && pattern[position + 1] != "]"
    }

    /// A scalar as a range of one, or the set of an escape.
    private mutating func classMember() throws(PatternError) -> ScalarSet.Item {
        guard let scalar = current else { throw error("missing ']'") }
        position += 1
        guard scalar == "\\" else { return .range(scalar.value...scalar.value) }
        let set = try escape()
        return set.items.count == 1 && !set.isNegated ? set.items[0] : .set(set)
    }

    /// What follows a backslash.
    mutating func escape() throws(PatternError) -> ScalarSet {
        guard let scalar = current else { throw error("the pattern ends after a backslash") }
        position += 1
        switch scalar {
        case "s": return .whitespace
        case "d": return .digit
        case "w": return .word
        case "S": return ScalarSet([.whitespace], isNegated: true)
        case "D": return ScalarSet(ScalarSet.digit.items, isNegated: true)
        case "W": return ScalarSet(ScalarSet.word.items, isNegated: true)
        case "p": return try property(isNegated: false)
        case "P": return try property(isNegated: true)
        case "r": return ScalarSet(scalar: 0x0D)
        case "n": return ScalarSet(scalar: 0x0A)
        case "t": return ScalarSet(scalar: 0x09)
        case "f": return ScalarSet(scalar: 0x0C)
        case "v": return ScalarSet(scalar: 0x0B)
        case "0": return ScalarSet(scalar: 0)
        case "x": return try ScalarSet(scalar: pass("{") ? hexadecimal(1...6, closing: true) : hexadecimal(1...2))
        case "u": return try ScalarSet(scalar: hexadecimal(4...4))
        default:
            let isPlain = scalar.isASCII && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
            guard isPlain else { throw error("the escape '\\\(scalar)' is not supported") }
            return ScalarSet(scalar: scalar.value)
        }
    }

    private mutating func property(isNegated: Bool) throws(PatternError) -> ScalarSet {
        guard pass("{") else { throw error("expected '{' after \\p") }
        let isNegated = pass("^") != isNegated
        let start = position
        while let scalar = current, scalar != "}" { position += 1 }
        let name = String(String.UnicodeScalarView(pattern[start..<position]))
        guard pass("}") else { throw error("missing '}'") }
        guard let mask = ScalarSet.category(name) else {
            throw PatternError(offset: start, reason: "the property \(name.quoted) is not supported")
        }
        return ScalarSet([.categories(mask)], isNegated: isNegated)
    }

    private mutating func hexadecimal(_ count: ClosedRange<Int>, closing: Bool = false) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        var digits = 0
        while digits < count.upperBound, let digit = current.flatMap({ Character($0).hexDigitValue }) {
            value = value << 4 | UInt32(digit)
            digits += 1
            position += 1
        }
        guard count.contains(digits), Unicode.Scalar(value) != nil, !closing || pass("}") else {
            throw error("a hexadecimal escape that names no character")
        }
        return value
    }
}
