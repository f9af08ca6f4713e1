extension PackedWeights {
    /// Number of weights.
    public var count: Int { rows * columns }

    /// Writes the weights, row-major: the arithmetic that every faster path must reproduce bit for bit.
    ///
    /// `Coding` says which float32 operations, in which order, make a weight.
    /// - Parameter output: room for exactly `rows · columns` numbers.
    public func dequantize(into output: UnsafeMutableBufferPointer<Float>) {
        precondition(output.count == count, "\(output.count) places do not fit \(rows) × \(columns) weights")
        let unpacked = BitPacking.unpack(codes, count: count, bits: bits)
        // Codes have no more bits than the table has, so the index needs no check of its own.
        unpacked.withUnsafeBufferPointer { codes in
            if let levels {
                levels.withUnsafeBufferPointer { levels in
                    for i in codes.indices { output[i] = levels[Int(codes[i])] }
                }
                return
            }
            for (block, scale) in scales.values.enumerated() {
                let range = block * blockSize..<min((block + 1) * blockSize, codes.count)
                switch coding {
                case .table(let entries):
                    entries.withUnsafeBufferPointer { entries in
                        for i in range { output[i] = entries[Int(codes[i])] * scale }
                    }
                case .linear8:
                    let step = scale / 127
                    for i in range { output[i] = Float(Int8(bitPattern: codes[i])) * step }
                case .integer8:
                    for i in range { output[i] = Float(Int8(bitPattern: codes[i])) * scale }
                case .uniform: break
                }
            }
        }
    }

    /// The weights, row-major, `[rows, columns]`.
    public func dequantized() -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            dequantize(into: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
            initialized = count
        }
    }

    /// The unpacked codes, one per byte, in the order of the weights.
    public func unpackedCodes() -> [UInt8] { BitPacking.unpack(codes, count: count, bits: bits) }
}

extension QuantizedMatrix {
    /// The weights as float32, row-major.
    public func dequantized() -> [Float] {
        switch self {
        case .packed(let weights): weights.dequantized()
        case .bfloat16(let patterns): patterns.map(BFloat16.value)
        }
    }

    /// Bytes held, scales included.
    public var byteCount: Int {
        switch self {
        case .packed(let weights): weights.byteCount
        case .bfloat16(let patterns): 2 * patterns.count
        }
    }
}
