/// Blocks of 32 codes behind their scale in half precision: the encodings that are precisions here as well, so that
/// weights trained on such a grid go into a file, and come out of it, code for code.
///
/// 4-bit codes share bytes with the code sixteen places on: the first in the low half.
/// Source: ggml-common.h (block_q4_0, block_iq4_nl, block_q8_0).
struct GridEncoding: GGUFEncoding {
    let precision: any Precision
    let id: UInt32
    let fileType: UInt32?
    let blockSize = GridBlocks.size

    static let q4_0 = GridEncoding(precision: Q4_0(), id: 2, fileType: 2)
    static let q8_0 = GridEncoding(precision: Q8_0(), id: 8, fileType: 7)
    static let iq4NL = GridEncoding(precision: IQ4NL(), id: 20, fileType: 25)

    var name: String { precision.name }
    var blockBytes: Int { 2 + codeBytes }
    private var codeBytes: Int { blockSize * precision.bits / 8 }

    func encode(_ elements: UnsafeBufferPointer<Float>, rowLength: Int) -> [UInt8] {
        let quantized = precision.quantize(elements, rows: elements.count / rowLength, columns: rowLength)
        guard case .packed(let packed) = quantized else { return [] }
        return encode(packed)
    }

    func decode(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
        WeightMatrix(.packed(packed([UInt8](bytes), rows: 1, columns: count)), rows: 1, columns: count).floats()
    }

    /// The blocks of a matrix that is packed in this precision.
    func encode(_ packed: PackedWeights) -> [UInt8] {
        guard case .float16(let scales) = packed.scales else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scales.count * blockBytes)
        for (block, scale) in scales.enumerated() {
            bytes.append(UInt8(truncatingIfNeeded: scale))
            bytes.append(UInt8(scale >> 8))
            let codes = packed.codes[block * codeBytes..<(block + 1) * codeBytes]
            let first = codes.startIndex
            guard precision.bits == 4 else {
                bytes.append(contentsOf: codes)
                continue
            }
            for j in 0..<16 {
                func code(_ index: Int) -> UInt8 {
                    let byte = codes[first + index / 2]
                    return index % 2 == 0 ? byte >> 4 : byte & 15
                }
                bytes.append(code(j) | code(j + 16) << 4)
            }
        }
        return bytes
    }

    /// The matrix of that shape, packed in this precision; `bytes` are its blocks.
    func packed(_ bytes: [UInt8], rows: Int, columns: Int) -> PackedWeights {
        let blocks = rows * columns / blockSize
        var scales: [UInt16] = []
        var codes: [UInt8] = []
        scales.reserveCapacity(blocks)
        codes.reserveCapacity(blocks * codeBytes)
        for block in 0..<blocks {
            let start = block * blockBytes
            scales.append(UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8)
            let body = bytes[start + 2..<start + blockBytes]
            guard precision.bits == 4 else {
                codes.append(contentsOf: body)
                continue
            }
            for pair in 0..<16 {
                func code(_ index: Int) -> UInt8 {
                    let byte = body[start + 2 + index % 16]
                    return index < 16 ? byte & 15 : byte >> 4
                }
                codes.append(code(2 * pair) << 4 | code(2 * pair + 1))
            }
        }
        let coding: PackedWeights.Coding = precision.bits == 8 ? .integer8 : .table(table)
        return PackedWeights(
            precision: name, bits: precision.bits, blockSize: blockSize, coding: coding, rows: rows, columns: columns,
            codes: codes, scales: .float16(scales))
    }

    /// The table of a 4-bit precision, as the precision itself packs it.
    private var table: [Float] {
        let probe = [Float](repeating: 1, count: blockSize)
        let packed = probe.withUnsafeBufferPointer { precision.quantize($0, rows: 1, columns: blockSize) }
        if case .packed(let weights) = packed, case .table(let table) = weights.coding { return table }
        return []
    }
}
