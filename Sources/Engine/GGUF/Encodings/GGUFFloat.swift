/// Plain numbers: float32, half precision, bfloat16.
struct GGUFFloat: GGUFEncoding {
    let name: String
    let id: UInt32
    let fileType: UInt32?
    let elementType: ElementType
    let blockSize = 1

    static let f32 = GGUFFloat(name: "f32", id: 0, fileType: 0, elementType: .float32)
    static let f16 = GGUFFloat(name: "f16", id: 1, fileType: 1, elementType: .float16)
    static let bf16 = GGUFFloat(name: "bf16", id: 30, fileType: 32, elementType: .bfloat16)

    var blockBytes: Int { elementType.byteCount }

    func encode(_ elements: UnsafeBufferPointer<Float>, rowLength: Int) -> [UInt8] {
        FloatCoding.encode(elements, as: elementType)
    }

    func decode(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
        switch elementType {
        case .float32:
            (0..<count).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        case .float16: halves(bytes, count).map(FloatCoding.float(half:))
        case .bfloat16: halves(bytes, count).map { Float(bitPattern: UInt32($0) << 16) }
        }
    }

    private func halves(_ bytes: UnsafeRawBufferPointer, _ count: Int) -> [UInt16] {
        (0..<count).map { UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)) }
    }
}
