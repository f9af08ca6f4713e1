import Testing

@testable import qpx

@Suite("The ticks of an axis") struct AxisTicksTests {
    @Test(
        "are round numbers with as many decimals as they need",
        arguments: [
            (0.0...1.0, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
            (0.38...1.25, 5, ["0.4", "0.6", "0.8", "1.0", "1.2"]),
            (2.31...2.34, 3, ["2.31", "2.32", "2.33", "2.34"]), (-3.0...7.0, 5, ["-2", "0", "2", "4", "6"]),
            (390.0...860.0, 5, ["400", "500", "600", "700", "800"]), (4e6...9e6, 5, ["4", "5", "6", "7", "8", "9"]),
            (0.00001...0.00003, 4, ["1.0", "1.5", "2.0", "2.5", "3.0"]),
        ])
    func round(range: ClosedRange<Double>, count: Int, labels: [String]) {
        let ticks = AxisTicks(range, about: count)
        #expect(ticks.values.map(ticks.label) == labels)
        #expect(
            ticks.values.allSatisfy {
                $0 >= range.lowerBound - 1e-9 && $0 <= range.upperBound + 1e-9 * range.upperBound
            })
    }

    @Test("are about as many as asked for, and never twice the same label") func many() {
        var span = 1e-9
        while span < 1e12 {
            for low in [0, 0.37 * span, -2.2 * span, 13 * span] {
                for count in 2...12 {
                    let ticks = AxisTicks(low...low + span, about: count)
                    #expect(
                        ticks.values.count <= 2 * count + 1 && 2 * ticks.values.count >= count - 1, "\(low) \(span)")
                    #expect(Set(ticks.values.map(ticks.label)).count == ticks.values.count, "\(low) \(span)")
                }
            }
            span *= 7.3
        }
    }

    @Test("take out a power of ten where numbers are large or small") func exponent() {
        #expect(AxisTicks(4e6...9e6, about: 5).suffix == " (×10⁶)")
        #expect(AxisTicks(0.00001...0.00003, about: 4).suffix == " (×10⁻⁵)")
        #expect(AxisTicks(0...9999, about: 5).suffix.isEmpty)
    }

    @Test("of a range that is none are none that could trap") func degenerate() {
        #expect(AxisTicks(3...3, about: 5).values == [3])
        #expect(AxisTicks(0...(.infinity), about: 5).values == [0])
        #expect(AxisTicks(1...2, about: 0).values == [1])
        #expect(AxisTicks(1e15...(1e15 + 0.25), about: 5).values.count < 1000)
    }
}

@Suite("A scale") struct LinearScaleTests {
    @Test("places numbers in proportion, in either direction") func place() {
        let right = LinearScale(domain: 10...20, start: 100, end: 200)
        let up = LinearScale(domain: 10...20, start: 200, end: 100)
        #expect([10, 15, 20, 25].map(right.place) == [100, 150, 200, 250])
        #expect([10, 15, 20].map(up.place) == [200, 150, 100])
    }

    @Test("has a range of what is finite, never empty") func range() throws {
        let range = try #require(LinearScale.range(of: [1, .nan, 3, .infinity], margin: 0.1))
        #expect(range.lowerBound < 1 && range.lowerBound > 0.7 && range.upperBound > 3)
        for value in [0, 5, -5, 1e-12, 1e200] {
            let range = try #require(LinearScale.range(of: [value, value], margin: 0.1))
            #expect(range.lowerBound < value && range.upperBound > value)
        }
        #expect(LinearScale.range(of: [.nan, .infinity], margin: 0.1) == nil)
        #expect(LinearScale.range(of: [], margin: 0.1) == nil)
    }
}
