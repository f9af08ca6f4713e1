/// A quantized weight matrix as it is held in memory and stored on disk.
///
/// The matrix is flattened row-major; blocks of `blockSize` consecutive elements (which may span rows; the last may be
/// short) share one scale. Codes of fewer than 8 bits are packed big-endian: the first element in the highest bits of
/// the first byte, codes may straddle bytes (3 bits: 8 codes in 3 bytes), and the tail is padded with zero bits.
public struct PackedWeights: Sendable, Equatable {
    /// How a code becomes a number.
    public enum Coding: Sendable, Equatable {
        /// `table[code] * scale`, one float32 multiplication; the table has `2^bits` entries.
        case table([Float])
        /// `Float(Int8(bitPattern: code)) * (scale / 127)`: in float32, the division once per block, then one
        /// multiplication. Any other order (`code * scale / 127`, `code / 127 * scale`) differs in the last bit for a
        /// third of all weights, so every kernel keeps to this one. 8 bits.
        case linear8
        /// `Float(Int8(bitPattern: code)) * scale`, one float32 multiplication. 8 bits.
        case integer8
        /// `Float(code) / (2^bits − 1) * range + least`, in float32; the block is the whole matrix and has two scales,
        /// the least weight and the range.
        case uniform
    }

    /// Name of the precision, such as "nf4".
    public let precision: String
    /// Bits of one code: 2, 3, 4 or 8.
    public let bits: Int
    /// Elements that share a scale.
    public let blockSize: Int
    /// How a code becomes a number.
    public let coding: Coding
    /// Outputs.
    public let rows: Int
    /// Inputs.
    public let columns: Int
    /// Packed codes, `ceil(rows · columns · bits / 8)` bytes.
    public let codes: [UInt8]
    /// One scale per block, `ceil(rows · columns / blockSize)` of them; least weight and range for `uniform`.
    public let scales: BlockScales

    /// Packed weights from their parts; counts must fit the shape.
    public init(
        precision: String, bits: Int, blockSize: Int, coding: Coding, rows: Int, columns: Int, codes: [UInt8],
        scales: BlockScales
    ) {
        let count = rows * columns
        precondition(blockSize > 0, "a block holds at least one weight")
        precondition(Self.fits(coding, bits: bits), "codes of \(bits) bits do not fit their coding")
        precondition(codes.count == (count * bits + 7) / 8, "codes do not fill the matrix")
        precondition(
            scales.count == Self.scaleCount(coding, count: count, blockSize: blockSize),
            "scales do not fill the matrix")
        self.precision = precision
        self.bits = bits
        self.blockSize = blockSize
        self.coding = coding
        self.rows = rows
        self.columns = columns
        self.codes = codes
        self.scales = scales
    }

    /// Whether codes of that many bits can be read that way.
    static func fits(_ coding: Coding, bits: Int) -> Bool {
        switch coding {
        case .table(let entries): [2, 3, 4, 8].contains(bits) && entries.count == 1 << bits
        case .linear8, .integer8: bits == 8
        case .uniform: [2, 3, 4, 8].contains(bits)
        }
    }

    /// How many scales `count` weights have.
    static func scaleCount(_ coding: Coding, count: Int, blockSize: Int) -> Int {
        coding == .uniform ? 2 : BlockScale.blockCount(count, blockSize: blockSize)
    }

    /// Bytes held: codes and scales.
    public var byteCount: Int { codes.count + scales.byteCount }

    /// The levels of a `uniform` matrix; `nil` for any other.
    var levels: [Float]? {
        guard coding == .uniform, case .float32(let bounds) = scales, bounds.count == 2 else { return nil }
        return Uniform.levels(bits: bits, least: bounds[0], range: bounds[1])
    }
}
