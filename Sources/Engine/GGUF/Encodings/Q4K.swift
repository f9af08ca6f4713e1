/// Q4_K: 4-bit codes, 8 sub-blocks of 32 weights with 6-bit scales and offsets. 4.5 bits per weight.
///
/// x′ = d · scale · q − dmin · offset. Source: ggml-common.h (block_q4_K).
struct Q4K: GGUFEncoding {
    let name = "q4_k"
    let id: UInt32 = 12
    let blockSize = SuperBlock.size
    let blockBytes = 144
    let fileType: UInt32? = 14

    func encode(_ elements: UnsafeBufferPointer<Float>, rowLength: Int) -> [UInt8] {
        SuperBlock.encode(elements) { x, bytes in
            let fits = (0..<8).map { SuperBlock.affineFit(x[$0 * 32..<$0 * 32 + 32], levels: 15) }
            let d = SuperBlock.half((fits.map(\.scale).max() ?? 0) / 63)
            let dmin = SuperBlock.half((fits.map(\.offset).max() ?? 0) / 63)
            let (dUsed, dminUsed) = (FloatCoding.float(half: d), FloatCoding.float(half: dmin))
            var codes = [UInt8](repeating: 0, count: 256)
            var scales = [UInt8](repeating: 0, count: 8)
            var offsets = [UInt8](repeating: 0, count: 8)
            for (sub, fit) in fits.enumerated() {
                scales[sub] = dUsed > 0 ? UInt8(SuperBlock.code(fit.scale / dUsed, 0, 63)) : 0
                offsets[sub] = dminUsed > 0 ? UInt8(SuperBlock.code(fit.offset / dminUsed, 0, 63)) : 0
                let (step, shift) = (dUsed * Float(scales[sub]), dminUsed * Float(offsets[sub]))
                for i in sub * 32..<sub * 32 + 32 where step > 0 {
                    codes[i] = UInt8(SuperBlock.code((x[i] + shift) / step, 0, 15))
                }
            }
            SuperBlock.append(d, to: &bytes)
            SuperBlock.append(dmin, to: &bytes)
            for j in 0..<4 { bytes.append(scales[j] | (scales[j + 4] >> 4) << 6) }
            for j in 0..<4 { bytes.append(offsets[j] | (offsets[j + 4] >> 4) << 6) }
            for j in 0..<4 { bytes.append(scales[j + 4] & 15 | (offsets[j + 4] & 15) << 4) }
            for pair in 0..<4 {
                for l in 0..<32 { bytes.append(codes[pair * 64 + l] | codes[pair * 64 + 32 + l] << 4) }
            }
        }
    }

    func decode(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
        SuperBlock.decode(bytes, count: count, blockBytes: blockBytes) { block, floats in
            let (d, dmin) = (SuperBlock.half(block, at: 0), SuperBlock.half(block, at: 2))
            let s = block.startIndex + 4
            for sub in 0..<8 {
                let scale: UInt8
                let offset: UInt8
                if sub < 4 {
                    (scale, offset) = (block[s + sub] & 63, block[s + sub + 4] & 63)
                } else {
                    scale = block[s + sub + 4] & 15 | (block[s + sub - 4] >> 6) << 4
                    offset = block[s + sub + 4] >> 4 | (block[s + sub] >> 6) << 4
                }
                let (step, shift) = (d * Float(scale), dmin * Float(offset))
                for l in 0..<32 {
                    let byte = block[s + 12 + sub / 2 * 32 + l]
                    floats.append(step * Float(sub % 2 == 0 ? byte & 15 : byte >> 4) - shift)
                }
            }
        }
    }
}
