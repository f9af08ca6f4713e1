internal import Store

/// The allocations of a comparison as one aligned map, with a mark below each layer in which they differ.
struct ComparisonMap {
    private let trials: [TrialView]
    private let map: BitMap

    init(_ trials: [TrialView]) {
        self.trials = trials
        map = BitMap(trials.compactMap(\.allocation))
    }

    /// "Bits per layer".
    var title: String { map.isSplit ? "Bits per module" : "Bits per layer" }

    /// The heading of the maps' column.
    var heading: String { map.isSplit ? "layers from 0: q k v o gate up down" : "layers from 0" }

    /// The map of a trial; empty without an allocation.
    func text(_ view: TrialView) -> String { view.allocation.map { map.text($0) } ?? "" }

    /// What there is to say about the whole.
    var remarks: [String] {
        var remarks: [String] = []
        if trials.count > 1, areAllAllocated {
            if !areOfOneDepth {
                remarks.append("the models differ in the number of layers")
            } else if differing.isEmpty {
                remarks.append("no layer differs")
            }
        }
        return remarks + (map.legend.map { [$0] } ?? [])
    }

    private var areAllAllocated: Bool { trials.allSatisfy { $0.allocation != nil } }

    private var areOfOneDepth: Bool { Set(trials.compactMap { $0.allocation?.layers.count }).count == 1 }

    /// Positions on the map at which not all agree.
    private var differing: Set<Int> { areOfOneDepth ? map.differing(trials.compactMap(\.allocation)) : [] }

    /// The map for the terminal.
    /// - Parameter distances: layers in which each trial differs from the first; nil where that cannot be said.
    func table(distances: [Int?]) -> Table {
        var table = Table(
            title: title, isSeparate: true,
            [.word("trial"), .number("differ"), .word(heading)])
        for (view, distance) in zip(trials, distances) {
            table.add([
                Table.Cell(view.trial.name), Table.Cell(distance.map(String.init) ?? ""), Table.Cell(text(view)),
            ])
        }
        if !differing.isEmpty {
            let layers = Set(differing.map { $0 / (map.isSplit ? 7 : 1) }).count
            table.add([
                Table.Cell("not all agree", .dim), Table.Cell("\(layers)", .dim),
                Table.Cell(map.marks(differing), .bold),
            ])
        }
        table.footnotes = remarks
        if distances.contains(where: { $0 != nil }) {
            table.footnotes.append("differ: layers that are not as in \(trials[0].trial.name)")
        }
        return table
    }
}

/// Layers as people list them.
enum LayerList {
    /// "0-3, 7" of ascending numbers.
    static func text(_ layers: [Int]) -> String {
        var parts: [ClosedRange<Int>] = []
        for layer in layers {
            if let last = parts.last, last.upperBound + 1 == layer {
                parts[parts.count - 1] = last.lowerBound...layer
            } else {
                parts.append(layer...layer)
            }
        }
        return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}

extension TrialComparison {
    /// Layers in which the trials' allocations differ; empty when a trial has none or their lengths differ.
    var differingLayers: Set<Int> {
        let allocations = trials.compactMap(\.allocation)
        guard allocations.count == trials.count, Set(allocations.map(\.layers.count)).count == 1 else { return [] }
        return AllocationText.differing(allocations)
    }

    /// In which layers, and in how many modules, a trial's allocation is not as the first one's; nil for the first, and
    /// where one has none or their lengths differ.
    func distance(_ index: Int) -> (layers: [Int], modules: Int)? {
        guard index > 0, let own = trials[index].allocation, let first = trials[0].allocation,
            own.layers.count == first.layers.count
        else { return nil }
        let layers = own.layers.indices.filter { own.layers[$0] != first.layers[$0] }
        let modules = zip(own.names(splitting: true), first.names(splitting: true)).count { $0 != $1 }
        return (layers, modules)
    }
}
