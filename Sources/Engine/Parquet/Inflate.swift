/// Decompresses Deflate.
///
/// Source: RFC 1951.
struct Inflate {
    private let bytes: ArraySlice<UInt8>
    private var next: Int
    private var buffer: UInt64 = 0
    private var filled = 0

    /// A stream that begins with the first of the bytes; others may follow it.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        next = bytes.startIndex
    }

    /// Index of the first byte that no bit was taken from.
    var position: Int { next - filled / 8 }

    /// Appends what the stream holds.
    ///
    /// - Throws: `damaged`, also when `output` would have more than `limit` bytes.
    mutating func decompress(into output: inout [UInt8], limit: Int) throws(ParquetFault) {
        let start = output.count
        while true {
            let isLast = try take(1) == 1
            switch try take(2) {
            case 0: try stored(&output, limit: limit)
            case 1: try block(&output, Self.fixedCodes.get(), start: start, limit: limit)
            case 2: try block(&output, dynamicCodes(), start: start, limit: limit)
            default: throw .damaged("gzip: an unknown kind of block")
            }
            if isLast { return }
        }
    }

    private struct Codes {
        let literals: HuffmanTable
        let distances: HuffmanTable
    }

    private static let fixedCodes = Result { () throws(ParquetFault) -> Codes in
        let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 as UInt8 }
        return Codes(
            literals: try HuffmanTable(lengths: lengths[...]),
            distances: try HuffmanTable(lengths: [UInt8](repeating: 5, count: 30)[...]))
    }

    private mutating func fill() {
        while filled <= 56, next < bytes.endIndex {
            buffer |= UInt64(bytes[next]) << UInt64(filled)
            next += 1
            filled += 8
        }
    }

    /// The next `count` bits, at most 16, the first the lowest.
    private mutating func take(_ count: Int) throws(ParquetFault) -> Int {
        if filled < count { fill() }
        guard filled >= count else { throw .damaged("gzip: the bytes end too early") }
        let value = Int(buffer & ((1 << UInt64(count)) - 1))
        buffer >>= UInt64(count)
        filled -= count
        return value
    }

    private mutating func symbol(_ table: HuffmanTable) throws(ParquetFault) -> Int {
        if filled < table.longest { fill() }
        guard let (symbol, length) = table.symbol(buffer) else { throw .damaged("gzip: an unknown code") }
        guard length <= filled else { throw .damaged("gzip: the bytes end too early") }
        buffer >>= UInt64(length)
        filled -= length
        return symbol
    }

    private mutating func stored(_ output: inout [UInt8], limit: Int) throws(ParquetFault) {
        // The rest of the byte is not used, and whole bytes that were taken ahead are given back.
        var cursor = ByteCursor(bytes[position...])
        buffer = 0
        filled = 0
        let sizes = try cursor.uint32()
        guard sizes & 0xFFFF == ~sizes >> 16 else { throw .damaged("gzip: a block's size and its complement differ") }
        let block = try cursor.take(Int(sizes & 0xFFFF))
        guard block.count <= limit - output.count else { throw .damaged("gzip: more than \(limit) bytes") }
        output.append(contentsOf: block)
        next = cursor.position
    }

    private mutating func dynamicCodes() throws(ParquetFault) -> Codes {
        let literals = try take(5) + 257
        let distances = try take(5) + 1
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var ofLengths = [UInt8](repeating: 0, count: 19)
        for index in order.prefix(try take(4) + 4) { ofLengths[index] = UInt8(try take(3)) }
        let table = try HuffmanTable(lengths: ofLengths[...])
        var lengths: [UInt8] = []
        while lengths.count < literals + distances {
            switch try symbol(table) {
            case 16:
                guard let last = lengths.last else { throw .damaged("gzip: a repetition of nothing") }
                lengths.append(contentsOf: repeatElement(last, count: try take(2) + 3))
            case 17: lengths.append(contentsOf: repeatElement(0, count: try take(3) + 3))
            case 18: lengths.append(contentsOf: repeatElement(0, count: try take(7) + 11))
            case let length: lengths.append(UInt8(length))
            }
        }
        guard lengths.count == literals + distances, literals <= 286 else { throw .damaged("gzip: too many codes") }
        return Codes(
            literals: try HuffmanTable(lengths: lengths[..<literals]),
            distances: try HuffmanTable(lengths: lengths[literals...]))
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12289, 16385, 24577,
    ]

    private mutating func block(
        _ output: inout [UInt8], _ codes: Codes, start: Int, limit: Int
    ) throws(ParquetFault) {
        while true {
            let literal = try symbol(codes.literals)
            if literal == 256 { return }
            if literal < 256 {
                guard output.count < limit else { throw .damaged("gzip: more than \(limit) bytes") }
                output.append(UInt8(literal))
                continue
            }
            let index = literal - 257
            guard index < Self.lengthBases.count else { throw .damaged("gzip: an unknown length") }
            let length = Self.lengthBases[index] + (try take(Self.lengthBits[index]))
            let code = try symbol(codes.distances)
            guard code < Self.distanceBases.count else { throw .damaged("gzip: an unknown distance") }
            // Two codes each have as many further bits, from the fifth on.
            let distance = Self.distanceBases[code] + (try take(max(0, code / 2 - 1)))
            guard distance <= output.count - start else {
                throw .damaged("gzip: a copy from \(distance) bytes back where \(output.count - start) are")
            }
            guard length <= limit - output.count else { throw .damaged("gzip: more than \(limit) bytes") }
            // Byte by byte, for a copy may reach into what it writes: that repeats a pattern.
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }
}
