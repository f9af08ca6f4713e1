/// Numbers and flags as BLOBs: float64 little-endian, and bits with the lowest first.
enum PackedNumbers {
    static func bytes(_ values: [Double]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 8)
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    static func bytes(_ flags: [Bool]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
        for (index, flag) in flags.enumerated() where flag { bytes[index / 8] |= 1 << (index % 8) }
        return bytes
    }

    /// - Throws: `StoreError.badRow` unless there are exactly `count` numbers.
    static func doubles(_ bytes: [UInt8], count: Int, column: String) throws -> [Double] {
        guard bytes.count % 8 == 0, bytes.count / 8 == count else {
            throw StoreError.badRow(column: column, reason: "\(bytes.count) bytes instead of \(count) numbers")
        }
        return bytes.withUnsafeBytes { raw in
            (0..<count).map { index in
                Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
            }
        }
    }

    /// - Throws: `StoreError.badRow` unless there are exactly `count` flags and zeros after them.
    static func flags(_ bytes: [UInt8], count: Int, column: String) throws -> [Bool] {
        let spare = bytes.count * 8 - count
        guard (0..<8).contains(spare), spare == 0 || (bytes.last ?? 0) >> (8 - spare) == 0 else {
            throw StoreError.badRow(column: column, reason: "\(bytes.count) bytes instead of \(count) flags")
        }
        return (0..<count).map { bytes[$0 / 8] >> ($0 % 8) & 1 == 1 }
    }
}
