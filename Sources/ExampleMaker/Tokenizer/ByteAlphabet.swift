/// The visible characters by which GPT-2's vocabularies write the 256 bytes.
///
/// Printable Latin-1 bytes stand for themselves, the others for the characters from U+0100 on, in order.
/// Source: Radford et al. 2019, the released encoder (`bytes_to_unicode`).
enum ByteAlphabet {
    /// The character of each byte.
    static let characters: [Character] = {
        var next: UInt32 = 0x100
        return (0...UInt8.max).map { byte in
            switch byte {
            case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return Character(Unicode.Scalar(byte))
            default:
                defer { next += 1 }
                return Unicode.Scalar(next).map(Character.init) ?? "?"
            }
        }
    }()

    /// The bytes in the order of their characters: the order of their token ids.
    static let bytesInOrder: [UInt8] = (0...UInt8.max).sorted { characters[Int($0)] < characters[Int($1)] }

    /// Bytes written in the alphabet.
    static func text(_ bytes: some Sequence<UInt8>) -> String { String(bytes.map { characters[Int($0)] }) }
}
