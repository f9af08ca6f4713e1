import Testing

@testable import Engine

@Suite("Parquet pages in Zstandard") struct ZstandardTests {
    private static let text = "a lamp, a lamp, a lamp!"
    /// A compressed block: literals, and a copy of some of them.
    private static let copied: [UInt8] = [
        0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x17, 0x7D, 0x00, 0x00, 0x48, 0x61, 0x20, 0x6C, 0x61, 0x6D, 0x70, 0x2C, 0x20,
        0x21, 0x01, 0x00, 0xE5, 0xCB, 0x05,
    ]

    /// A frame of one stored block, with a window and a checksum.
    private static let stored: [UInt8] =
        [0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x00, 0xB9, 0x00, 0x00] + Array("a lamp, a lamp, a lamp!".utf8) + [1, 2, 3, 4]
    private static let skipped: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 0x02, 0x00, 0x00, 0x00, 0xAA, 0xBB]

    @Test(
        "come back: copies, stored blocks, frames to skip, several frames",
        arguments: [
            (copied, 1), (stored, 1), (skipped + copied, 1), (copied + stored + copied, 3),
        ] as [([UInt8], Int)])
    func frames(bytes: [UInt8], frames: Int) throws {
        let text = String(repeating: Self.text, count: frames)
        #expect(try Zstandard.decompress(bytes[...], to: text.utf8.count) == Array(text.utf8))
        #expect(throws: ParquetFault.self) { try Zstandard.decompress(bytes[...], to: text.utf8.count - 1) }
        #expect(throws: ParquetFault.self) { try Zstandard.decompress(bytes[...], to: text.utf8.count + 1) }
        for count in 0..<bytes.count {
            #expect(throws: ParquetFault.self) { try Zstandard.decompress(bytes[..<count], to: text.utf8.count) }
        }
    }

    @Test("come back where a byte is repeated") func repeatedByte() throws {
        let block: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, 0x63, 0x09, 0x00, 0x61]
        #expect(try Zstandard.decompress(block[...], to: 300) == [UInt8](repeating: 0x61, count: 300))
        let sequences: [UInt8] = [
            0x28, 0xB5, 0x2F, 0xFD, 0x60, 0x2C, 0x00, 0x4D, 0x00, 0x00, 0x10, 0x61, 0x61, 0x01, 0x00, 0x27, 0x2A, 0xC0,
            0x02,
        ]
        #expect(try Zstandard.decompress(sequences[...], to: 300) == [UInt8](repeating: 0x61, count: 300))
    }

    @Test("with another byte anywhere are refused or come back", arguments: 0..<24)
    func brokenZstandard(index: Int) {
        for value in 0..<256 {
            var bytes = Self.copied
            bytes[index] = UInt8(value)
            let output = try? Zstandard.decompress(bytes[...], to: 23)
            #expect(output?.count ?? 23 == 23)
        }
    }
}
