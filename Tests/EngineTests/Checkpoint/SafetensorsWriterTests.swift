import Foundation
import Testing

@testable import Engine

@Suite("Writing safetensors") struct SafetensorsWriterTests {
    private let tensors = [
        TensorSource(name: "codes", dtype: "U8", shape: [3]) { [1, 2, 3] },
        TensorSource(name: "b", elementType: .bfloat16, shape: [1, 3]) { [1.5, -2, 0.25] },
        TensorSource(name: "scales", elementType: .float32, shape: [2]) { [3.14159, .leastNonzeroMagnitude] },
        TensorSource(name: "a", elementType: .float16, shape: [2]) { [65504, 0.1] },
        TensorSource(name: "empty", elementType: .float32, shape: [0, 4]) { [] },
    ]

    @Test("keeps every bit, aligns every tensor") func roundTrip() throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appending(path: "model.safetensors")
        try SafetensorsWriter.write(tensors, to: url)
        let file = try SafetensorsFile.open(url)
        #expect(file.names == ["empty", "scales", "a", "b", "codes"])
        #expect(try file.rawTensor(named: "codes").withUnsafeBytes { Array($0) } == [1, 2, 3])
        #expect(try file.tensor(named: "b").floats() == [1.5, -2, 0.25])
        #expect(try file.tensor(named: "b").shape == [1, 3])
        #expect(try file.tensor(named: "scales").floats() == [3.14159, .leastNonzeroMagnitude])
        #expect(try file.tensor(named: "a").floats() == [65504, 0x1.998p-4])
        #expect(try file.tensor(named: "empty").count == 0)
        for name in file.names {
            let tensor = try file.rawTensor(named: name)
            let size = try #require(SafetensorsEntry.elementBytes(tensor.dtype))
            #expect(tensor.range.lowerBound % size == 0, "\(name)")
        }
        let contents = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(contents == ["model.safetensors"])
    }

    @Test("makes the same bytes whatever the order") func order() throws {
        let folder = try TemporaryFolder()
        let (one, other) = (folder.url.appending(path: "one"), folder.url.appending(path: "other"))
        try SafetensorsWriter.write(tensors, to: one)
        try SafetensorsWriter.write(tensors.reversed(), to: other)
        #expect(try Data(contentsOf: one) == Data(contentsOf: other))
    }

    @Test(
        "refuses what contradicts itself, and leaves what was there",
        arguments: [
            ("bytes that do not fill the shape", "U8", [4], "3 bytes do not fill 4"),
            ("an unknown format", "U3", [3], "the format 'U3' is unknown"),
            ("a negative extent", "U8", [-3], "makes no sense"),
            ("a product beyond 64 bits", "U8", [1 << 40, 1 << 40], "makes no sense"),
            ("bytes beyond 64 bits", "F32", [1 << 62], "too large"),
        ])
    func refuses(label: String, dtype: String, shape: [Int], message: String) throws {
        let folder = try TemporaryFolder()
        let url = try folder.write("model.safetensors", "what was there")
        let bad = TensorSource(name: "z", dtype: dtype, shape: shape) { [1, 2, 3] }
        let error = try #require(throws: CheckpointError.self) {
            try SafetensorsWriter.write(tensors + [bad], to: url)
        }
        #expect(error.description.contains(message))
        #expect(try Data(contentsOf: url) == Data("what was there".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    }

    @Test("refuses a name that is there twice") func twice() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CheckpointError.self) {
            try SafetensorsWriter.write(tensors + [tensors[0]], to: folder.url.appending(path: "x"))
        }
    }

    @Test("passes on what a source throws and leaves nothing behind") func sourceFails() throws {
        struct Broken: Error {}
        let folder = try TemporaryFolder()
        let broken = TensorSource(name: "z", dtype: "U8", shape: [3]) { throw Broken() }
        #expect(throws: Broken.self) {
            try SafetensorsWriter.write(tensors + [broken], to: folder.url.appending(path: "x"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test("into a folder that is not there names the file") func noFolder() throws {
        let url = URL(filePath: "/nonexistent-folder/model.safetensors")
        let error = try #require(throws: CheckpointError.self) { try SafetensorsWriter.write([], to: url) }
        #expect(error.description.hasPrefix(url.path + ": cannot be written"))
    }

    @Test(
        "to a full disk says so",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "this system has no /dev/full"))
    func fullDisk() throws {
        let file = try OutputFile(creating: URL(filePath: "/dev/full"), shownAs: "model.safetensors", flags: 0)
        #expect(throws: CheckpointError.unwritable(file: "model.safetensors", reason: "the disk is full")) {
            try file.write("text")
        }
    }
}
