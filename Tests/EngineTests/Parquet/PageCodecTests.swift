import Testing

@testable import Engine

@Suite("Compressed Parquet pages") struct PageCodecTests {
    private static let text = "a lamp, a lamp, a lamp!"
    private static let stored: [UInt8] =
        [0x01, 0x17, 0x00, 0xE8, 0xFF] + Array("a lamp, a lamp, a lamp!".utf8)
    private static let fixed: [UInt8] = [
        0x4B, 0x54, 0xC8, 0x49, 0xCC, 0x2D, 0xD0, 0x51, 0x48, 0x44, 0xA1, 0x15, 0x01,
    ]
    private static let literal: [UInt8] = [0x17, 0x1C] + Array("a lamp, ".utf8)
    private static let header: [UInt8] = [0x1F, 0x8B, 0x08, 0x00, 0, 0, 0, 0, 0x02, 0x03]

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A member of gzip that holds the text.
    private static func member(header: [UInt8] = header, _ body: [UInt8]) -> [UInt8] {
        header + body + littleEndian(CRC32.checksum(Array(text.utf8)[...])) + littleEndian(UInt32(text.utf8.count))
    }

    @Test(
        "come back from Snappy with every kind of copy",
        arguments: [
            [0x17, 0x58] + Array(text.utf8), literal + [0x36, 0x08, 0x00, 0x00, 0x21],
            literal + [0x0D, 0x08, 0x0D, 0x08, 0x00, 0x21], literal + [0x37, 0x08, 0x00, 0x00, 0x00, 0x00, 0x21],
            [0x17, 0xF0, 0x16] + Array(text.utf8), [0x17, 0xF4, 0x16, 0x00] + Array(text.utf8),
        ])
    func snappy(bytes: [UInt8]) throws {
        #expect(try Snappy.decompress(bytes[...], to: 23) == Array(Self.text.utf8))
    }

    @Test(
        "that break Snappy are refused",
        arguments: [
            [], [0x17], [0x16, 0x58] + Array(text.utf8), [0x17, 0x5C] + Array(text.utf8), literal,
            literal + [0x36, 0x09, 0x00, 0x00, 0x21], literal + [0x36, 0x00, 0x00, 0x00, 0x21],
            literal + [0x3E, 0x08, 0x00, 0x00, 0x21], literal + [0x36], literal + [0x37, 0xFF, 0xFF, 0xFF, 0xFF, 0x00],
            [0x17, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ])
    func brokenSnappy(bytes: [UInt8]) {
        #expect(throws: ParquetFault.self) { try Snappy.decompress(bytes[...], to: 23) }
    }

    @Test("with a claim that cannot be kept get no memory") func claims() {
        let bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00, 0x61]
        #expect(throws: ParquetFault.self) { try Snappy.decompress(bytes[...], to: Int(Int32.max)) }
    }

    @Test(
        "come back from gzip: stored, with fixed codes, with every optional part of the header, in several members",
        arguments: [
            (member(stored), 1), (member(fixed), 1),
            (
                member(
                    header: [0x1F, 0x8B, 0x08, 0x1E, 0, 0, 0, 0, 0, 0xFF, 2, 0, 1, 2]
                        + Array("name\0comment\0".utf8) + [0, 0], fixed), 1
            ), (member(fixed) + member(stored) + member(fixed), 3),
            // An empty stored block that is not the last, then the text.
            (member([0x00, 0x00, 0x00, 0xFF, 0xFF] + fixed), 1),
        ])
    func gzip(bytes: [UInt8], members: Int) throws {
        let text = String(repeating: Self.text, count: members)
        #expect(try Gzip.decompress(bytes[...], to: text.utf8.count) == Array(text.utf8))
        #expect(throws: ParquetFault.self) { try Gzip.decompress(bytes[...], to: text.utf8.count - 1) }
        #expect(throws: ParquetFault.self) { try Gzip.decompress(bytes[...], to: text.utf8.count + 1) }
        for count in 0..<bytes.count {
            #expect(throws: ParquetFault.self) { try Gzip.decompress(bytes[..<count], to: text.utf8.count) }
        }
    }

    @Test(
        "that break gzip are refused",
        arguments: [
            // No gzip, another method, reserved flags, a reserved kind of block, a size without its complement.
            member(header: [0x78, 0x9C], fixed), member(header: [0x1F, 0x8B, 0x07, 0, 0, 0, 0, 0, 0, 3], fixed),
            member(header: [0x1F, 0x8B, 0x08, 0x80, 0, 0, 0, 0, 0, 3], fixed), member([0x07]),
            member([0x01, 0x17, 0x00, 0x17, 0x00]),
            // A copy from before the beginning, a wrong checksum, a wrong length, something behind.
            member([0x03, 0x02, 0x00]), header + fixed + [0, 0, 0, 0, 23, 0, 0, 0],
            Array(member(fixed).dropLast(4)) + [22, 0, 0, 0], member(fixed) + [0],
            // Codes of lengths that do not fit together: nineteen of one bit.
            member([0x05, 0xE0, 0x93, 0x24, 0x49, 0x92, 0x24, 0x49, 0x92, 0x24]),
        ])
    func brokenGzip(bytes: [UInt8]) {
        #expect(throws: ParquetFault.self) { try Gzip.decompress(bytes[...], to: 23) }
    }

    @Test("are checked by the usual CRC-32") func checksum() {
        #expect(CRC32.checksum(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    }

    @Test("with a wrong checksum of their own are refused") func pageChecksum() throws {
        var bytes = try ParquetFixture.bytes("texts-checksums")
        // Inside of the first page, behind its header.
        bytes[100] ^= 0x01
        let error = try #require(throws: ParquetError.self) { try ParquetFile.rows(in: bytes, file: "f") }
        #expect(error.description.contains("checksum"))
    }
}
