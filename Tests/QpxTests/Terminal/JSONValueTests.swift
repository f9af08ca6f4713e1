import Foundation
import Testing

@testable import qpx

@Suite("A JSON value") struct JSONValueTests {
    @Test("keeps the order of its keys and says null for what is missing") func order() {
        let value: JSONValue = ["b": .int(1), "a": .null, "list": [.number(0.5), .number(.nan)], "o": [:]]
        #expect(value.compact == #"{"b": 1, "a": null, "list": [0.5, null], "o": {}}"#)
    }

    @Test("is read back by any JSON reader", arguments: ["a\"b\\c\n\t\u{1}é模", "", "</script>"])
    func strings(text: String) throws {
        let data = Data(JSONValue.object([("k", .string(text))]).pretty.utf8)
        #expect(try JSONDecoder().decode([String: String].self, from: data) == ["k": text])
    }

    @Test("keeps every digit of a number", arguments: [0.1, 1e-300, 3.972812341234, 5e300, -0.0])
    func numbers(number: Double) throws {
        let data = Data(JSONValue.array([.number(number)]).compact.utf8)
        #expect(try JSONDecoder().decode([Double].self, from: data) == [number])
    }

    @Test("is pretty with plain arrays on one line") func pretty() {
        let value: JSONValue = ["a": [.int(1), .int(2)], "b": [["c": .bool(true)]]]
        #expect(
            value.pretty == """
                {
                  "a": [1, 2],
                  "b": [
                    {
                      "c": true
                    }
                  ]
                }
                """)
    }
}
