internal import Engine

/// An allocation as the database keeps it, "nf4,int8,nf4", layer by layer.
struct AllocationText: Sendable, Equatable {
    /// The precision of each layer, first to last; "q_proj=int8+v_proj=nf4" where its matrices differ.
    let layers: [String]

    init(_ text: String) { layers = text.split(separator: ",").map(String.init) }

    /// Bits of each layer; 0 where its matrices differ, -1 for a precision that this build does not know.
    var bits: [Int] {
        layers.map { layer in
            if let precision = Precisions.named(layer) { return precision.bits }
            let parts = layer.split(separator: "+").map { part in
                part.split(separator: "=").last.flatMap { Precisions.named(String($0)) }?.bits
            }
            guard parts.count > 1, !parts.contains(nil) else { return -1 }
            return Set(parts).count == 1 ? (parts[0] ?? -1) : 0
        }
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
