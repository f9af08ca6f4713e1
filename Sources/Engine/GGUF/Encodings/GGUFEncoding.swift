/// How a GGUF file holds the elements of a tensor: a number format, or blocks of codes with their scales.
public protocol GGUFEncoding: Sendable {
    /// The name, such as "q4_k"; lower case.
    var name: String { get }
    /// ggml's number of the type.
    var id: UInt32 { get }
    /// Elements per block; rows are whole blocks.
    var blockSize: Int { get }
    /// Bytes per block.
    var blockBytes: Int { get }
    /// ggml's number of a file most of whose weights are of this type (`general.file_type`); nil where there is none.
    var fileType: UInt32? { get }

    /// The bytes of rows of `rowLength` elements each, a multiple of the block.
    func encode(_ elements: UnsafeBufferPointer<Float>, rowLength: Int) -> [UInt8]
    /// `count` elements as float32.
    func decode(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float]
}

extension GGUFEncoding {
    /// Bytes of that many elements, a multiple of the block.
    public func byteCount(_ count: Int) -> Int { count / blockSize * blockBytes }
    /// Bits per element, scales included.
    public var bitsPerWeight: Double { 8 * Double(blockBytes) / Double(blockSize) }
}

/// The encodings that are known.
public enum GGUFEncodings {
    /// All of them.
    public static let all: [any GGUFEncoding] = [
        GGUFFloat.f32, GGUFFloat.f16, GGUFFloat.bf16, GridEncoding.q4_0, GridEncoding.iq4NL, GridEncoding.q8_0,
        Q2K(), Q3K(), Q4K(), Q6K(),
    ]

    /// Whether weights of that precision go into a file code for code.
    static func isGrid(_ precision: String) -> Bool { all.contains { $0 is GridEncoding && $0.name == precision } }

    /// The encoding of that name; upper and lower case count the same.
    public static func named(_ name: String) -> (any GGUFEncoding)? {
        all.first { $0.name == name.lowercased() }
    }
}
