/// The numbers that the codes of a precision stand for, and which code is nearest to a number.
///
/// Codes index `entries`; entries lie in −1 … 1 and need not be sorted (FP4 counts its sign bit as the highest). The
/// code of a number is the nearest entry's; a number halfway between two entries takes the lower one, that is, the
/// boundaries are the float32 midpoints of neighbouring sorted entries and intervals are open on the left, as in
/// bitsandbytes.
struct CodeTable: Sendable, Equatable {
    /// What each code stands for, before the block's scale.
    let entries: [Float]
    /// Midpoints of neighbouring sorted entries, ascending; one fewer than entries.
    let boundaries: [Float]
    /// The code of each sorted entry.
    let codes: [UInt8]
    /// Bits of one code.
    let bits: Int

    /// A table of 2, 4, 8 … entries; of two equal entries the one with the smaller code counts as the lower.
    init(_ entries: [Float]) {
        precondition(entries.count >= 2 && entries.count & (entries.count - 1) == 0, "a table has 2^bits entries")
        precondition(entries.count <= 256, "a code fits a byte")
        let order = entries.indices.sorted { (entries[$0], $0) < (entries[$1], $1) }
        self.entries = entries
        self.codes = order.map { UInt8($0) }
        self.boundaries = zip(order, order.dropFirst()).map { (entries[$0] + entries[$1]) * 0.5 }
        self.bits = entries.count.trailingZeroBitCount
    }

    /// Writes the code of every scaled number. `ranks` is scratch of the same length.
    ///
    /// The code's rank is the number of boundaries below the number: a count without branches, boundary by boundary,
    /// which the compiler turns into vector compares; many boundaries are searched by halves instead. Not-a-number
    /// compares false everywhere and gets the lowest code.
    func encode(
        _ scaled: UnsafeBufferPointer<Float>, ranks: UnsafeMutableBufferPointer<Int32>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) {
        let count = scaled.count
        if entries.count > 16 { return search(scaled, into: output) }
        for i in 0..<count { ranks[i] = 0 }
        boundaries.withUnsafeBufferPointer { boundaries in
            for boundary in boundaries {
                for i in 0..<count { ranks[i] &+= scaled[i] > boundary ? 1 : 0 }
            }
        }
        codes.withUnsafeBufferPointer { codes in
            for i in 0..<count { output[i] = codes[Int(truncatingIfNeeded: ranks[i])] }
        }
    }

    /// The same count by halving: boundaries are one fewer than a power of two.
    private func search(_ scaled: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<UInt8>) {
        boundaries.withUnsafeBufferPointer { boundaries in
            codes.withUnsafeBufferPointer { codes in
                for i in 0..<scaled.count {
                    var rank = 0
                    var step = codes.count / 2
                    while step > 0 {
                        rank += scaled[i] > boundaries[rank + step - 1] ? step : 0
                        step /= 2
                    }
                    output[i] = codes[rank]
                }
            }
        }
    }
}

extension CodeTable {
    /// Codes and float32 scales, block by block: a = max |x|, code of the entry nearest to x / a.
    ///
    /// A block of zeros has scale 0 and the code of zero throughout.
    func quantize(_ weights: UnsafeBufferPointer<Float>, blockSize: Int) -> (codes: [UInt8], scales: [Float]) {
        let count = weights.count
        var scales: [Float] = []
        scales.reserveCapacity(BlockScale.blockCount(count, blockSize: blockSize))
        let codes = [UInt8](unsafeUninitializedCapacity: count) { codes, initialized in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: blockSize) { scaled in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: blockSize) { ranks in
                    for start in stride(from: 0, to: count, by: blockSize) {
                        let length = min(blockSize, count - start)
                        let block = UnsafeBufferPointer(rebasing: weights[start..<start + length])
                        let scale = BlockScale.absoluteMaximum(block)
                        scales.append(scale)
                        Self.normalise(block, by: scale, isWhole: length == blockSize, into: scaled)
                        encode(
                            UnsafeBufferPointer(rebasing: scaled[0..<length]), ranks: ranks,
                            into: UnsafeMutableBufferPointer(rebasing: codes[start..<start + length]))
                    }
                }
            }
            initialized = count
        }
        return (codes, scales)
    }

    /// x / scale, in the arithmetic of bitsandbytes: full blocks times the reciprocal, the short tail divided.
    ///
    /// The two differ in the last bit, which decides codes only next to a boundary. Subnormal scales have no finite
    /// reciprocal, so they divide too.
    private static func normalise(
        _ block: UnsafeBufferPointer<Float>, by scale: Float, isWhole: Bool,
        into scaled: UnsafeMutableBufferPointer<Float>
    ) {
        if scale == 0 {
            for i in 0..<block.count { scaled[i] = 0 }
        } else if isWhole, scale >= .leastNormalMagnitude {
            let reciprocal = 1 / scale
            for i in 0..<block.count { scaled[i] = block[i] * reciprocal }
        } else {
            for i in 0..<block.count { scaled[i] = block[i] / scale }
        }
    }
}
