/// Marks that are left out where so many lie on one another that nobody can tell them apart.
enum MarkThinning {
    /// How many marks a drawing has at most.
    static let limit = 2000

    /// A point of every place that has any: one of each cell of a grid that is as fine as the limit allows.
    /// - Returns: positions in the list, ascending; all of them where they are few.
    static func kept(_ places: [(x: Double, y: Double)], limit: Int = limit) -> [Int] {
        guard places.count > limit, let first = places.first else { return Array(places.indices) }
        var (left, right, top, bottom) = (first.x, first.x, first.y, first.y)
        for place in places {
            (left, right) = (min(left, place.x), max(right, place.x))
            (top, bottom) = (min(top, place.y), max(bottom, place.y))
        }
        // As many cells as marks are allowed: that is the most that can be left.
        let side = Int(Double(max(1, limit)).squareRoot())
        func cell(_ value: Double, _ low: Double, _ high: Double) -> Int {
            let part = high > low ? (value - low) / (high - low) : 0
            return part.isFinite ? min(side - 1, Int(part * Double(side))) : 0
        }
        var chosen = [Int?](repeating: nil, count: side * side)
        for index in places.indices {
            let place = cell(places[index].x, left, right) * side + cell(places[index].y, top, bottom)
            if chosen[place].map({ Self.lot(index) < Self.lot($0) }) ?? true { chosen[place] = index }
        }
        return chosen.compactMap(\.self).sorted()
    }

    /// Who stands for a cell is drawn by lot, the same every time: the first of each would make a pattern of the grid.
    private static func lot(_ index: Int) -> UInt64 {
        var bits = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
        bits ^= bits >> 31
        return bits &* 0xBF58_476D_1CE4_E5B9
    }
}

/// Lines of many points with as few corners as show the same.
enum LineThinning {
    /// The first, lowest, highest and last point of each of some parts of equal length, so that every peak stays.
    /// - Parameters:
    ///   - points: ascending in x.
    ///   - parts: about as many as the drawing has half points across.
    static func thinned(_ points: [(x: Double, y: Double)], parts: Int) -> [(x: Double, y: Double)] {
        guard parts > 0, points.count > 4 * parts, let first = points.first, let last = points.last,
            last.x > first.x
        else { return points }
        var kept: [Int] = []
        var start = 0
        while start < points.count {
            let part = Self.part(points[start].x, first.x, last.x, parts)
            var end = start + 1
            var (lowest, highest) = (start, start)
            while end < points.count, Self.part(points[end].x, first.x, last.x, parts) == part {
                if points[end].y < points[lowest].y { lowest = end }
                if points[end].y > points[highest].y { highest = end }
                end += 1
            }
            for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where index > kept.last ?? -1 {
                kept.append(index)
            }
            start = end
        }
        return kept.map { points[$0] }
    }

    private static func part(_ x: Double, _ first: Double, _ last: Double, _ parts: Int) -> Int {
        let place = (x - first) / (last - first) * Double(parts)
        return place.isFinite ? min(parts - 1, max(0, Int(place))) : 0
    }
}
