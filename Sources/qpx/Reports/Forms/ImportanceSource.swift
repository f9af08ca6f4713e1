internal import Engine
internal import Store

/// What is known of the layers of one search's model: importance by each measure, and costs that were measured.
struct ImportanceSource {
    /// One measure.
    struct Measure {
        /// Where it comes from: the same for searches that share a model.
        var origin: String
        var name: String
        var signal: String?
        var unit: String?
        /// By layer.
        var layers: [ImportanceRunRecord.Value]
        /// What each precision costs, by layer; of measures that say so.
        var costs: [(precision: String, costs: [Int: Double])]

        /// "cca of the residual".
        var title: String { name + (signal.map { " of the \($0)" } ?? "") }

        /// What is left by layer when what is found by chance is taken off.
        var corrected: [Int: Double] {
            Dictionary(
                layers.map {
                    let estimate = LayerEstimate(
                        value: $0.value, nullMean: $0.nullMean, nullDeviation: $0.nullDeviation)
                    return ($0.layer, estimate.corrected)
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The measure whose costs are shown precision by precision.
    static let lossIncrease = "loss_increase"

    let search: SearchRecord
    /// The latest of each measure and signal; those with the seed of the search come before others.
    let measures: [Measure]
    let costs: [SingleLayerCost]

    /// - Parameter chosen: ids of the trials that may be used; nil for all.
    init(_ search: SearchRecord, in store: Store, chosen: Set<Int>?) throws {
        self.search = search
        costs = try SingleLayerCost.all(of: search, in: store, chosen: chosen)
        var found = try Self.runs(store.importanceRuns(ofModel: search.prunedModelID ?? search.modelID), of: search)
        let own = try store.importances(ofSearch: search.id)
        var names: [String] = []
        for record in own where !names.contains(record.estimator) { names.append(record.estimator) }
        for name in names {
            let records = own.filter { $0.estimator == name }
            let signal = records.compactMap(\.signal).first
            guard !found.contains(where: { $0.name == name && $0.signal == signal }) else { continue }
            found.append(
                Measure(
                    origin: "search \(search.id)", name: name, signal: signal, unit: LayerMeasures.named(name)?.unit,
                    layers: records.map {
                        .init(
                            layer: $0.layer, value: $0.value, nullMean: $0.nullMean, nullDeviation: $0.nullDeviation)
                    }, costs: []))
        }
        measures = found
    }

    private static func runs(_ runs: [ImportanceRunRecord], of search: SearchRecord) -> [Measure] {
        // What has the search's seed is looked at first, then the latest.
        let ranked =
            runs.reversed().filter { $0.seed == search.seed } + runs.reversed().filter { $0.seed != search.seed }
        var chosen: [Int] = []
        var known: [String] = []
        for run in ranked where !known.contains("\(run.measure) \(run.signal ?? "")") {
            known.append("\(run.measure) \(run.signal ?? "")")
            chosen.append(run.id)
        }
        return runs.filter { chosen.contains($0.id) }.map { run in
            let priced = run.values.filter { $0.precision != nil }
            let names = Set(priced.compactMap(\.precision)).sorted {
                (PrecisionBits.of($0), $0) < (PrecisionBits.of($1), $1)
            }
            return Measure(
                origin: "run \(run.id)", name: run.measure, signal: run.signal, unit: run.unit,
                layers: run.values.filter { $0.precision == nil },
                costs: names.map { name in
                    let own = priced.filter { $0.precision == name }.map { ($0.layer, $0.value) }
                    return (name, Dictionary(own, uniquingKeysWith: { first, _ in first }))
                })
        }
    }
}
