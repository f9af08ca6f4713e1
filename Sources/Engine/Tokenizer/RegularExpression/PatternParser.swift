/// Reads the regular expressions of tokenizers, in Oniguruma's notation.
///
/// Known are: alternation, groups `(…)` `(?:…)` `(?i:…)` `(?-i:…)` and `(?i)`, classes with ranges, negation and nesting,
/// `.` `\s \S \d \D \w \W`, `\p{…} \P{…} \p{^…}` with general categories, the escapes `\r \n \t \f \v \0 \xHH \x{…}
/// \uHHHH`, the quantifiers `? * + {m} {m,} {,n} {m,n}` and their lazy forms, the possessive forms `?+ *+ ++` of single
/// scalars, `(?=…)` and `(?!…)`, `^` and `$` at lines. Anything else is refused.
struct PatternParser {
    private static let deepest = 50
    static let mostRepetitions = 1000

    let pattern: [Unicode.Scalar]
    var position = 0
    var ignoresCase = false

    static func parse(_ pattern: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(pattern: Array(pattern.unicodeScalars))
        let node = try parser.alternation(depth: 0)
        guard parser.current == nil else { throw parser.error("unmatched ')'") }
        return node
    }

    var current: Unicode.Scalar? { position < pattern.count ? pattern[position] : nil }

    func error(_ reason: String) -> PatternError { PatternError(offset: position, reason: reason) }

    /// Passes `text` if it comes next.
    mutating func pass(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard pattern[position...].starts(with: scalars) else { return false }
        position += scalars.count
        return true
    }

    private mutating func alternation(depth: Int) throws(PatternError) -> PatternNode {
        guard depth < Self.deepest else { throw error("too many nested groups") }
        // A flag like (?i) holds to the end of the group that it stands in.
        let outerCase = ignoresCase
        defer { ignoresCase = outerCase }
        var branches = [try sequence(depth: depth)]
        while pass("|") { branches.append(try sequence(depth: depth)) }
        return branches.count == 1 ? branches[0] : .alternation(branches)
    }

    private mutating func sequence(depth: Int) throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            if pass("(?i)") {
                ignoresCase = true
                continue
            }
            var node = try atom(depth: depth)
            while let quantified = try quantifier(of: node) { node = quantified }
            nodes.append(node)
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom(depth: Int) throws(PatternError) -> PatternNode {
        guard let scalar = current else { throw error("the pattern ends too early") }
        switch scalar {
        case "(": return try group(depth: depth)
        case "[":
            position += 1
            return .set(try characterClass(depth: depth))
        case ".":
            position += 1
            return .set(ScalarSet([.range(0x0A...0x0A)], isNegated: true))
        case "^":
            position += 1
            return .lineStart
        case "$":
            position += 1
            return .lineEnd
        case "\\":
            position += 1
            return .set(try withCase(escape()))
        case "*", "+", "?": throw error("nothing to repeat")
        default:
            position += 1
            return .set(withCase(ScalarSet(scalar: scalar.value)))
        }
    }

    private func withCase(_ set: ScalarSet) -> ScalarSet {
        var set = set
        set.ignoresCase = ignoresCase
        return set
    }

    private mutating func group(depth: Int) throws(PatternError) -> PatternNode {
        let outerCase = ignoresCase
        var lookahead: Bool?
        if pass("(?:") {
        } else if pass("(?i:") {
            ignoresCase = true
        } else if pass("(?-i:") {
            ignoresCase = false
        } else if pass("(?=") {
            lookahead = false
        } else if pass("(?!") {
            lookahead = true
        } else if pattern[position...].starts(with: ["(", "?"]) {
            throw error("a group of this kind is not supported")
        } else {
            position += 1
        }
        let node = try alternation(depth: depth + 1)
        guard pass(")") else { throw error("missing ')'") }
        ignoresCase = outerCase
        return lookahead.map { .lookahead(node, isNegated: $0) } ?? node
    }

    // MARK: Quantifiers

    private mutating func quantifier(of node: PatternNode) throws(PatternError) -> PatternNode? {
        let start = position
        let bounds: (min: Int, max: Int?)
        var isCounted = false
        if pass("*") {
            bounds = (0, nil)
        } else if pass("+") {
            bounds = (1, nil)
        } else if pass("?") {
            bounds = (0, 1)
        } else if let counted = counts() {
            bounds = counted
            isCounted = true
        } else {
            return nil
        }
        guard bounds.min <= Self.mostRepetitions, bounds.max ?? 0 <= Self.mostRepetitions,
            bounds.min <= bounds.max ?? .max
        else { throw PatternError(offset: start, reason: "a repetition count out of bounds") }
        if bounds.max == nil, node.canBeEmpty {
            throw PatternError(offset: start, reason: "an endless repetition of something that may be empty")
        }
        var mode = PatternNode.Mode.greedy
        if pass("?") {
            mode = .lazy
        } else if !isCounted, pass("+") {
            // After a count, Oniguruma reads '+' as a further quantifier.
            guard case .set = node else {
                throw PatternError(offset: start, reason: "a possessive quantifier after a group")
            }
            mode = .possessive
        }
        return .repetition(node, min: bounds.min, max: bounds.max, mode: mode)
    }

    /// Passes `{m}`, `{m,}`, `{,n}` or `{m,n}`; a brace that starts none of these stands for itself.
    private mutating func counts() -> (min: Int, max: Int?)? {
        let start = position
        if pass("{") {
            let low = number()
            let hasComma = pass(",")
            let high = hasComma ? number() : low
            if pass("}"), low != nil || high != nil { return (low ?? 0, high) }
        }
        position = start
        return nil
    }

    private mutating func number() -> Int? {
        let start = position
        while let scalar = current, ("0"..."9").contains(scalar) { position += 1 }
        guard position > start else { return nil }
        return Int(String(String.UnicodeScalarView(pattern[start..<position]))) ?? .max
    }
}
