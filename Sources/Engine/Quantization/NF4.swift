/// 4-bit NormalFloat: the table whose entries are quantiles of the normal distribution, with an exact zero.
///
/// The entries are the float32 constants of bitsandbytes, so codes, scales and packed bytes equal its own.
///
/// Source: Dettmers et al. 2023, "QLoRA: Efficient Finetuning of Quantized LLMs", appendix E.
public struct NF4: TablePrecision {
    /// "nf4".
    public let family = "nf4"
    /// Size of the blocks and form of their scales.
    public var blocks: BlockOptions
    let table = Self.normalFloat

    /// 4-bit NormalFloat with these blocks.
    public init(_ blocks: BlockOptions = BlockOptions()) { self.blocks = blocks }

    private static let normalFloat = CodeTable([
        -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
        -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634,
        0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
    ])
}
