import Testing

@testable import qpx

@Suite("Thinning") struct ThinningTests {
    /// Numbers without order, the same every time.
    private func scattered(_ count: Int) -> [(x: Double, y: Double)] {
        (0..<count).map { (x: Double($0 * 7919 % 10_007), y: Double($0 * 104_729 % 7_919)) }
    }

    @Test("keeps few marks as they are") func few() {
        #expect(MarkThinning.kept(scattered(2000)) == Array(0..<2000))
        #expect(MarkThinning.kept([]).isEmpty)
    }

    @Test("keeps at most as many marks as are allowed, from everywhere") func many() {
        let places = scattered(100_000)
        let kept = MarkThinning.kept(places, limit: 400)
        #expect(kept.count <= 400 && kept.count >= 390 && kept == kept.sorted())
        for quarter in [(0.0, 0.0), (5_000, 0), (0, 4_000), (5_000, 4_000)] {
            #expect(
                kept.contains { index in
                    let place = places[index]
                    return place.x >= quarter.0 && place.x < quarter.0 + 5_000 && place.y >= quarter.1
                        && place.y < quarter.1 + 4_000
                })
        }
    }

    @Test("survives marks on one place, and places that are no numbers") func degenerate() {
        #expect(MarkThinning.kept((0..<3000).map { _ in (x: 1, y: 2) }) == [0])
        let strange = (0..<3000).map { (x: $0 % 2 == 0 ? Double.nan : .infinity, y: Double($0)) }
        #expect(MarkThinning.kept(strange).count <= MarkThinning.limit)
    }

    @Test("keeps the ends and every peak of a line") func line() {
        var points = (0..<50_000).map { (x: Double($0), y: Double($0 % 10)) }
        points[31_234].y = 1_000
        points[8_765].y = -1_000
        let thinned = LineThinning.thinned(points, parts: 200)
        #expect(thinned.count <= 800 && thinned.first?.x == 0 && thinned.last?.x == 49_999)
        #expect(thinned.contains { $0.y == 1_000 } && thinned.contains { $0.y == -1_000 })
        #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
    }

    @Test("keeps short lines as they are") func shortLine() {
        let points = (0..<300).map { (x: Double($0), y: 0.5) }
        #expect(LineThinning.thinned(points, parts: 100).count == 300)
        #expect(LineThinning.thinned([], parts: 100).isEmpty)
        #expect(LineThinning.thinned((0..<900).map { _ in (x: 1, y: 2) }, parts: 100).count == 900)
    }

    @Test("fences leave far values out, and nothing where little is known") func fences() {
        #expect(OutlierFences.range([1, 2, 3, 4, 5, 6, 7, 8, 1_000]) == 1...8)
        #expect(OutlierFences.range([1, 2, 1_000]) == 1...1_000)
        #expect(OutlierFences.range([.nan, 3, .infinity]) == 3...3)
        #expect(OutlierFences.range([]) == nil)
        #expect(OutlierFences.range([Double](repeating: 2, count: 20) + [50]) == 2...50)
    }

    @Test("ticks of whole numbers are whole") func wholeTicks() {
        #expect(AxisTicks(0...4, about: 8, isWhole: true).values == [0, 1, 2, 3, 4])
        #expect(AxisTicks(-0.5...3.5, about: 8, isWhole: true).values == [0, 1, 2, 3])
        #expect(AxisTicks(0...1000, about: 5, isWhole: true).values == [0, 200, 400, 600, 800, 1000])
    }
}
