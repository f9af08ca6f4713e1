/// A set of Unicode scalars as a regular expression writes it: `[^\s\p{L}]`, `\p{N}`, `a`.
struct ScalarSet: Sendable, Equatable {
    enum Item: Sendable, Equatable {
        case range(ClosedRange<UInt32>)
        /// Scalars whose general category is in the mask.
        case categories(UInt32)
        /// The property White_Space.
        case whitespace
        /// The property Alphabetic.
        case alphabetic
        indirect case set(ScalarSet)
    }

    var items: [Item]
    var isNegated = false
    var ignoresCase = false

    /// One scalar.
    init(scalar: UInt32) { items = [.range(scalar...scalar)] }

    init(_ items: [Item], isNegated: Bool = false) {
        self.items = items
        self.isNegated = isNegated
    }

    /// The property White_Space, `\s`.
    static let whitespace = ScalarSet([.whitespace])
    /// Decimal digits, `\d`.
    static let digit = ScalarSet([.categories(category("Nd") ?? 0)])
    /// `\w` as Oniguruma has it: what annex 18 of Unicode counts to words without the two joiners, and the numbers
    /// beyond ASCII in Latin-1.
    static let word = ScalarSet(wordItems + [.range(0xB2...0xB3), .range(0xB9...0xB9), .range(0xBC...0xBE)])
    /// What annex 18 of Unicode counts to words.
    static let annexWord = ScalarSet(wordItems + [.range(0x200C...0x200D)])
    private static let wordItems: [Item] = [
        .alphabetic, .categories(["M", "Nd", "Pc"].reduce(0) { $0 | (category($1) ?? 0) }),
    ]
    /// Numbers of any kind, `\p{N}`.
    static let numeric = ScalarSet([.categories(category("N") ?? 0)])
    /// ASCII punctuation and symbols, and the category P.
    static let punctuation = ScalarSet([
        .categories(category("P") ?? 0), .range(0x21...0x2F), .range(0x3A...0x40), .range(0x5B...0x60),
        .range(0x7B...0x7E),
    ])

    func contains(_ scalar: UInt32) -> Bool {
        var isHit = hasItem(with: scalar)
        if ignoresCase, !isHit {
            let folded = Self.folded(scalar)
            isHit = hasItem(with: folded) || hasItem(with: Self.upper(folded))
        }
        return isHit != isNegated
    }

    private func hasItem(with value: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return false }
        return items.contains { item in
            switch item {
            case .range(let range): range.contains(value)
            case .categories(let mask): mask & Self.bit(scalar.properties.generalCategory) != 0
            case .whitespace: scalar.properties.isWhitespace
            case .alphabetic: scalar.properties.isAlphabetic
            case .set(let set): set.contains(value)
            }
        }
    }

    /// Which ASCII scalars are in the set, a bit each.
    var asciiBits: (low: UInt64, high: UInt64) {
        var bits: (low: UInt64, high: UInt64) = (0, 0)
        for scalar in UInt32(0)..<64 {
            if contains(scalar) { bits.low |= 1 << UInt64(scalar) }
            if contains(scalar + 64) { bits.high |= 1 << UInt64(scalar) }
        }
        return bits
    }

    /// The scalar that all spellings of a letter share: the lower case of its upper case, where these are one scalar.
    static func folded(_ value: UInt32) -> UInt32 {
        if value < 128 { return (0x41...0x5A).contains(value) ? value + 32 : value }
        guard let scalar = Unicode.Scalar(upper(value)) else { return value }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first?.value ?? value : value
    }

    private static func upper(_ value: UInt32) -> UInt32 {
        guard let scalar = Unicode.Scalar(value) else { return value }
        let upper = scalar.properties.uppercaseMapping.unicodeScalars
        return upper.count == 1 ? upper.first?.value ?? value : value
    }
}

// MARK: - General categories

extension ScalarSet {
    private static let categories: [(name: String, category: Unicode.GeneralCategory)] = [
        ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
        ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
        ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
        ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation), ("Pi", .initialPunctuation),
        ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
        ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator), ("Zl", .lineSeparator),
        ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Cs", .surrogate), ("Co", .privateUse),
        ("Cn", .unassigned),
    ]

    /// The mask of a category ("Lu") or of a group of categories ("L"), or nil for another name.
    static func category(_ name: String) -> UInt32? {
        guard (1...2).contains(name.utf8.count) else { return nil }
        let mask = categories.enumerated().reduce(UInt32(0)) { mask, entry in
            entry.element.name == name || entry.element.name.prefix(1) == name ? mask | 1 << UInt32(entry.offset) : mask
        }
        return mask == 0 ? nil : mask
    }

    private static func bit(_ category: Unicode.GeneralCategory) -> UInt32 {
        let index: UInt32 =
            switch category {
            case .uppercaseLetter: 0
            case .lowercaseLetter: 1
            case .titlecaseLetter: 2
            case .modifierLetter: 3
            case .otherLetter: 4
            case .nonspacingMark: 5
            case .spacingMark: 6
            case .enclosingMark: 7
            case .decimalNumber: 8
            case .letterNumber: 9
            case .otherNumber: 10
            case .connectorPunctuation: 11
            case .dashPunctuation: 12
            case .openPunctuation: 13
            case .closePunctuation: 14
            case .initialPunctuation: 15
            case .finalPunctuation: 16
            case .otherPunctuation: 17
            case .mathSymbol: 18
            case .currencySymbol: 19
            case .modifierSymbol: 20
            case .otherSymbol: 21
            case .spaceSeparator: 22
            case .lineSeparator: 23
            case .paragraphSeparator: 24
            case .control: 25
            case .format: 26
            case .surrogate: 27
            case .privateUse: 28
            case .unassigned: 29
            @unknown default: 29
            }
        return 1 << index
    }
}
