/// Turns the visible characters of byte-level tokens into their bytes, and these into text.
///
/// Bytes that are not UTF-8 become U+FFFD; a token with a character that stands for no byte is taken as it is.
struct ByteLevelDecoder: TokenDecoder {
    func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
        var bytes: [UInt8] = []
        for token in tokens { bytes += ByteAlphabet.decode(token) ?? token }
        return [Array(String(decoding: bytes, as: UTF8.self).utf8)]
    }
}

/// Turns runs of tokens like `<0xE2>` into text; each byte of a run that is not UTF-8 becomes U+FFFD.
struct ByteFallbackDecoder: TokenDecoder {
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var run: [UInt8] = []
        func flush() {
            guard !run.isEmpty else { return }
            if String(validating: run, as: UTF8.self) != nil {
                result.append(run)
            } else {
                result += [[UInt8]](repeating: Self.replacement, count: run.count)
            }
            run.removeAll()
        }
        for token in tokens {
            if let byte = Self.byte(token) {
                run.append(byte)
            } else {
                flush()
                result.append(token)
            }
        }
        flush()
        return result
    }

    /// The byte of a token like `<0xE2>`.
    private static func byte(_ token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else { return nil }
        return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
    }
}
