/// 8-bit dynamic data type: 256 entries over seven decades, scaled by the absolute maximum of each block.
///
/// Small weights keep their relative precision at the cost of large ones: where weights are heavy-tailed it loses less than
/// linear 8-bit codes, on Gaussian weights more (0.0095 of the norm instead of 0.0059). The grid of bitsandbytes'
/// `quantize_blockwise`; the code is always the nearest entry's.
///
/// Source: Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization", sections 1.3 and 2.1.
public struct Dynamic8: TablePrecision {
    /// "dynamic8".
    public let family = "dynamic8"
    /// Size of the blocks and form of their scales.
    public var blocks: BlockOptions
    let table = DynamicMap.table

    /// The dynamic data type with these blocks.
    public init(_ blocks: BlockOptions = BlockOptions()) { self.blocks = blocks }
}
