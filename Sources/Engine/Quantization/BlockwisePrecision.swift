/// A precision whose blocks can be chosen: "nf4", "nf4@128", "nf4+dq".
public protocol BlockwisePrecision: Precision {
    /// The name without the options, such as "nf4".
    var family: String { get }
    /// Size of the blocks and form of their scales.
    var blocks: BlockOptions { get set }
}

extension BlockwisePrecision {
    /// The canonical name: family, then "@" and the block size unless it is 64, then "+dq" if scales are quantized.
    public var name: String { family + blocks.suffix }

    /// Packed codes and scales.
    public func byteCount(rows: Int, columns: Int) -> Int {
        (rows * columns * bits + 7) / 8 + blocks.scaleBytes(rows * columns)
    }

    /// The same precision with other blocks.
    public func with(_ blocks: BlockOptions) -> Self {
        var copy = self
        copy.blocks = blocks
        return copy
    }
}
