/// The scale of a block of weights.
enum BlockScale {
    /// Largest magnitude of the elements; not-a-number if any element is.
    ///
    /// Magnitudes are compared as integers, which order like the floats they encode: such a maximum vectorises.
    static func absoluteMaximum(_ elements: UnsafeBufferPointer<Float>) -> Float {
        var largest: Int32 = 0
        for element in elements {
            let magnitude = Int32(truncatingIfNeeded: element.bitPattern & 0x7fff_ffff)
            largest = magnitude > largest ? magnitude : largest
        }
        return Float(bitPattern: UInt32(truncatingIfNeeded: largest))
    }

    /// Number of blocks that `count` elements fill, the last perhaps in part.
    static func blockCount(_ count: Int, blockSize: Int) -> Int { (count + blockSize - 1) / blockSize }
}
