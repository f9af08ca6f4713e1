internal import Engine

/// An allocation as the database keeps it, "nf4,int8,nf4", layer by layer.
struct AllocationText: Sendable, Equatable {
    /// The entry of each layer, first to last: a precision, or seven ("nf4/nf4/int8/…") where its modules differ.
    let layers: [String]

    init(_ text: String) { self.init(Allocation(text.split(separator: ",").map(String.init))) }

    init(_ allocation: Allocation) { layers = allocation.precisions }

    /// Whether the modules of any layer differ.
    var isSplit: Bool { Allocation(layers).isSplit }

    /// The precision of each layer, or of each module, layer by layer.
    func names(splitting: Bool) -> [String] {
        guard splitting else { return layers }
        let allocation = Allocation(layers)
        return layers.indices.flatMap { allocation.modulePrecisions(layer: $0) }
    }

    /// The precisions of a layer's modules.
    func modules(_ layer: Int) -> [String] { Allocation(layers).modulePrecisions(layer: layer) }

    /// Bits of the modules of each layer: one number where all have the same; -1 for a precision that this build does not
    /// know.
    var bits: [[Int]] {
        let allocation = Allocation(layers)
        return layers.indices.map { layer in
            let bits = allocation.modulePrecisions(layer: layer).map(PrecisionBits.of)
            return Set(bits).count == 1 ? [bits[0]] : bits
        }
    }

    /// `bits` with stable form: a number for a layer, a list where its modules have different ones; null for unknown ones.
    var bitsJSON: JSONValue {
        .array(
            bits.map { bits in
                let values = bits.map { $0 > 0 ? JSONValue.int($0) : .null }
                return values.count == 1 ? values[0] : .array(values)
            })
    }

    /// Layers at which allocations of the same length differ.
    static func differing(_ allocations: [AllocationText]) -> Set<Int> {
        guard let first = allocations.first else { return [] }
        return Set(
            first.layers.indices.filter { layer in
                allocations.contains { !$0.layers.indices.contains(layer) || $0.layers[layer] != first.layers[layer] }
            })
    }
}

/// Bits by name, floats that were left alone among them.
enum PrecisionBits {
    /// Bits of a code; -1 for a name that is not known.
    static func of(_ name: String) -> Int {
        switch name {
        case "f32": 32
        case "f16": 16
        default: Precisions.named(name)?.bits ?? -1
        }
    }
}
