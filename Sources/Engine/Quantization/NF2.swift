/// 2-bit NormalFloat in LoftQ's form: −1, 0, 0.338 and 1.
///
/// With o = 0.9677083 and Φ⁻¹ the quantile of the normal distribution: Φ⁻¹ of the first 2 of 3 equal steps from o to ½,
/// −Φ⁻¹(o), and 0, divided by the largest. Coarse: about 0.56 of a Gaussian weight's norm is lost.
///
/// Source: Li et al. 2024, "LoftQ: LoRA-Fine-Tuning-Aware Quantization for Large Language Models", section 2.
public struct NF2: TablePrecision {
    /// "nf2".
    public let family = "nf2"
    /// Size of the blocks and form of their scales.
    public var blocks: BlockOptions
    let table = Self.normalFloat

    /// 2-bit NormalFloat with these blocks.
    public init(_ blocks: BlockOptions = BlockOptions()) { self.blocks = blocks }

    private static let normalFloat = CodeTable([-1.0, 0.0, 0.33791521191596985, 1.0])
}
