/// 3-bit NormalFloat in LoftQ's form.
///
/// With o = 0.9677083 and Φ⁻¹ the quantile of the normal distribution: Φ⁻¹ of the first 4 of 5 equal steps from o to ½,
/// −Φ⁻¹ of the first 3 of 4 such steps, and 0, divided by the largest. The entries are the float32 values that LoftQ's
/// code computes; some differ in the last bit from NF4's where the formula gives the same number.
///
/// Source: Li et al. 2024, "LoftQ: LoRA-Fine-Tuning-Aware Quantization for Large Language Models", section 2.
public struct NF3: TablePrecision {
    /// "nf3".
    public let family = "nf3"
    /// Size of the blocks and form of their scales.
    public var blocks: BlockOptions
    let table = Self.normalFloat

    /// 3-bit NormalFloat with these blocks.
    public init(_ blocks: BlockOptions = BlockOptions()) { self.blocks = blocks }

    private static let normalFloat = CodeTable([
        -1.0, -0.47862914204597473, -0.21714182198047638, 0.0, 0.16093017160892487, 0.33791521191596985,
        0.5626169443130493, 1.0,
    ])
}
