/// The 256 numbers of the dynamic 8-bit data type: dense near zero, seven decades wide.
///
/// For each decade i = 0 … 6 the midpoints of 2^i equal steps from 0.1 to 1, times 10^(i−6), with both signs; and 0 and 1.
/// All in float32, the grid points rounded once (the steps of the upper half counted down from 1), so that the entries
/// are those of bitsandbytes to the bit.
///
/// Source: Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization", section 1.3.
enum DynamicMap {
    /// The entries, ascending.
    static let table = CodeTable(entries)

    private static let powers: [Float] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]

    private static var entries: [Float] {
        var entries: [Float] = [0, 1]
        for (decade, power) in powers.enumerated() {
            let steps = 1 << decade
            let grid = grid(steps)
            for (low, high) in zip(grid, grid.dropFirst()) {
                let middle = power * ((low + high) / 2)
                entries += [middle, -middle]
            }
        }
        return entries.sorted()
    }

    /// `steps` equal steps from 0.1 to 1.
    private static func grid(_ steps: Int) -> [Float] {
        let low: Float = 0.1
        let step = (1 - low) / Float(steps)
        return (0...steps).map { i in
            2 * i < steps ? low.addingProduct(step, Float(i)) : (1 as Float).addingProduct(-step, Float(steps - i))
        }
    }
}
