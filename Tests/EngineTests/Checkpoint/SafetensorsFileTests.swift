import Foundation
import Testing

@testable import Engine

@Suite("A safetensors file") struct SafetensorsFileTests {
    @Test("gives names, shapes and numbers of what it holds") func reads() throws {
        let folder = try TemporaryFolder()
        // Data that starts at an odd address: one byte of padding in the header, one tensor of a single byte first.
        let header = """
            {"__metadata__":{"format":"pt"},"flag":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
            "half":{"dtype":"F16","shape":[2],"data_offsets":[1,5]},
            "brain":{"dtype":"BF16","shape":[1,2],"data_offsets":[5,9]},
            "single":{"dtype":"F32","shape":[],"data_offsets":[9,13]},
            "strange":{"dtype":"F4","shape":[3],"data_offsets":[13,15]}}
            """
        let data = Data([7, 0x00, 0x3C, 0x01, 0x80, 0xC0, 0x3F, 0x00, 0xC0, 0, 0, 0x28, 0x42, 1, 2])
        let file = try SafetensorsFile.open(folder.write("a.safetensors", safetensors(header: header, data: data)))
        #expect(file.names == ["flag", "half", "brain", "single", "strange"])
        #expect(file.metadata.map(\.key) == ["format"])
        #expect(file.tensorBytes == 15)
        #expect(try file.tensor(named: "half").floats() == [1, -0x1p-24])
        #expect(try file.tensor(named: "brain").floats() == [1.5, -2])
        #expect(try file.tensor(named: "brain").shape == [1, 2])
        #expect(try file.tensor(named: "single").floats() == [42])
        #expect(try file.rawTensor(named: "flag").withUnsafeBytes { Array($0) } == [7])
        #expect(try file.rawTensor(named: "strange").dtype == "F4")
        #expect {
            try file.tensor(named: "flag")
        } throws: {
            $0 as? CheckpointError == .unsupportedElementType(name: "flag", found: "U8", file: file.url.path)
        }
        #expect(throws: CheckpointError.missingTensor(name: "absent", file: file.url.path)) {
            try file.tensor(named: "absent")
        }
    }

    @Test("keeps its bytes while a tensor is held") func holdsMapping() throws {
        let folder = try TemporaryFolder()
        let url = try folder.write("a.safetensors", safetensors([("w", [3])]))
        let tensor = try SafetensorsFile.open(url).tensor(named: "w")
        try FileManager.default.removeItem(at: url)
        #expect(tensor.floats() == [0.5, 0.5, 0.5])
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: Data
        let message: String
        init(_ label: String, _ bytes: Data, _ message: String) {
            testDescription = label
            self.bytes = bytes
            self.message = message
        }
        init(_ label: String, entry: String, data: Int = 8, _ message: String) {
            self.init(label, safetensors(header: "{\"w\":{\(entry)}}", data: Data(count: data)), message)
        }
    }

    static let damages: [Damage] = [
        Damage("no bytes", Data(), "the file is empty"),
        Damage("five bytes", Data(count: 5), "it has 5 bytes"),
        Damage("header beyond the file", safetensors(header: "{}", claimedLength: 3), "claims 3 bytes of 10"),
        Damage(
            "header length near 2^64", safetensors(header: "{}", claimedLength: .max), "claims 18446744073709551615"),
        Damage("header is not JSON", safetensors(header: "{\"w\": }"), "not valid JSON at byte 14"),
        Damage("header is a list", safetensors(header: "[]"), "not a JSON object"),
        Damage("header nested deeply", safetensors(header: String(repeating: "[", count: 9999)), "nested too deeply"),
        Damage("metadata with a number", safetensors(header: "{\"__metadata__\":{\"a\":1}}"), "not text"),
        Damage("no dtype", entry: "\"shape\":[2],\"data_offsets\":[0,8]", "dtype is missing"),
        Damage("no shape", entry: "\"dtype\":\"F32\",\"data_offsets\":[0,8]", "shape is missing"),
        Damage(
            "negative extent", entry: "\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]", "sensible extents"),
        Damage(
            "fractional extent", entry: "\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]", "sensible extents"),
        Damage(
            "product beyond 64 bits",
            entry: "\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]", "sensible extents"),
        Damage(
            "bytes beyond 64 bits",
            entry: "\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]", "does not fill"),
        Damage("one offset", entry: "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]", "pair of numbers"),
        Damage("end before begin", entry: "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]", "bytes 8 to 0"),
        Damage("negative begin", entry: "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]", "bytes -8 to 0"),
        Damage(
            "offsets past the end", entry: "\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]", "the file has"),
        Damage(
            "offsets near 2^63",
            entry: "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775799,9223372036854775807]",
            "ends at byte"),
        Damage("shape and bytes differ", entry: "\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]", "fill 8"),
        Damage(
            "overlapping tensors",
            safetensors(
                header: """
                    {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}
                    """, data: Data(count: 8)), "tensors 'a' and 'b' claim the same bytes"),
        Damage(
            "the same name twice",
            safetensors(
                header: """
                    {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}
                    """, data: Data(count: 2)), "there twice"),
        Damage(
            "a name that would break the line",
            safetensors(header: "{\"w\\nx\":{}}"), "tensor 'w\\u{a}x': dtype is missing"),
    ]

    @Test("that is damaged is refused in one line", arguments: damages) func refuses(_ damage: Damage) throws {
        let folder = try TemporaryFolder()
        let url = try folder.write("bad.safetensors", damage.bytes)
        let error = try #require(throws: CheckpointError.self) { try SafetensorsFile.open(url) }
        #expect(error.description.contains(damage.message), "\(error)")
        #expect(error.description.hasPrefix(url.path))
        #expect(!error.description.contains("\n"))
    }

    @Test("that is cut at any byte is refused") func truncated() throws {
        let whole = safetensors([("a", [2, 2]), ("b", [1])])
        let folder = try TemporaryFolder()
        for length in 0..<whole.count {
            let url = try folder.write("cut.safetensors", whole.prefix(length))
            #expect(throws: CheckpointError.self) { try SafetensorsFile.open(url) }
        }
    }

    @Test("survives any flipped byte of its header") func flippedBytes() throws {
        let whole = safetensors([("a", [2, 2]), ("b", [1])])
        let folder = try TemporaryFolder()
        for index in 0..<whole.count - 20 {
            for mask: UInt8 in [0x01, 0x10, 0x80] {
                var bytes = whole
                bytes[index] ^= mask
                let url = try folder.write("flipped.safetensors", bytes)
                guard let file = try? SafetensorsFile.open(url) else { continue }
                for name in file.names { #expect(try file.rawTensor(named: name).byteCount <= 20) }
            }
        }
    }

    @Test("that is absent or a folder is refused") func absent() throws {
        let folder = try TemporaryFolder()
        let absent = folder.url.appending(path: "absent.safetensors")
        #expect(throws: CheckpointError.missingFile(file: absent.path)) { try SafetensorsFile.open(absent) }
        #expect(throws: CheckpointError.unreadable(file: folder.url.path, reason: "it is not a regular file")) {
            try SafetensorsFile.open(folder.url)
        }
    }
}
