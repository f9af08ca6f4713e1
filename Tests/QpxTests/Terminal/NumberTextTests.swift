import Testing

@testable import qpx

@Suite("Numbers as text") struct NumberTextTests {
    @Test(
        "have fixed decimals, correctly rounded",
        arguments: [
            (0.12345, 3, "0.123"), (-0.0001, 2, "0.00"), (2.675, 2, "2.67"), (1e300, 0, nil), (-1.5, 1, "-1.5"),
            (153.217, 2, "153.22"), (0, 4, "0.0000"), (.nan, 2, "nan"), (-.infinity, 2, "-inf"),
        ] as [(Double, Int, String?)])
    func fixed(value: Double, decimals: Int, expected: String?) {
        let text = NumberText.fixed(value, decimals)
        if let expected { #expect(text == expected) } else { #expect(text.count == 301) }
    }

    @Test("carry a sign in differences") func signed() {
        #expect(NumberText.signed(0.0123, 3) == "+0.012")
        #expect(NumberText.signed(-0.3, 1) == "-0.3")
        #expect(NumberText.signed(0.00001, 3) == "0.000")
        #expect(NumberText.signed(nil, 3) == "-")
    }

    @Test("are exact where they are read by programs", arguments: [0.1, 1e-5, 3.0, -7.25, 123456789.125, 1e22])
    func exact(value: Double) { #expect(Double(NumberText.exact(value)) == value) }

    @Test("are grouped", arguments: [(0, "0"), (999, "999"), (-1000, "-1,000"), (3_428_480, "3,428,480")])
    func grouped(value: Int, expected: String) { #expect(NumberText.grouped(value) == expected) }

    @Test(
        "of bytes have binary units",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1_268_736, "1.21 MiB"), (104_857_600, "100 MiB"),
            (1_048_575, "1.00 MiB"), (12_884_901_888, "12.0 GiB"),
        ])
    func bytes(value: Int, expected: String) { #expect(ByteText.short(value) == expected) }

    @Test("of bytes can be exact too") func exactBytes() {
        #expect(ByteText.exact(1_268_736) == "1.21 MiB (1,268,736 bytes)")
        #expect(ByteText.exact(12) == "12 bytes")
    }

    @Test(
        "of durations use the two largest units",
        arguments: [
            (0.421, "0.42 s"), (12.34, "12.3 s"), (59.97, "1 min 00 s"), (185, "3 min 05 s"), (7620, "2 h 07 min"),
            (356_400, "4 d 03 h"), (-1, "-"), (.infinity, "-"),
        ] as [(Double, String)])
    func durations(seconds: Double, expected: String) { #expect(DurationText.short(seconds) == expected) }
}

@Suite("An allocation as a bit map") struct BitMapTests {
    private static let split = AllocationText("nf4/nf4/int8/nf4/nf2/nf2/nf4,nf4")

    @Test("is one digit per layer in groups of four") func digits() {
        let allocation = AllocationText("int8,int8,nf4,nf4,nf4,nf2,nf3,bf16,int8,nf9")
        #expect(BitMap([allocation]).text(allocation) == "8844 423f 8?")
        #expect(BitMap([]).text(AllocationText("")) == "")
        #expect(BitMap([AllocationText("nf4@128+dq,int8_row")]).text(AllocationText("nf4@128+dq,int8_row")) == "48")
    }

    @Test("is seven digits per layer where any layer is split") func modules() {
        let map = BitMap([Self.split, AllocationText("int8,nf4")])
        #expect(map.isSplit && map.legend == nil)
        #expect(map.text(Self.split) == "4484224 4444444")
        #expect(map.text(AllocationText("int8,nf4")) == "8888888 4444444")
        #expect(map.differing([Self.split, AllocationText("int8,nf4")]) == [0, 1, 3, 4, 5, 6])
        #expect(map.marks([1, 9]) == " ^        ^")
    }

    @Test("has letters for precisions of the same bits, and says which") func letters() {
        let allocation = AllocationText("nf4,lm4,int8,q4_0,nf4,nf4")
        let map = BitMap([allocation])
        #expect(map.text(allocation) == "ba8c bb" && map.hasLetters)
        #expect(map.legend == "a: lm4, b: nf4, c: q4_0")
    }

    @Test("marks differing layers below") func marks() {
        let map = BitMap([AllocationText("nf4,nf4,nf4,nf4,nf4,nf4"), AllocationText("nf4,int8,nf4,nf4,nf4,nf4")])
        #expect(map.marks([0, 5]) == "^     ^")
    }

    @Test("explains its letters only where they occur") func legend() {
        #expect(BitMap([AllocationText("nf4,int8")]).legend == nil)
        #expect(BitMap([AllocationText("nf4,int8"), AllocationText("bf16")]).legend == "f: 16 bits")
    }
}

@Suite("Colour") struct ColourTests {
    @Test(
        "is on only on a terminal that wants it",
        arguments: [
            (true, [:], false, true), (false, [:], false, false), (true, ["NO_COLOR": "1"], false, false),
            (true, ["NO_COLOR": ""], false, true), (true, ["TERM": "dumb"], false, false), (true, [:], true, false),
        ] as [(Bool, [String: String], Bool, Bool)])
    func decide(isTerminal: Bool, environment: [String: String], isRefused: Bool, expected: Bool) {
        let colour = Colour.decide(isTerminal: isTerminal, environment: environment, isRefused: isRefused)
        #expect(colour.isOn == expected)
    }

    @Test("leaves text alone when off") func off() {
        #expect(Colour.off.paint("x", [.bold]) == "x")
        #expect(Colour(isOn: true).paint("x", [.bold, .red]) == "\u{1B}[1;31mx\u{1B}[0m")
    }
}
