/// How well two lists agree in their order.
public enum RankCorrelation {
    /// Spearman's ρ: the correlation of the ranks, equal values sharing their mean rank; nil when one list is constant.
    ///
    /// Source: Spearman 1904, "The proof and measurement of association between two things".
    public static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
        precondition(a.count == b.count, "lists of one length")
        let (x, y) = (ranks(a), ranks(b))
        let mean = Double(a.count - 1) / 2
        var (xy, xx, yy) = (0.0, 0.0, 0.0)
        for (p, q) in zip(x, y) {
            xy += (p - mean) * (q - mean)
            xx += (p - mean) * (p - mean)
            yy += (q - mean) * (q - mean)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
    }

    /// The ranks of numbers, from 0; equal values share their mean rank.
    public static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for position in first...last { ranks[order[position]] = Double(first + last) / 2 }
            first = last + 1
        }
        return ranks
    }
}
