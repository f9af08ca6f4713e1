import Foundation
import Testing

@testable import Engine
@testable import SearchBench

@Suite("A closed-form objective") struct ClosedFormObjectiveTests {
    private struct File: Decodable {
        struct Entry: Decodable {
            struct Vector: Decodable {
                let bits: [Int]
                let cost: Int
                let feasible: Bool
                let true_hex: String
                let run_seed: UInt64
                let trial: Int
                let noise_hex: String
                let observed: Double
            }
            let costs: [Int]
            let budget: Int
            let sensitivities: [Double]
            let vectors: [Vector]
        }
        let rng: [String: String]
        let objectives: [String: Entry]
    }

    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/objectives/objectives.json").standardizedFileURL
    private static var isPresent: Bool { FileManager.default.fileExists(atPath: file.path) }

    @Test("hashes as defined") func generator() {
        #expect(ClosedFormObjective.mix(0) == 16_294_208_416_658_607_535)
        #expect(ClosedFormObjective.mix(1) == 10_451_216_379_200_822_465)
        #expect(ClosedFormObjective.hash([1, 2, 3]) == 15_020_427_595_393_229_491)
        #expect(ClosedFormObjective.uniform([1, 2, 3]) == 0x1.a0e68ea1fbc6cp-1)
        #expect(ClosedFormObjective.normal([1, 2, 3]) == -0x1.6a33d9954d808p-1)
    }

    @Test(
        "has the values of its definition",
        .enabled(if: Self.isPresent, "there is no folder 'shared' beside the repository"))
    func vectors() throws {
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: Self.file))
        // The others are this project's own.
        for objective in ClosedFormObjective.all where objective.definition.optimum != nil {
            let entry = try #require(file.objectives[objective.definition.name])
            #expect(objective.costs == entry.costs)
            #expect(objective.budget == entry.budget)
            #expect(objective.sensitivities == entry.sensitivities)
            let space = try objective.space()
            for vector in entry.vectors {
                #expect(objective.cost(vector.bits) == vector.cost)
                #expect(try space.bytes(of: objective.allocation(vector.bits)) == vector.cost)
                #expect((vector.cost <= objective.budget) == vector.feasible)
                #expect(objective.trueValue(vector.bits) == Double(vector.true_hex))
                let noise = objective.noise(seed: vector.run_seed, trial: vector.trial)
                #expect(objective.definition.noise * noise == Double(vector.noise_hex))
                #expect(
                    objective.observed(vector.bits, seed: vector.run_seed, trial: vector.trial) == vector.observed)
            }
        }
    }
}
