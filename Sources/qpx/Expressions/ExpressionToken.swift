/// A word of an expression, with its place in the text.
struct ExpressionToken: Sendable, Equatable {
    /// What it is.
    enum Kind: Sendable, Equatable {
        /// A number, its unit multiplied in.
        case number(Double)
        /// Text in quotes.
        case text(String)
        /// A name such as `acc.piqa`, in its parts.
        case name([String])
        /// `and`, `or`, `not`, `in`, `is`, `missing`, `true`, `false`.
        case keyword(String)
        /// An operator, a parenthesis or a comma.
        case symbol(String)
        /// Behind the last word.
        case end
    }

    let kind: Kind
    /// Where it begins, in characters from 1.
    let position: Int
    /// As it was written.
    let text: String

    /// Words that are no names.
    static let keywords = ["and", "or", "not", "in", "is", "missing", "true", "false"]
}

/// Takes an expression apart into words.
struct ExpressionLexer {
    private let characters: [Character]
    private var index = 0

    /// Far more than anybody writes, and less than what comes after could stumble over.
    private static let limit = 1500

    private init(_ text: String) { characters = Array(text) }

    /// The words of a text, the last one being `end`.
    static func tokens(_ text: String) throws(ExpressionError) -> [ExpressionToken] {
        var lexer = Self(text)
        var tokens: [ExpressionToken] = []
        while let token = try lexer.next() {
            guard tokens.count < limit else {
                throw ExpressionError("the expression has more than \(limit) words", at: token.position)
            }
            tokens.append(token)
        }
        tokens.append(ExpressionToken(kind: .end, position: lexer.characters.count + 1, text: ""))
        return tokens
    }

    private mutating func next() throws(ExpressionError) -> ExpressionToken? {
        while let character = peek(), character.isWhitespace { index += 1 }
        guard let character = peek() else { return nil }
        let start = index
        let kind: ExpressionToken.Kind =
            if character == "'" || character == "\"" {
                .text(try quoted(by: character))
            } else if Self.isDigit(character) || (character == "." && peek(1).map(Self.isDigit) == true) {
                .number(try number())
            } else if Self.isLetter(character) || character == "`" {
                try name()
            } else {
                .symbol(try symbol(character))
            }
        return ExpressionToken(kind: kind, position: start + 1, text: String(characters[start..<index]))
    }

    private func peek(_ offset: Int = 0) -> Character? {
        characters.indices.contains(index + offset) ? characters[index + offset] : nil
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    private static func isLetter(_ character: Character) -> Bool { character.isLetter || character == "_" }

    private mutating func quoted(by quote: Character) throws(ExpressionError) -> String {
        let start = index
        var text = ""
        index += 1
        while let character = peek() {
            index += 1
            if character != quote {
                text.append(character)
            } else if peek() == quote {
                // A quote in the text is written twice.
                text.append(quote)
                index += 1
            } else {
                return text
            }
        }
        throw ExpressionError("the text that begins here has no closing \(quote)", at: start + 1)
    }

    /// Digits with point and exponent, and perhaps a unit: %, KiB, MiB, GiB.
    private mutating func number() throws(ExpressionError) -> Double {
        let start = index
        while let character = peek(), Self.isDigit(character) || character == "." { index += 1 }
        if let character = peek(), character == "e" || character == "E" {
            let hasSign = peek(1) == "+" || peek(1) == "-"
            if let digit = peek(hasSign ? 2 : 1), Self.isDigit(digit) {
                index += hasSign ? 2 : 1
                while let character = peek(), Self.isDigit(character) { index += 1 }
            }
        }
        let digits = String(characters[start..<index])
        guard let value = Double(digits), value.isFinite else {
            throw ExpressionError("'\(digits)' is not a number", at: start + 1)
        }
        if peek() == "%" {
            index += 1
            // Divided, not multiplied: 20% is then the same number as 0.2.
            return value / 100
        }
        let unitStart = index
        while let character = peek(), Self.isLetter(character) || Self.isDigit(character) { index += 1 }
        let unit = String(characters[unitStart..<index])
        guard let factor = Self.units[unit] else {
            throw ExpressionError(
                "'\(digits)\(unit)' is not a number", at: start + 1, hint: "units are %, KiB, MiB, GiB")
        }
        return value * factor
    }

    private static let units: [String: Double] = [
        "": 1, "B": 1, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824,
    ]

    /// Parts joined by points. A part in backquotes may hold anything; a hyphen before a letter belongs to the name, so
    /// that `held-out` is one.
    private mutating func name() throws(ExpressionError) -> ExpressionToken.Kind {
        var parts = [try part()]
        while peek() == ".", let after = peek(1), Self.isLetter(after) || Self.isDigit(after) || after == "`" {
            index += 1
            parts.append(try part())
        }
        if parts.count == 1, ExpressionToken.keywords.contains(parts[0]), characters[index - 1] != "`" {
            return .keyword(parts[0])
        }
        return .name(parts)
    }

    private mutating func part() throws(ExpressionError) -> String {
        let start = index
        if peek() == "`" {
            index += 1
            while let character = peek(), character != "`" { index += 1 }
            guard peek() == "`", index > start + 1 else {
                throw ExpressionError("the name that begins here has no closing `", at: start + 1)
            }
            index += 1
            return String(characters[start + 1..<index - 1])
        }
        while let character = peek() {
            let isHyphen = character == "-" && index > start && peek(1).map(Self.isLetter) == true
            guard Self.isLetter(character) || Self.isDigit(character) || isHyphen else { break }
            index += 1
        }
        return String(characters[start..<index])
    }

    private mutating func symbol(_ character: Character) throws(ExpressionError) -> String {
        let pair = String([character] + (peek(1).map { [$0] } ?? []))
        if ["<=", ">=", "!=", "==", "<>", "!~"].contains(pair) {
            index += 2
            return pair == "==" ? "=" : pair == "<>" ? "!=" : pair
        }
        guard "=<>+-*/(),~".contains(character) else {
            let hint = ["&&": "write 'and'", "||": "write 'or'", "!": "write 'not'"]
            throw ExpressionError(
                "'\(character)' means nothing here", at: index + 1, hint: hint[pair] ?? hint[String(character)])
        }
        index += 1
        return String(character)
    }
}
