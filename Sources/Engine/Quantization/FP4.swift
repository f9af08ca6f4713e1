/// 4-bit floating point as bitsandbytes defines it: a sign bit and eight magnitudes, the smallest 0.0052.
///
/// Codes 0 and 8 both stand for zero. A number just below zero gets code 0, one just above it code 8 (the two count as
/// neighbours with their boundary at 0), zero itself code 0; so the packed bytes equal those of bitsandbytes.
/// The grid 0, 0.5, 1, 1.5, 2, 3, 4, 6 of hardware formats (E2M1) is another type and not called fp4 here.
///
/// Source: Dettmers & Zettlemoyer 2023, "The case for 4-bit precision: k-bit Inference Scaling Laws"; bitsandbytes.
public struct FP4: TablePrecision {
    /// "fp4".
    public let family = "fp4"
    /// Size of the blocks and form of their scales.
    public var blocks: BlockOptions
    let table = Self.floatingPoint

    /// 4-bit floating point with these blocks.
    public init(_ blocks: BlockOptions = BlockOptions()) { self.blocks = blocks }

    private static let floatingPoint = CodeTable([
        0, 0.0052083334885537624, 0.6666666865348816, 1, 0.3333333432674408, 0.5, 0.1666666716337204, 0.25,
        0, -0.0052083334885537624, -0.6666666865348816, -1, -0.3333333432674408, -0.5, -0.1666666716337204, -0.25,
    ])
}
