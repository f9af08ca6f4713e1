internal import Store

/// What one layer at another precision than all others costs, as trials of a search measured it.
///
/// Of trials in which every layer has one precision except exactly one: the objective minus that of the trial in which
/// none is an exception, turned so that more is worse.
struct SingleLayerCost: Equatable {
    /// The cost of one layer.
    struct Layer: Equatable {
        var layer: Int
        var cost: Double
        /// The name of the trial that measured it.
        var trial: String
    }

    /// The precision of the one layer.
    var precision: String
    /// The precision of all others.
    var rest: String
    /// The name of the trial in which all have that one.
    var uniform: String
    /// By layer; not every layer need have been measured.
    var layers: [Layer]

    /// "int8 alone, rest nf4".
    var title: String { "\(precision) alone, rest \(rest)" }

    /// The costs by layer.
    var costs: [Int: Double] {
        Dictionary(layers.map { ($0.layer, $0.cost) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether two searches measured the same thing.
    func isSame(as other: SingleLayerCost) -> Bool { precision == other.precision && rest == other.rest }

    /// Every such cost of a search, fewest bits first.
    /// - Parameter chosen: ids of the trials that may be used; nil for all.
    static func all(of search: SearchRecord, in store: Store, chosen: Set<Int>? = nil) throws -> [SingleLayerCost] {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete]
        filter.kinds = TrialKind.allCases.filter { !$0.isRepeat }
        filter.condition = .comparison(.greaterOrEqual, .field(.fidelity), .number(1))
        let trials = try store.trials(filter).sorted { $0.number < $1.number }
            .filter { chosen?.contains($0.id) ?? true }
        var uniform: [String: TrialRecord] = [:]
        var alone: [(layer: Int, precision: String, rest: String, trial: TrialRecord)] = []
        for trial in trials {
            guard let layers = trial.allocation.map({ AllocationText($0).layers }), layers.count > 1 else { continue }
            let names = Set(layers)
            if names.count == 1 {
                uniform[layers[0]] = uniform[layers[0]] ?? trial
            } else if names.count == 2 {
                // With two layers, either may be the exception.
                for layer in layers.indices where layers.count(where: { $0 == layers[layer] }) == 1 {
                    alone.append((layer, layers[layer], layers[layer == 0 ? 1 : 0], trial))
                }
            }
        }
        return costs(alone, uniform, sign: search.direction == .minimize ? 1 : -1)
    }

    private static func costs(
        _ alone: [(layer: Int, precision: String, rest: String, trial: TrialRecord)], _ uniform: [String: TrialRecord],
        sign: Double
    ) -> [SingleLayerCost] {
        var found: [SingleLayerCost] = []
        for entry in alone {
            guard let base = uniform[entry.rest], let reference = base.objectiveValue,
                let value = entry.trial.objectiveValue, entry.rest != entry.precision
            else { continue }
            let layer = Layer(layer: entry.layer, cost: sign * (value - reference), trial: entry.trial.name)
            if let index = found.firstIndex(where: { $0.precision == entry.precision && $0.rest == entry.rest }) {
                if !found[index].layers.contains(where: { $0.layer == layer.layer }) {
                    found[index].layers.append(layer)
                }
            } else {
                found.append(
                    SingleLayerCost(
                        precision: entry.precision, rest: entry.rest, uniform: base.name, layers: [layer]))
            }
        }
        for index in found.indices { found[index].layers.sort { $0.layer < $1.layer } }
        return found.sorted { a, b in
            (PrecisionBits.of(a.rest), a.rest, PrecisionBits.of(a.precision), a.precision)
                < (PrecisionBits.of(b.rest), b.rest, PrecisionBits.of(b.precision), b.precision)
        }
    }
}
