import Testing

@testable import qpx

@Suite("A table") struct TableTests {
    private func sample() -> Table {
        var table = Table(title: "Trials", [.text("name"), .number("loss"), .word("bits")])
        table.add(["brown/1", "3.97", "8844"])
        table.add([Table.Cell("a long name of a search/12"), "12.5"])
        return table
    }

    @Test("aligns numbers right, fills what is missing, and ends no line in blanks") func aligned() {
        #expect(
            sample().rendered(width: nil) == """
                Trials
                name                        loss  bits
                brown/1                     3.97  8844
                a long name of a search/12  12.5  -

                """)
    }

    @Test("cuts free text until it fits the terminal") func cut() {
        let lines = sample().rendered(width: 30).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 30 })
        #expect(lines.last == "a long name of a …  12.5  -")
    }

    @Test("breaks columns into blocks when cutting is not enough") func blocks() {
        var table = Table([.text("t"), .number("first"), .number("second"), .number("third")])
        table.add(["x", "1234567", "7654321", "5555555"])
        let text = table.rendered(width: 20)
        #expect(
            text == """
                t    first   second
                x  1234567  7654321

                t    third
                x  5555555

                """)
    }

    @Test("a pipe gets everything, whatever its length") func pipe() {
        var table = Table([.text("t")])
        let long = String(repeating: "long ", count: 100) + "end"
        table.add([Table.Cell(long)])
        #expect(table.rendered(width: nil).contains(long))
    }

    @Test("control characters of a name cannot reach the terminal") func control() {
        var table = Table([.text("t")])
        table.add([Table.Cell("a\u{1B}[2Jb\nc")])
        let text = table.rendered(width: nil)
        #expect(!text.contains("\u{1B}"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test("emphasis does not disturb the alignment") func styled() {
        var table = Table([.text("t"), .number("n")])
        table.add([Table.Cell("a", .bold), "1"])
        table.add(["bbb", "22"])
        let plain = table.rendered(width: 40)
        let painted = table.rendered(width: 40, colour: Colour(isOn: true))
        #expect(painted != plain)
        let bare = painted.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(bare == plain)
    }

    @Test("wide characters count as two columns") func wide() {
        #expect("模型".displayWidth == 4)
        #expect("模型 a".truncated(toWidth: 4) == "模…")
        #expect("e\u{301}".displayWidth == 1)
    }

    @Test("a narrow width never traps", arguments: [0, 1, 2, 5]) func narrow(width: Int) {
        #expect(!sample().rendered(width: width).isEmpty)
    }
}
