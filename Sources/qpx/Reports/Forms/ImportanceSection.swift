internal import Store

/// The layers of one model at one pruning, as searches that differ in their seed know them.
struct ImportanceSection {
    /// "tiny, 20.0 % removed (a-1, a-2)".
    let title: String
    /// One for each search.
    let sources: [ImportanceSource]
    /// The measures.
    let predictors: [ImportanceColumn]
    /// What the loss rises by where a layer alone is quantized, precision by precision.
    private let increases: [ImportanceColumn]
    /// Costs that trials measured.
    private let costs: [ImportanceColumn]
    /// Names of the objective, for a remark.
    private let objective: String

    /// A section for each model and pruning, and for each group of searches of it that measured costs.
    static func all(_ material: ReportMaterial) throws -> [ImportanceSection] {
        let chosen = try material.chosen()
        var parts: [(key: String, groups: [[ImportanceSource]])] = []
        for group in try material.groups() {
            let sources = try group.searches.map { try ImportanceSource($0, in: material.store, chosen: chosen) }
            let key = "\(group.searches[0].modelID) \(RemovedText.of(group.searches[0]))"
            if let index = parts.firstIndex(where: { $0.key == key }) {
                parts[index].groups.append(sources)
            } else {
                parts.append((key, [sources]))
            }
        }
        return try parts.flatMap { part -> [ImportanceSection] in
            let priced = part.groups.filter { $0.contains { !$0.costs.isEmpty } }
            let shown = priced.isEmpty ? [Array(part.groups.joined())] : priced
            return try shown.map { try ImportanceSection($0, in: material.store, isOnly: shown.count == 1) }
        }
    }

    private init(_ sources: [ImportanceSource], in store: Store, isOnly: Bool) throws {
        self.sources = sources
        let search = sources[0].search
        var title = try store.model(id: search.modelID).name
        if search.parametersRemoved != nil { title += ", \(RemovedText.of(search)) % removed" }
        if !isOnly { title += " (\(sources.map(\.search.name).joined(separator: ", ")))" }
        self.title = title
        objective = search.objective
        var measures: [ImportanceColumn] = []
        for measure in sources.flatMap(\.measures) where !measures.contains(where: { $0.title == measure.title }) {
            measures.append(Self.column(measure, of: sources))
        }
        let prices = Self.increases(of: sources)
        increases = prices
        // What the loss rises by is shown precision by precision, where that is recorded.
        predictors =
            measures.filter { prices.isEmpty || $0.title != ImportanceSource.lossIncrease } + prices
        costs = Self.costs(of: sources)
    }

    private static func column(_ measure: ImportanceSource.Measure, of sources: [ImportanceSource]) -> ImportanceColumn
    {
        ImportanceColumn(
            name: ImportanceColumn.key(measure.name + (measure.signal.map { "_\($0)" } ?? "")), title: measure.title,
            unit: measure.unit,
            bySearch: sources.map { source in
                source.measures.first { $0.title == measure.title }.map { own in
                    var nulls: [Int: (mean: Double, deviation: Double)] = [:]
                    for value in own.layers {
                        guard let mean = value.nullMean else { continue }
                        nulls[value.layer] = (mean, value.nullDeviation ?? 0)
                    }
                    let values = own.layers.map { ($0.layer, $0.value) }
                    return .init(
                        origin: own.origin, values: Dictionary(values, uniquingKeysWith: { first, _ in first }),
                        nulls: nulls, ranked: own.corrected)
                }
            })
    }

    private static func increases(of sources: [ImportanceSource]) -> [ImportanceColumn] {
        let runs = sources.map { $0.measures.first { $0.name == ImportanceSource.lossIncrease } }
        var names: [String] = []
        for cost in runs.flatMap({ $0?.costs ?? [] }) where !names.contains(cost.precision) {
            names.append(cost.precision)
        }
        return names.sorted { (PrecisionBits.of($0), $0) < (PrecisionBits.of($1), $1) }.map { name in
            ImportanceColumn(
                name: ImportanceColumn.key("\(ImportanceSource.lossIncrease)_\(name)"),
                title: "\(ImportanceSource.lossIncrease) \(name)", unit: "nats",
                bySearch: runs.map { run in
                    run?.costs.first { $0.precision == name }.map { cost in
                        .init(origin: run?.origin ?? "", values: cost.costs, ranked: cost.costs)
                    }
                })
        }
    }

    private static func costs(of sources: [ImportanceSource]) -> [ImportanceColumn] {
        var kinds: [SingleLayerCost] = []
        for cost in sources.flatMap(\.costs) where !kinds.contains(where: { $0.isSame(as: cost) }) {
            kinds.append(cost)
        }
        return kinds.map { kind in
            ImportanceColumn(
                name: ImportanceColumn.key("cost_\(kind.precision)_in_\(kind.rest)"), title: kind.title, unit: nil,
                isGain: PrecisionBits.of(kind.precision) > PrecisionBits.of(kind.rest),
                bySearch: sources.map { source in
                    source.costs.first { $0.isSame(as: kind) }.map { own in
                        let trials = own.layers.map { ($0.layer, [$0.trial, own.uniform]) }
                        return .init(
                            origin: "search \(source.search.id)", values: own.costs, ranked: own.costs,
                            trials: Dictionary(trials, uniquingKeysWith: { first, _ in first }))
                    }
                })
        }
    }

    /// Whether nothing is known of any layer.
    var isEmpty: Bool { columns.isEmpty }

    /// The columns of the table of layers.
    var columns: [ImportanceColumn] { predictors + costs }

    /// The layers that anything is known of.
    var layers: [Int] { Set(columns.flatMap { $0.series.flatMap(\.values.keys) }).sorted() }

    /// What measures are compared with: the measured costs, then the loss increase at the fewest bits.
    var targets: [ImportanceColumn] { costs + increases.prefix(1) }

    /// How well a measure agrees with a cost, seed by seed; nil where that is not known, and of a cost with itself.
    func ranking(_ measure: ImportanceColumn, against target: ImportanceColumn) -> LayerRanking? {
        guard measure.name != target.name else { return nil }
        var origins: [String] = []
        var pairs: [(first: [Int: Double], second: [Int: Double])] = []
        for (own, cost) in zip(measure.bySearch, target.bySearch) {
            guard let own, let cost, !origins.contains("\(own.origin) \(cost.origin)") else { continue }
            origins.append("\(own.origin) \(cost.origin)")
            pairs.append((own.ranked, cost.ranked))
        }
        return LayerRanking(pairs)
    }

    /// Units, what the costs are, and how to get those that are not there.
    var remarks: [String] {
        var remarks: [String] = []
        let units = predictors.compactMap { column in column.unit.map { "\(column.title) in \($0)" } }
        if !units.isEmpty { remarks.append("Importance: \(units.joined(separator: ", ")).") }
        if costs.isEmpty {
            remarks.append(
                "No trial gives one layer alone another precision, so there is no measured cost: 'qpx search --layer-costs' "
                    + "measures them.")
        } else {
            remarks.append(
                "X alone, rest Y: \(objective) of the trial with that layer at X and all others at Y, against the trial "
                    + "with all at Y; positive is worse.")
        }
        if increases.isEmpty {
            remarks.append(
                "No loss increase by precision is recorded: 'qpx importance --model FOLDER --calibration FILE --measure "
                    + "\(ImportanceSource.lossIncrease)' measures it.")
        }
        return remarks
    }
}
