/// Standard errors of the metrics.
///
/// `nil` stands for an error that cannot be known, such as that of a mean of one value.
public enum StandardError {
    /// Of a mean: the sample's standard deviation (with n − 1) divided by √n. At least two values.
    public static func ofMean(_ values: [Double]) -> Double? {
        guard values.count > 1 else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / (count - 1)).squareRoot() / count.squareRoot()
    }

    /// Of an accuracy p over n examples: √(p (1 − p) / (n − 1)), the error of a mean of zeros and ones.
    public static func ofAccuracy(_ correct: [Bool]) -> Double? { ofMean(correct.map { $0 ? 1 : 0 }) }

    /// Of the unweighted mean of k independent scores: √(Σ se²) / k.
    public static func ofAverage(_ errors: [Double?]) -> Double? {
        let known = errors.compactMap { $0 }
        guard !known.isEmpty, known.count == errors.count else { return nil }
        return known.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(known.count)
    }

    /// Of the difference of two means over the same examples: the error of the mean of the differences.
    ///
    /// Smaller than what the two errors give apart, since both models find the same examples easy.
    public static func ofPairedDifference(_ a: [Double], _ b: [Double]) -> Double? {
        precondition(a.count == b.count, "a paired difference needs the same examples on both sides")
        return ofMean(zip(a, b).map { $0 - $1 })
    }
}
