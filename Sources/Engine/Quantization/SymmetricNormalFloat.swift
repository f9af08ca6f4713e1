/// LoftQ's symmetric NormalFloat of 2, 3 and 4 bits: nf2_sym, nf3_sym, nf4_sym.
///
/// With o = 0.9677083 and Φ⁻¹ the quantile of the normal distribution: the midpoints of Φ⁻¹ of 2^bits + 1 equal steps from
/// 1 − o to o, divided by the largest. No entry at zero. The entries are the float32 values that LoftQ's code computes.
///
/// Source: Li et al. 2024, "LoftQ: LoRA-Fine-Tuning-Aware Quantization for Large Language Models", and its code.
public struct SymmetricNormalFloat: TablePrecision {
    /// "nf2_sym", "nf3_sym" or "nf4_sym".
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
    public static func nf2(_ blocks: BlockOptions = BlockOptions()) -> SymmetricNormalFloat {
        SymmetricNormalFloat("nf2_sym", blocks, positive: [0.25256848335266113, 1])
    }

    /// Eight entries.
    public static func nf3(_ blocks: BlockOptions = BlockOptions()) -> SymmetricNormalFloat {
        SymmetricNormalFloat(
            "nf3_sym", blocks, positive: [0.10298759490251541, 0.3192371428012848, 0.5762974619865417, 1])
    }

    /// Sixteen entries.
    public static func nf4(_ blocks: BlockOptions = BlockOptions()) -> SymmetricNormalFloat {
        SymmetricNormalFloat(
            "nf4_sym", blocks,
            positive: [
                0.04618823155760765, 0.13959172368049622, 0.2362464815378189, 0.3389681875705719, 0.4519121050834656,
                0.5823284983634949, 0.7461439371109009, 1,
            ])
    }
}
