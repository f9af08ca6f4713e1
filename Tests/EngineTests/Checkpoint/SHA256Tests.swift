import Foundation
import Testing

@testable import Engine

@Suite("SHA-256") struct SHA256Tests {
    /// Vectors of FIPS 180-2 appendix B and of the NIST example "million a".
    static let vectors: [(text: String, hex: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test("gives the published values", arguments: vectors) func published(text: String, hex: String) {
        #expect(SHA256.hex(of: Data(text.utf8)) == hex)
        #expect(SHA256.hex(of: text) == hex)
    }

    @Test("does not depend on how the bytes are cut") func pieces() {
        let bytes = (0..<300).map { UInt8($0 * 7 % 256) }
        let whole = SHA256.hex(of: Data(bytes))
        for size in [1, 3, 55, 56, 63, 64, 65, 128, 299] {
            var hash = SHA256()
            for start in stride(from: 0, to: bytes.count, by: size) {
                hash.update(Data(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(hash.hex() == whole)
        }
    }

    @Test("of a file is that of its bytes") func file() throws {
        let folder = try TemporaryFolder()
        let url = try folder.write("abc", "abc")
        #expect(try SHA256.hex(of: url) == Self.vectors[1].hex)
    }
}
