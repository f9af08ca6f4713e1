/// Turns every byte into a visible character, so that a model over characters can encode any text.
///
/// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2, and the pattern and
/// alphabet published with it.
struct ByteLevelPreTokenizer: PreTokenizer {
    static let pattern =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    private let addsPrefixSpace: Bool
    private let pattern: TextPattern?

    init(addsPrefixSpace: Bool, usesPattern: Bool, _ part: TokenizerPart) throws(TokenizerError) {
        self.addsPrefixSpace = addsPrefixSpace
        pattern = usesPattern ? try part.expression(Self.pattern) : nil
    }

    func split(_ pieces: inout PieceList) {
        if addsPrefixSpace {
            pieces.map { piece, _, result in
                if piece.first != UInt8(ascii: " ") { result.append(UInt8(ascii: " ")) }
                result.append(contentsOf: piece)
            }
        }
        if let pattern { pieces.split(pattern, .isolated) }
        pieces.map { piece, _, result in
            for byte in piece { ByteAlphabet.append(byte, to: &result) }
        }
    }
}

/// The visible characters that stand for bytes in byte-level vocabularies.
enum ByteAlphabet {
    /// The character of each byte: itself where it is visible in Latin-1, else the next from U+0100 on.
    static let scalars: [UInt32] = {
        var next: UInt32 = 256
        return (UInt32(0)..<256).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    /// The byte of each character below U+0144, or -1.
    static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
        return bytes
    }()

    /// Appends the character of `byte` in UTF-8.
    @inline(__always)
    static func append(_ byte: UInt8, to text: inout [UInt8]) {
        let scalar = scalars[Int(byte)]
        if scalar < 0x80 {
            text.append(UInt8(scalar))
        } else {
            text.append(UInt8(0xC0 | scalar >> 6))
            text.append(UInt8(0x80 | scalar & 0x3F))
        }
    }

    /// The bytes that the characters of `token` stand for, or nil if one of them stands for none.
    static func decode(_ token: [UInt8]) -> [UInt8]? {
        token.withUnsafeBufferPointer { token in
            var result: [UInt8] = []
            result.reserveCapacity(token.count)
            var position = 0
            while position < token.count {
                let (scalar, length) = UTF8Scalars.at(position, in: token)
                guard scalar < UInt32(bytes.count), bytes[Int(scalar)] >= 0 else { return nil }
                result.append(UInt8(truncatingIfNeeded: bytes[Int(scalar)]))
                position += length
            }
            return result
        }
    }
}
