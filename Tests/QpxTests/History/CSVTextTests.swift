import Testing

@testable import qpx

struct CSVTextTests {
    @Test(
        "Fields, quotes and lines are those of RFC 4180",
        arguments: [
            ("a,b\nc,d\n", [[1], [2]], [["a", "b"], ["c", "d"]]),
            ("a,b\r\nc,d", [[1], [2]], [["a", "b"], ["c", "d"]]),
            ("\"a,\"\"b\"\"\",\"c\nd\"\ne,f\n", [[1], [3]], [["a,\"b\"", "c\nd"], ["e", "f"]]),
            ("\n\n a , b \n\n", [[3]], [["a", "b"]]),
            (",\n", [[1]], [["", ""]]),
            ("", [], []),
        ] as [(String, [[Int]], [[String]])])
    func rows(text: String, lines: [[Int]], fields: [[String]]) throws {
        let rows = try CSVText.rows(text)
        #expect(rows.map(\.fields) == fields)
        #expect(rows.map(\.line) == lines.flatMap(\.self))
    }

    @Test("Times of Optuna are read and written")
    func times() throws {
        #expect(OptunaTime.text("2025-01-31T09:30:00.250Z") == "2025-01-31 09:30:00.250000")
        let start = try #require(OptunaTime.seconds("2024-02-28 23:59:59.500000"))
        let end = try #require(OptunaTime.seconds("2024-03-01 00:00:01.000000"))
        #expect(end - start == 86_401.5)
        #expect(OptunaTime.seconds("yesterday") == nil)
    }
}
