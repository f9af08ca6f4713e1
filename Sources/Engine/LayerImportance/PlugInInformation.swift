/// Mutual information of two discrete variables, estimated by putting observed frequencies in place of probabilities.
public enum PlugInInformation {
    /// I = Σ p(x,y) ln(p(x,y) / (p(x) p(y))) in nats.
    ///
    /// Biased upwards, by about (rows − 1)(columns − 1)/(2 samples) for independent variables; `millerMadow` corrects the
    /// entropies for that: + (mₓ + m_y − mₓᵧ − 1)/(2 samples) with m the numbers of occupied cells.
    ///
    /// - Parameters:
    ///   - x: a code per sample, any integers.
    ///   - y: a code per sample, any integers.
    ///   - millerMadow: add the correction of Miller 1955.
    public static func value<X: BinaryInteger & Sendable, Y: BinaryInteger & Sendable>(
        _ x: [X], _ y: [Y], millerMadow: Bool = false
    ) -> Double {
        precondition(x.count == y.count, "one pair of codes per sample")
        guard !x.isEmpty else { return 0 }
        let rows = ranks(x)
        let columns = ranks(y)
        var joint = [Int](repeating: 0, count: rows.count * columns.count)
        var rowCounts = [Int](repeating: 0, count: rows.count)
        var columnCounts = [Int](repeating: 0, count: columns.count)
        for (row, column) in zip(rows.codes, columns.codes) {
            joint[row * columns.count + column] += 1
            rowCounts[row] += 1
            columnCounts[column] += 1
        }
        let samples = Double(x.count)
        var sum = 0.0
        var occupied = 0
        for row in 0..<rows.count {
            for column in 0..<columns.count {
                let count = joint[row * columns.count + column]
                guard count > 0 else { continue }
                occupied += 1
                // Integer products stay exact, so independent counts give exactly 0.
                let ratio = (Double(count) * samples) / (Double(rowCounts[row]) * Double(columnCounts[column]))
                sum += Double(count) * DeterministicMath.log(ratio)
            }
        }
        let correction = millerMadow ? Double(rows.count + columns.count - occupied - 1) / (2 * samples) : 0
        return sum / samples + correction
    }

    /// Codes 0, 1, … in the order of the values.
    private static func ranks<T: BinaryInteger>(_ values: [T]) -> (codes: [Int], count: Int) {
        var distinct: [T] = []
        for value in values.sorted() where distinct.last != value { distinct.append(value) }
        let codes = values.map { value in
            var low = 0
            var high = distinct.count - 1
            while low < high {
                let middle = (low + high) / 2
                if distinct[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return (codes, distinct.count)
    }
}
