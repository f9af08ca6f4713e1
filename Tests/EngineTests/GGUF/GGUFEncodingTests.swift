import Foundation
import Testing

@testable import Engine

/// Blocks of random bytes, and what the Python package gguf reads in them; by `scripts/golden/gguf_blocks.py`.
private struct BlockCase: Decodable {
    let name: String
    let bytes: [UInt8]
    let floats: [Float]
}

@Suite("Block formats of GGUF")
struct GGUFEncodingTests {
    @Test("decode as the package gguf does") func golden() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/blocks.json")
        let cases = try JSONDecoder().decode([BlockCase].self, from: Data(contentsOf: url))
        #expect(Set(cases.map(\.name)) == Set(GGUFEncodings.all.map(\.name)).subtracting(["f32", "f16"]))
        for test in cases {
            let encoding = try #require(GGUFEncodings.named(test.name))
            let found = test.bytes.withUnsafeBytes { encoding.decode($0, count: test.floats.count) }
            let difference = relativeDifference(found, test.floats)
            #expect(difference < 3e-7, "\(test.name) differs by \(difference)")
        }
    }

    @Test(
        "lose as much of a Gaussian weight as is known of them",
        arguments: [
            ("f16", 0.0003), ("bf16", 0.003), ("q8_0", 0.006), ("q6_k", 0.02), ("q4_0", 0.09), ("iq4_nl", 0.08),
            ("q4_k", 0.08), ("q3_k", 0.17), ("q2_k", 0.32),
        ])
    func error(name: String, most: Double) throws {
        let encoding = try #require(GGUFEncodings.named(name))
        var random = RandomSource(seed: 4)
        let weights = (0..<256 * 64).map { _ in Float(random.normal() * 0.02) }
        let bytes = weights.withUnsafeBufferPointer { encoding.encode($0, rowLength: 512) }
        #expect(bytes.count == encoding.byteCount(weights.count))
        let decoded = bytes.withUnsafeBytes { encoding.decode($0, count: weights.count) }
        let lost = zip(weights, decoded).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
        let all = weights.reduce(0.0) { $0 + pow(Double($1), 2) }
        let relative = (lost / all).squareRoot()
        #expect(relative < most && relative > most / 3, "\(name) loses \(relative)")
    }

    @Test("keep zeros, and weights of all sizes finite", arguments: GGUFEncodings.all.map(\.name))
    func extremes(name: String) throws {
        let encoding = try #require(GGUFEncodings.named(name))
        for value in [Float(0), 1e-30, 60_000, -3] {
            let weights = (0..<256).map { $0 % 5 == 0 ? value : 0 }
            let bytes = weights.withUnsafeBufferPointer { encoding.encode($0, rowLength: 256) }
            let decoded = bytes.withUnsafeBytes { encoding.decode($0, count: 256) }
            #expect(decoded.allSatisfy { $0.isFinite })
            if value == 0 { #expect(decoded.allSatisfy { $0 == 0 }) }
        }
    }
}
