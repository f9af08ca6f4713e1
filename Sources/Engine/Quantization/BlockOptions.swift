/// How the scales of a precision are kept: how many weights share one, and whether the scales are quantized themselves.
public struct BlockOptions: Sendable, Hashable {
    /// Weights that share a scale when nothing else is said.
    public static let defaultSize = 64
    /// The sizes that can be asked for by name: powers of two.
    public static let sizes = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096]

    /// Consecutive weights of the row-major matrix that share a scale.
    public let size: Int
    /// Whether the scales are held in 8 bits (`DoubleQuantizedScales`) instead of float32.
    public let isDoubleQuantized: Bool

    /// Blocks of `size` weights, at least one.
    public init(size: Int = Self.defaultSize, isDoubleQuantized: Bool = false) {
        precondition(size > 0, "a block holds at least one weight")
        self.size = size
        self.isDoubleQuantized = isDoubleQuantized
    }

    /// What a precision's name says of its blocks: "@128", "+dq", "@128+dq", nothing for the default.
    public var suffix: String {
        (size == Self.defaultSize ? "" : "@\(size)") + (isDoubleQuantized ? "+dq" : "")
    }

    /// Bytes of the scales of `count` weights.
    func scaleBytes(_ count: Int) -> Int {
        let blocks = BlockScale.blockCount(count, blockSize: size)
        return isDoubleQuantized ? DoubleQuantizedScales.byteCount(blocks) : 4 * blocks
    }

    /// The scales as they are held.
    func stored(_ scales: [Float]) -> BlockScales {
        isDoubleQuantized ? .doubleQuantized(DoubleQuantizedScales(scales)) : .float32(scales)
    }
}
