/// Q2_K: 2-bit codes, 16 sub-blocks of 16 weights with 4-bit scales and offsets. 2.625 bits per weight.
///
/// x′ = d · scale · q − dmin · offset. Source: ggml-common.h (block_q2_K).
struct Q2K: GGUFEncoding {
    let name = "q2_k"
    let id: UInt32 = 10
    let blockSize = SuperBlock.size
    let blockBytes = 84
    let fileType: UInt32? = 10

    func encode(_ elements: UnsafeBufferPointer<Float>, rowLength: Int) -> [UInt8] {
        SuperBlock.encode(elements) { x, bytes in
            let fits = (0..<16).map { SuperBlock.affineFit(x[$0 * 16..<$0 * 16 + 16], levels: 3) }
            let d = SuperBlock.half((fits.map(\.scale).max() ?? 0) / 15)
            let dmin = SuperBlock.half((fits.map(\.offset).max() ?? 0) / 15)
            let (dUsed, dminUsed) = (FloatCoding.float(half: d), FloatCoding.float(half: dmin))
            var codes = [UInt8](repeating: 0, count: 256)
            for (sub, fit) in fits.enumerated() {
                let scale = dUsed > 0 ? SuperBlock.code(fit.scale / dUsed, 0, 15) : 0
                let offset = dminUsed > 0 ? SuperBlock.code(fit.offset / dminUsed, 0, 15) : 0
                bytes.append(UInt8(scale | offset << 4))
                let (step, shift) = (dUsed * Float(scale), dminUsed * Float(offset))
                for i in sub * 16..<sub * 16 + 16 where step > 0 {
                    codes[i] = UInt8(SuperBlock.code((x[i] + shift) / step, 0, 3))
                }
            }
            for half in [0, 128] {
                for l in 0..<32 {
                    let i = half + l
                    bytes.append(codes[i] | codes[i + 32] << 2 | codes[i + 64] << 4 | codes[i + 96] << 6)
                }
            }
            SuperBlock.append(d, to: &bytes)
            SuperBlock.append(dmin, to: &bytes)
        }
    }

    func decode(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
        SuperBlock.decode(bytes, count: count, blockBytes: blockBytes) { block, floats in
            let (d, dmin) = (SuperBlock.half(block, at: 80), SuperBlock.half(block, at: 82))
            for i in 0..<256 {
                let scales = block[block.startIndex + i / 16]
                let byte = block[block.startIndex + 16 + i / 128 * 32 + i % 32]
                let code = byte >> UInt8(i % 128 / 32 * 2) & 3
                floats.append(d * Float(scales & 15) * Float(code) - dmin * Float(scales >> 4))
            }
        }
    }
}
