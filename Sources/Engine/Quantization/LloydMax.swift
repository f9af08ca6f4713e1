/// The tables of 2, 3 and 4 bits that lose the least of Gaussian weights: lm2, lm3, lm4.
///
/// A block of 64 independent Gaussian weights is divided by its largest magnitude a; of all symmetric tables these minimise
/// the expected Σ a² (x/a − entry)², which is the squared error of the weights themselves. They are fixed points of
/// Lloyd's iteration (entries are centroids, boundaries midpoints), computed in float64: with a = m the density of the
/// largest magnitude is 64 (2Φ(m) − 1)⁶³ 2φ(m), the other 63 weights are Gaussian within ±m, and the largest sits at ±1
/// itself; the centroids' integrals over the weight are closed, those over m were summed by Gauss–Legendre's rule with
/// 2000 points on 0 … 14, and the iteration stopped moving at 10⁻¹⁶. They lose 0.343, 0.178 and 0.0873 of a Gaussian
/// matrix's norm where nf2, nf3 and nf4 lose 0.563, 0.201 and 0.0920 at the same size.
///
/// Unlike NormalFloat they have no entry at zero or at ±1. They also serve blocks of other sizes, where they are close to
/// the best.
///
/// Source: Lloyd 1982, "Least Squares Quantization in PCM", method I; Max 1960.
public struct LloydMax: TablePrecision {
    /// "lm2", "lm3" or "lm4".
    public let family: String
    /// Size of the blocks and form of their scales.
    public var blocks: BlockOptions
    let table: CodeTable

    private init(_ family: String, _ blocks: BlockOptions, positive: [Float]) {
        self.family = family
        self.blocks = blocks
        table = CodeTable(positive.reversed().map { -$0 } + positive)
    }

    /// Four entries.
    public static func lm2(_ blocks: BlockOptions = BlockOptions()) -> LloydMax {
        LloydMax("lm2", blocks, positive: [0.17303891479969025, 0.5885975956916809])
    }

    /// Eight entries.
    public static func lm3(_ blocks: BlockOptions = BlockOptions()) -> LloydMax {
        LloydMax(
            "lm3", blocks,
            positive: [0.09230773895978928, 0.2858867347240448, 0.5125297904014587, 0.8310762643814087])
    }

    /// Sixteen entries.
    public static func lm4(_ blocks: BlockOptions = BlockOptions()) -> LloydMax {
        LloydMax(
            "lm4", blocks,
            positive: [
                0.046163324266672134, 0.13956519961357117, 0.23634682595729828, 0.3393353819847107, 0.4524802267551422,
                0.5820776224136353, 0.7398543953895569, 0.953212320804596,
            ])
    }
}
