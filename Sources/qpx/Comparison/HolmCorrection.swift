/// Holm's correction of p-values for how many tests were made.
///
/// The k-th smallest of m p-values is multiplied with m − k + 1; none gets smaller than the one before it, none larger
/// than 1. What stays below a level was found with a chance of at most that level that anything at all was found in error.
///
/// Source: Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure".
enum HolmCorrection {
    /// The corrected p-values, in the order of the given ones.
    static func adjusted(_ pValues: [Double]) -> [Double] {
        var adjusted = pValues
        var largest = 0.0
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
            adjusted[index] = largest
        }
        return adjusted
    }
}
