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
        precondition(entries.count <= 16, "codes of tables are packed in 4 bits or fewer")
        let order = entries.indices.sorted { (entries[$0], $0) < (entries[$1], $1) }
        self.entries = entries
        self.codes = order.map { UInt8($0) }
        self.boundaries = zip(order, order.dropFirst()).map { (entries[$0] + entries[$1]) * 0.5 }
        self.bits = entries.count.trailingZeroBitCount
    }

    /// Writes the code of every scaled number. `ranks` is scratch of the same length.
    ///
    /// The code's rank is the number of boundaries below the number: a count without branches, boundary by boundary,
    /// which the compiler turns into vector compares. Not-a-number compares false everywhere and gets the lowest code.
    func encode(
        _ scaled: UnsafeBufferPointer<Float>, ranks: UnsafeMutableBufferPointer<Int32>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) {
        let count = scaled.count
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
}
