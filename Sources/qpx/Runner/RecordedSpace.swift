internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a search chooses among, as its record keeps it: enough to ask the surrogate without the model.
struct RecordedSpace: Codable, Equatable {
    private struct Choice: Codable, Equatable {
        var name: String
        var bits: Int
        var effectiveBits: Double

        enum CodingKeys: String, CodingKey {
            case name
            case bits
            case effectiveBits = "effective_bits"
        }
    }

    private var choices: [Choice]
    private var granularity: AllocationSpace.Granularity
    private var unitBytes: [[Int]]
    private var unitWeights: [Int]
    private var fixedBytes: Int

    enum CodingKeys: String, CodingKey {
        case choices
        case granularity
        case unitBytes = "unit_bytes"
        case unitWeights = "unit_weights"
        case fixedBytes = "fixed_bytes"
    }

    /// The record of a space.
    init(_ space: AllocationSpace) {
        choices = space.choices.map { Choice(name: $0.name, bits: $0.bits, effectiveBits: $0.effectiveBits) }
        granularity = space.granularity
        unitBytes = space.unitBytes
        unitWeights = space.unitWeights
        fixedBytes = space.fixedBytes
    }

    /// The space of a search; nil where it was not kept, or cannot be read.
    static func space(of search: SearchRecord) -> AllocationSpace? {
        guard let text = search.space, let own = try? JSONDecoder().decode(RecordedSpace.self, from: Data(text.utf8))
        else { return nil }
        return try? AllocationSpace(
            choices: own.choices.map {
                AllocationSpace.Choice(name: $0.name, bits: $0.bits, effectiveBits: $0.effectiveBits)
            }, unitBytes: own.unitBytes, unitWeights: own.unitWeights, fixedBytes: own.fixedBytes,
            granularity: own.granularity)
    }
}
