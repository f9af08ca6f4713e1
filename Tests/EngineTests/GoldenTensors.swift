import Foundation

/// Reads the arrays of a golden safetensors file, independently of the engine's own reader.
struct GoldenTensors {
    private struct Entry: Decodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    private let entries: [String: Entry]
    private let data: Data

    init(_ path: String) throws { try self.init(file: Shared.url(path)) }

    init(file url: URL) throws {
        let file = try Data(contentsOf: url)
        let length = file.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let header = file.subdata(in: 8..<8 + length)
        let object = try JSONSerialization.jsonObject(with: header) as? [String: Any] ?? [:]
        let tensors = object.filter { $0.key != "__metadata__" }
        entries = try JSONDecoder().decode(
            [String: Entry].self, from: JSONSerialization.data(withJSONObject: tensors))
        data = file.subdata(in: 8 + length..<file.count)
    }

    var names: [String] { entries.keys.sorted() }
    func shape(_ name: String) throws -> [Int] { try entry(name).shape }
    func floats(_ name: String) throws -> [Float] { try values(name, "F32") }
    func doubles(_ name: String) throws -> [Double] { try values(name, "F64") }
    func int32s(_ name: String) throws -> [Int32] { try values(name, "I32") }
    func int8s(_ name: String) throws -> [Int8] { try values(name, "I8") }
    func bytes(_ name: String) throws -> [UInt8] { try values(name, "U8") }

    private func entry(_ name: String) throws -> Entry {
        guard let entry = entries[name] else { throw CocoaError(.fileNoSuchFile, userInfo: ["tensor": name]) }
        return entry
    }

    private func values<T>(_ name: String, _ dtype: String) throws -> [T] {
        let entry = try entry(name)
        guard entry.dtype == dtype else { throw CocoaError(.fileReadCorruptFile, userInfo: [name: entry.dtype]) }
        let slice = data.subdata(in: entry.data_offsets[0]..<entry.data_offsets[1])
        return slice.withUnsafeBytes { raw in
            [T](unsafeUninitializedCapacity: raw.count / MemoryLayout<T>.size) { buffer, count in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: raw)
                count = raw.count / MemoryLayout<T>.size
            }
        }
    }
}
