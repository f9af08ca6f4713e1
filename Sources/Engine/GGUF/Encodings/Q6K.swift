/// Q6_K: 6-bit codes from −32 to 31, 16 sub-blocks of 16 weights with signed 8-bit scales. 6.5625 bits per weight.
///
/// x′ = d · scale · q. Source: ggml-common.h (block_q6_K).
struct Q6K: GGUFEncoding {
    let name = "q6_k"
    let id: UInt32 = 14
    let blockSize = SuperBlock.size
    let blockBytes = 210
    let fileType: UInt32? = 18

    func encode(_ elements: UnsafeBufferPointer<Float>, rowLength: Int) -> [UInt8] {
        SuperBlock.encode(elements) { x, bytes in
            let fits = (0..<16).map { SuperBlock.symmetricFit(x[$0 * 16..<$0 * 16 + 16], levels: 32) }
            var extreme: Float = 0
            for fit in fits where abs(fit) > abs(extreme) { extreme = fit }
            let d = SuperBlock.half(extreme / -128)
            let used = FloatCoding.float(half: d)
            var codes = [UInt8](repeating: 32, count: 256)
            let scales = fits.map { used != 0 ? SuperBlock.code($0 / used, -128, 127) : 0 }
            for (sub, scale) in scales.enumerated() {
                let step = used * Float(scale)
                for i in sub * 16..<sub * 16 + 16 where step != 0 {
                    codes[i] = UInt8(SuperBlock.code(x[i] / step, -32, 31) + 32)
                }
            }
            for half in [0, 128] {
                for l in 0..<64 { bytes.append(codes[half + l] & 15 | (codes[half + 64 + l] & 15) << 4) }
            }
            for half in [0, 128] {
                for l in 0..<32 {
                    let i = half + l
                    bytes.append(
                        codes[i] >> 4 | (codes[i + 32] >> 4) << 2 | (codes[i + 64] >> 4) << 4
                            | (codes[i + 96] >> 4) << 6)
                }
            }
            for scale in scales { bytes.append(UInt8(bitPattern: Int8(scale))) }
            SuperBlock.append(d, to: &bytes)
        }
    }

    func decode(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
        SuperBlock.decode(bytes, count: count, blockBytes: blockBytes) { block, floats in
            let start = block.startIndex
            let d = SuperBlock.half(block, at: 208)
            for i in 0..<256 {
                let (half, place) = (i / 128, i % 128)
                let low = block[start + half * 64 + place % 64] >> (place < 64 ? 0 : 4) & 15
                let high = block[start + 128 + half * 32 + place % 32] >> UInt8(place / 32 * 2) & 3
                let scale = Int8(bitPattern: block[start + 192 + i / 16])
                floats.append(d * Float(scale) * Float(Int(low | high << 4) - 32))
            }
        }
    }
}
