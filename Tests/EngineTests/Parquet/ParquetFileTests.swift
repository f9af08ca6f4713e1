import Foundation
import Testing

@testable import Engine

@Suite("Parquet files") struct ParquetFileTests {
    @Test("give the rows that were written", arguments: ParquetFixture.names)
    func rows(name: String) throws {
        let rows = try ParquetFile.rows(of: ParquetFixture.url(name))
        let written = try ParquetFixture.rows(name)
        #expect(rows.count == written.count)
        for (row, expected) in zip(rows, written) where !ParquetFixture.isSame(row, expected) {
            Issue.record("\(row.compactText) was \(expected.compactText)")
        }
    }

    @Test("are all there", arguments: ["scalars", "texts", "nested", "deltas", "empty", "times"])
    func fixtures(table: String) throws {
        #expect(try ParquetFixture.rows(table).isEmpty == (table == "empty"))
        let files = try FileManager.default.contentsOfDirectory(atPath: ParquetFixture.folder.path)
            .filter { $0.hasPrefix(table + "-") }
        #expect(Set(files) == Set(ParquetFixture.names.filter { $0.hasPrefix(table + "-") }.map { $0 + ".parquet" }))
    }

    @Test(
        "are refused by name where something is not supported",
        arguments: [
            ("brotli", "column 'text' is compressed with BROTLI, supported are SNAPPY, GZIP, ZSTD and none. "),

            ("lz4", "column 'text' is compressed with LZ4_RAW, "),
            ("split", "column 'x' has encoding BYTE_STREAM_SPLIT, "), ("decimal", "column 'x' holds DECIMAL, "),
            ("fixed", "column 'x' holds FIXED_LEN_BYTE_ARRAY, "), ("int96", "column 'x' holds INT96, "),
            ("binary", "column 's.x' holds bytes that are not UTF-8. "),
        ])
    func refused(name: String, message: String) throws {
        let url = ParquetFixture.url("refused/" + name)
        let error = try #require(throws: ParquetError.self) { try ParquetFile.rows(of: url) }
        #expect(error.description.hasPrefix("\(url.path): \(message)"))
        #expect(!error.description.contains("\n"))
    }

    @Test("that are encrypted are refused") func encrypted() throws {
        var bytes = try ParquetFixture.bytes("times-default")
        bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: Array("PARE".utf8))
        #expect(throws: ParquetError.encrypted(file: "f")) { try ParquetFile.rows(in: bytes, file: "f") }
    }

    @Test("that are no such files are refused", arguments: ["", "PAR1", "PAR1....PAR1", "{\"text\": \"some words\"}"])
    func otherFiles(text: String) throws {
        let error = try #require(throws: ParquetError.self) {
            try ParquetFile.rows(in: Array(text.utf8), file: "f")
        }
        #expect(error.description.hasPrefix("f: "))
    }

    @Test("that are missing are named") func missing() {
        let url = ParquetFixture.url("nowhere")
        #expect(throws: ParquetError.missingFile(file: url.path)) { try ParquetFile.rows(of: url) }
    }

    @Test("that claim too much are refused", arguments: [(5, 1 << 20), (1 << 20, 300)])
    func budget(values: Int, bytes: Int) throws {
        let file = try ParquetFixture.bytes("texts-default")
        let error = try #require(throws: ParquetError.self) {
            try ParquetFile.rows(in: file, file: "f", budget: ParquetBudget(values: values, bytes: bytes))
        }
        guard case .tooLarge = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test("that are cut off anywhere are refused", arguments: ["nested-default", "deltas-v1"])
    func cutOff(name: String) throws {
        let bytes = try ParquetFixture.bytes(name)
        for count in 0..<bytes.count {
            #expect(throws: ParquetError.self) { try ParquetFile.rows(in: Array(bytes.prefix(count)), file: "f") }
        }
    }

    @Test("that lack bytes in the middle are refused or read", arguments: ParquetFixture.names)
    func holes(name: String) throws {
        let bytes = try ParquetFixture.bytes(name)
        for start in stride(from: 4, to: bytes.count - 12, by: 7) {
            var damaged = bytes
            damaged.removeSubrange(start..<start + 4)
            Self.read(damaged)
        }
    }

    @Test("with changed bytes are refused or read", arguments: ParquetFixture.names)
    func damaged(name: String) throws {
        let bytes = try ParquetFixture.bytes(name)
        var random = RandomSource(seed: 3)
        for _ in 0..<400 {
            var damaged = bytes
            for _ in 0...random.integer(below: 3) {
                damaged[random.integer(below: bytes.count)] = UInt8(random.integer(below: 256))
            }
            Self.read(damaged)
        }
    }

    /// Reads what may be damaged: that this returns is what is tested, and that errors are one line.
    private static func read(_ bytes: [UInt8]) {
        do throws(ParquetError) {
            _ = try ParquetFile.rows(in: bytes, file: "f")
        } catch {
            #expect(!error.description.contains("\n"))
        }
    }
}
