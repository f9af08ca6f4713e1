import Foundation
import Testing

@testable import Engine

/// Spaces of odd sizes for the tests of allocation and search.
enum Spaces {
    /// Layers of unrelated sizes, drawn from `seed`.
    static func odd(layers: Int, bits: [Int], seed: UInt64, fixedBytes: Int = 17) throws -> AllocationSpace {
        var random = RandomSource(seed: seed)
        let weights = (0..<layers).map { _ in 64 * (3 + random.integer(below: 9)) + random.integer(below: 7) }
        return try AllocationSpace(
            choices: bits.map { AllocationSpace.Choice(name: "q\($0)", bits: $0) },
            unitBytes: weights.map { weights in
                bits.map { (weights * $0 + 7) / 8 + 4 * ((weights + 63) / 64) }
            },
            unitWeights: weights, fixedBytes: fixedBytes)
    }

    /// Every allocation of a small space, by choice indices.
    static func all(_ space: AllocationSpace) -> [[Int]] {
        var result: [[Int]] = [[]]
        for _ in 0..<space.units {
            result = result.flatMap { prefix in space.choices.indices.map { prefix + [$0] } }
        }
        return result
    }
}

@Suite("An allocation") struct AllocationTests {
    @Test("survives its text form and JSON") func roundTrip() throws {
        let allocation = try Allocation(parsing: " nf4, int8 ,nf4")
        #expect(allocation.precisions == ["nf4", "int8", "nf4"])
        #expect(allocation.text == "nf4,int8,nf4")
        #expect(try Allocation(parsing: allocation.text) == allocation)
        let data = try JSONEncoder().encode([allocation])
        #expect(String(decoding: data, as: UTF8.self) == #"["nf4,int8,nf4"]"#)
        #expect(try JSONDecoder().decode([Allocation].self, from: data) == [allocation])
    }

    @Test("refuses a missing name", arguments: ["", "nf4,,int8", "nf4,", ","]) func missingName(text: String) {
        #expect(throws: AllocationError.self) { try Allocation(parsing: text) }
    }

    @Test("converts to choice indices and back, and names what is wrong") func indices() throws {
        let space = try Spaces.odd(layers: 5, bits: [2, 4, 8], seed: 1)
        for indices in Spaces.all(space) {
            #expect(try space.indices(of: space.allocation(of: indices)) == indices)
        }
        #expect(throws: AllocationError.layerCount(found: 1, expected: 5)) {
            try space.indices(of: Allocation(["q2"]))
        }
        #expect(throws: AllocationError.unknownPrecision(name: "q3", layer: 1, known: ["q2", "q4", "q8"])) {
            try space.indices(of: Allocation(["q2", "q3", "q2", "q2", "q2"]))
        }
    }
}

@Suite("An allocation space") struct AllocationSpaceTests {
    @Test("counts exact bytes and bits per weight") func bytes() throws {
        let space = try AllocationSpace(
            choices: [.init(name: "nf4", bits: 4), .init(name: "int8", bits: 8)],
            unitBytes: [[36, 68], [72, 136]], unitWeights: [64, 128], fixedBytes: 1000)
        #expect(space.minimumBytes == 1108 && space.maximumBytes == 1204)
        #expect(try space.bytes(of: Allocation(["int8", "nf4"])) == 1140)
        #expect(space.bitsPerWeight(totalBytes: 1108) == 4.5)
        #expect(space.bitsPerWeight(totalBytes: 1204) == 8.5)
    }

    @Test("refuses tables that do not fit or would overflow") func refuses() throws {
        let four = AllocationSpace.Choice(name: "nf4", bits: 4)
        let eight = AllocationSpace.Choice(name: "int8", bits: 8)
        #expect(throws: AllocationError.noChoices) {
            try AllocationSpace(choices: [], unitBytes: [[]], unitWeights: [1])
        }
        #expect(throws: AllocationError.noLayers) {
            try AllocationSpace(choices: [four], unitBytes: [], unitWeights: [])
        }
        #expect(throws: AllocationError.repeatedChoice(name: "nf4")) {
            try AllocationSpace(choices: [four, four], unitBytes: [[1, 2]], unitWeights: [1])
        }
        #expect(throws: AllocationError.choicesNotAscending(name: "nf4", bits: 4, previousBits: 8)) {
            try AllocationSpace(choices: [eight, four], unitBytes: [[1, 2]], unitWeights: [1])
        }
        #expect(throws: AllocationError.sizeCount(unit: 1, found: 1, expected: 2)) {
            try AllocationSpace(choices: [four, eight], unitBytes: [[1, 2], [1]], unitWeights: [1, 1])
        }
        #expect(throws: AllocationError.sizeOutOfRange(unit: 0)) {
            try AllocationSpace(choices: [four], unitBytes: [[-1]], unitWeights: [1])
        }
        #expect(throws: AllocationError.sizeOutOfRange(unit: 1)) {
            try AllocationSpace(choices: [four], unitBytes: [[Int.max], [1]], unitWeights: [1, 1])
        }
    }
}
