#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Reads the rows of data sets as they are published: JSON Lines, a JSON list, Parquet in one or several files.
enum RowFile {
    /// Endings of files that hold rows.
    static let endings = ["jsonl", "json", "parquet"]

    /// Whether a file holds rows, by its ending.
    static func holdsRows(_ path: String) -> Bool { endings.contains(ending(of: path)) }

    /// All rows of files, one file after the other.
    static func rows(_ paths: [String]) throws(TaskDataError) -> [DataRow] {
        var rows: [DataRow] = []
        for path in paths { rows += try self.rows(path) }
        if rows.isEmpty { throw .empty(file: paths.first ?? "") }
        return rows
    }

    /// The first row of a file, without reading the others where that is possible.
    static func first(_ path: String) throws(TaskDataError) -> DataRow? {
        if ending(of: path) == "parquet" { return try parquet(path).first }
        return try json(path, atMost: 1).first
    }

    private static func rows(_ path: String) throws(TaskDataError) -> [DataRow] {
        ending(of: path) == "parquet" ? try parquet(path) : try json(path, atMost: .max)
    }

    /// Rows of a Parquet file.
    private static func parquet(_ path: String) throws(TaskDataError) -> [DataRow] {
        do {
            return try ParquetFile.rows(of: URL(filePath: path)).enumerated().map { index, row in
                DataRow(value: row, file: path, place: .entry(index))
            }
        } catch {
            throw .parquet(error)
        }
    }

    private static func json(_ path: String, atMost count: Int) throws(TaskDataError) -> [DataRow] {
        let bytes: [UInt8]
        switch FileBytes.read(path) {
        case .missing: throw .missing(file: path)
        case .unreadable: throw .unreadable(file: path)
        case .bytes(let found): bytes = found
        }
        let content = FileBytes.withoutByteOrderMark(bytes)
        return content.first(where: { !isBlank($0) }) == UInt8(ascii: "[")
            ? Array(try list(content, file: path).prefix(count)) : try lines(content, file: path, atMost: count)
    }

    private static func list(_ content: ArraySlice<UInt8>, file: String) throws(TaskDataError) -> [DataRow] {
        let list: JSONValue
        do throws(JSONError) {
            list = try parsed(content)
        } catch {
            let line = content.prefix(error.byte).count { $0 == 0x0A } + 1
            throw .notJSON(file: file, place: .line(line), reason: error.reason)
        }
        var rows: [DataRow] = []
        for (index, value) in (list.elements ?? []).enumerated() {
            rows.append(try row(value, file: file, place: .entry(index)))
        }
        return rows
    }

    private static func lines(
        _ content: ArraySlice<UInt8>, file: String, atMost count: Int
    ) throws(TaskDataError) -> [DataRow] {
        var rows: [DataRow] = []
        var rest = content
        var number = 0
        while !rest.isEmpty, rows.count < count {
            let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
            let line = rest[rest.startIndex..<end]
            rest = end < rest.endIndex ? rest[(end + 1)...] : []
            number += 1
            if line.allSatisfy(isBlank) { continue }
            let value: JSONValue
            do throws(JSONError) {
                value = try parsed(line)
            } catch {
                throw .notJSON(file: file, place: .line(number), reason: error.reason)
            }
            rows.append(try row(value, file: file, place: .line(number)))
        }
        return rows
    }

    private static func row(
        _ value: JSONValue, file: String, place: DataRow.Place
    ) throws(TaskDataError) -> DataRow {
        guard value.members != nil else { throw .notObject(file: file, place: place, found: value.summary) }
        return DataRow(value: value, file: file, place: place)
    }

    private static func parsed(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> JSONValue {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try JSONParser.parse(bytes) }
        }
        return try result.get()
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// What stands behind the last dot of a path's last part, in lower case.
    static func ending(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    }
}
