import Foundation

@testable import Engine

/// Files that pyarrow wrote (`scripts/golden/parquet.py`), and their rows as JSON.
enum ParquetFixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// Each table in every way it was written.
    static let names = [
        "scalars-default", "scalars-plain", "scalars-dictionary", "scalars-gzip", "scalars-v2", "scalars-v2-plain",
        "scalars-groups", "texts-default", "texts-gzip", "texts-fallback", "texts-fallback-v2", "texts-checksums",
        "texts-zstd", "texts-zstd-slow",
        "nested-default", "nested-plain", "nested-pages", "nested-pages-v2", "nested-groups", "nested-gzip-v2",
        "nested-zstd-v2",
        "deltas-v1", "deltas-v2", "empty-default", "empty-plain", "times-default",
    ]

    static func url(_ name: String) -> URL { folder.appending(path: name + ".parquet") }

    static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(name))) }

    /// The rows of a file as they were before they were written.
    static func rows(_ name: String) throws -> [JSONValue] {
        let table = name.prefix { $0 != "-" }
        let text = try String(contentsOf: folder.appending(path: table + ".json"), encoding: .utf8)
        return try JSONParser.parse(text, takesNotFinite: true).elements ?? []
    }

    /// Whether the values are the same: integers by their digits, other numbers by their value, texts by their bytes.
    static func isSame(_ read: JSONValue, _ written: JSONValue) -> Bool {
        switch (read, written) {
        case (.number(let first), .number(let second)):
            if first == second { return true }
            let isInteger = second.allSatisfy { $0.isNumber || $0 == "-" }
            return !isInteger && Double(first) == Double(second)
        case (.string(let first), .string(let second)): return first.utf8.elementsEqual(second.utf8)
        case (.array(let first), .array(let second)):
            return first.count == second.count && zip(first, second).allSatisfy(isSame)
        case (.object(let first), .object(let second)):
            return first.count == second.count
                && zip(first, second).allSatisfy { $0.name == $1.name && isSame($0.value, $1.value) }
        default: return read == written
        }
    }
}
