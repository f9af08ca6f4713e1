import Testing

@testable import qpx

@Suite("An expression") struct ExpressionTests {
    private static let values: [String: ExpressionValue] = [
        "accuracy": .number(0.5), "se": .number(0.02), "baseline": .number(0.56), "state": .text("complete"),
        "label": .missing, "within_budget": .boolean(true), "acc.held-out": .number(0.25),
    ]

    private func value(_ text: String) throws -> ExpressionValue {
        try Expression(text).value { name throws(ExpressionError) in
            guard let value = Self.values[name.text] else {
                throw ExpressionError("unknown name '\(name.text)'", at: name.position)
            }
            return value
        }
    }

    @Test(
        "is computed by the usual rules",
        arguments: [
            ("1 + 2 * 3 = 7", true), ("(1 + 2) * 3 = 9", true), ("7 - 2 - 1 = 4", true), ("8 / 4 / 2 = 1", true),
            ("-2 * -3 = 6", true), ("1 - -1 = 2", true), ("20% = 0.2", true), ("1.5MiB = 1572864", true),
            (".5e1 = 5", true), ("accuracy < baseline - 2*se", true), ("accuracy < baseline - 4*se", false),
            ("0.2 <= accuracy <= 0.5", true), ("0.2 <= accuracy < 0.5", false),
            ("abs(accuracy - baseline) > 0.05", true), ("max(1, 3, 2) - min(4, 2) = 1", true),
            ("state = 'complete' and accuracy > 0.4", true), ("state == \"complete\"", true),
            ("state <> 'failed'", true),
            ("state in ('failed', 'complete')", true), ("state not in ('failed', 'complete')", false),
            ("accuracy in (0.5, 0.6)", true), ("state ~ 'comp*'", true), ("state !~ 'comp*'", false),
            ("state ~ 'c?mplete'", true), ("label is missing", true), ("state is not missing", true),
            ("not accuracy > 1", true), ("not not accuracy > 1", false), ("within_budget = true", true),
            ("within_budget and true", true), ("acc.held-out = 25%", true), ("`acc`.`held-out` = 0.25", true),
            ("accuracy-se = 0.48 or true", true), ("'it''s' = 'it''s'", true),
            // And binds closer than or.
            ("true or true and false", true), ("(true or true) and false", false),
        ])
    func holds(text: String, expected: Bool) throws {
        // A hyphen before a letter belongs to the name.
        guard text != "accuracy-se = 0.48 or true" else {
            #expect(throws: ExpressionError.self) { try value(text) }
            return
        }
        #expect(try value(text) == .boolean(expected))
    }

    @Test(
        "of a missing value is neither true nor false",
        arguments: [
            ("label = 'x'", ExpressionValue.missing), ("label != 'x'", .missing), ("not label = 'x'", .missing),
            ("label ~ '*'", .missing), ("label = 'x' or accuracy > 0", .boolean(true)),
            ("label = 'x' and accuracy > 9", .boolean(false)), ("label = 'x' and accuracy > 0", .missing),
            ("1 / 0 > 3", .missing), ("1 / 0 is missing", .boolean(true)), ("-label is missing", .boolean(true)),
        ])
    func missing(text: String, expected: ExpressionValue) throws {
        #expect(try value(text) == expected)
    }

    @Test(
        "that is wrong says where and what",
        arguments: [
            ("", "character 1: there is nothing"), ("accuracy >", "character 11: the expression ends where a value"),
            ("accuracy 0.6", "character 10: '0.6' stands where"),
            ("(accuracy > 1", "character 14: the expression ends"),
            ("accuracy > 'x", "character 12: the text that begins here has no closing '"),
            ("accuracy > 3x", "character 12: '3x' is not a number"), ("accuracy > 1..2", "character 12: '1..2'"),
            ("accuracy && se", "character 10: '&' means nothing here"), ("a ; drop table trial", "character 3: ';'"),
            ("acuracy > 1", "character 1: unknown name 'acuracy'"),
            ("state > 1", "character 1: text cannot be compared"),
            ("accuracy and true", "character 1: and, or and not join conditions, and this is a number"),
            ("sqrt(2) > 1", "character 1: unknown function 'sqrt'"), ("abs(1, 2) > 1", "character 1: abs takes one"),
            ("min(1) > 1", "character 1: min takes two"), ("state ~ complete", "character 9: 'complete' stands where"),
            ("label is 3", "character 10: '3' stands where 'missing'"), ("`a", "character 1: the name that begins"),
            ("state in 'x'", "character 10: ''x'' stands where '('"),
            ("1 + state > 0", "character 5: arithmetic takes"),
        ])
    func wrong(text: String, message: String) throws {
        let error = #expect(throws: ExpressionError.self) { try value(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(
        "that is too deep or too long is refused, not a crash",
        arguments: [
            String(repeating: "(", count: 100_000) + "1", String(repeating: "not ", count: 100_000) + "1 = 1",
            "1 = 1" + String(repeating: " and 1 = 1", count: 100_000),
        ]) func deep(text: String)
    {
        #expect(throws: ExpressionError.self) { try Expression(text) }
    }

    @Test("may be long") func long() throws {
        #expect(try value("1 = 1" + String(repeating: " and 1 = 1", count: 370)) == .boolean(true))
        #expect(try value(String(repeating: "not ", count: 1000) + "1 = 1") == .boolean(true))
    }
}

@Suite("A pattern") struct GlobTests {
    @Test(
        "fits whole texts",
        arguments: [
            ("*", "", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("a?c", "abc", true), ("a?c", "ac", false),
            ("*4-bit", "uniform 4-bit", true), ("**b**", "abc", true), ("", "a", false), ("A", "a", false),
            ("a*b*c", "a-b-b-c", true), ("[a]", "[a]", true), ("[a]", "a", false),
        ])
    func fits(pattern: String, text: String, expected: Bool) {
        #expect(Glob(pattern).matches(text) == expected)
    }
}
