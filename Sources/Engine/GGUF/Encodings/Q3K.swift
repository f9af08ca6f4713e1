/// Q3_K: 3-bit codes from −4 to 3, 16 sub-blocks of 16 weights with signed 6-bit scales. 3.4375 bits per weight.
///
/// x′ = d · scale · q. The codes' low two bits lie together, their third bits apart. Source: ggml-common.h (block_q3_K).
struct Q3K: GGUFEncoding {
    let name = "q3_k"
    let id: UInt32 = 11
    let blockSize = SuperBlock.size
    let blockBytes = 110
    let fileType: UInt32? = 12

    func encode(_ elements: UnsafeBufferPointer<Float>, rowLength: Int) -> [UInt8] {
        SuperBlock.encode(elements) { x, bytes in
            let fits = (0..<16).map { SuperBlock.symmetricFit(x[$0 * 16..<$0 * 16 + 16], levels: 4) }
            var extreme: Float = 0
            for fit in fits where abs(fit) > abs(extreme) { extreme = fit }
            let d = SuperBlock.half(extreme / -32)
            let used = FloatCoding.float(half: d)
            var high = [UInt8](repeating: 0, count: 32)
            var codes = [UInt8](repeating: 0, count: 256)
            var scales = [UInt8](repeating: 0, count: 16)
            for (sub, fit) in fits.enumerated() {
                let scale = used != 0 ? SuperBlock.code(fit / used, -32, 31) : 0
                scales[sub] = UInt8(scale + 32)
                let step = used * Float(scale)
                for i in sub * 16..<sub * 16 + 16 {
                    let code = step != 0 ? SuperBlock.code(x[i] / step, -4, 3) + 4 : 4
                    codes[i] = UInt8(code & 3)
                    if code > 3 { high[i % 32] |= 1 << UInt8(i / 32) }
                }
            }
            bytes.append(contentsOf: high)
            for half in [0, 128] {
                for l in 0..<32 {
                    let i = half + l
                    bytes.append(codes[i] | codes[i + 32] << 2 | codes[i + 64] << 4 | codes[i + 96] << 6)
                }
            }
            for j in 0..<8 { bytes.append(scales[j] & 15 | (scales[j + 8] & 15) << 4) }
            for j in 0..<4 {
                bytes.append(
                    scales[j] >> 4 | (scales[j + 4] >> 4) << 2 | (scales[j + 8] >> 4) << 4
                        | (scales[j + 12] >> 4) << 6)
            }
            SuperBlock.append(d, to: &bytes)
        }
    }

    func decode(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
        SuperBlock.decode(bytes, count: count, blockBytes: blockBytes) { block, floats in
            let start = block.startIndex
            let d = SuperBlock.half(block, at: 108)
            for i in 0..<256 {
                let sub = i / 16
                let low = block[start + 96 + sub % 8] >> (sub < 8 ? 0 : 4) & 15
                let top = block[start + 104 + sub % 4] >> UInt8(sub / 4 * 2) & 3
                let scale = Int(low | top << 4) - 32
                let code = Int(block[start + 32 + i / 128 * 32 + i % 32] >> UInt8(i % 128 / 32 * 2) & 3)
                let isHigh = block[start + i % 32] >> UInt8(i / 32) & 1 == 1
                floats.append(d * Float(scale) * Float(isHigh ? code : code - 4))
            }
        }
    }
}
