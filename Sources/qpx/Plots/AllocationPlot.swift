internal import Engine
internal import Store

/// Which layer got how many bits, trial beside trial.
struct AllocationPlot: Plot {
    let name = "allocations"
    let title = "Allocations"
    let abstract = "Bits of each layer (or module) as a heat map, one column per trial, best first."
    let needs = "a complete trial with an allocation"
    let options: [PlotOption] = [.metric, .order]
    let keys = "value, layers, modules, trials: [{trial, value, stderr, weight_bytes, bits_per_weight, allocation}]"

    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)? {
        let value = try subject.value()
        let columns = try subject.measured(value).flatMap(\.self).compactMap { trial -> AllocationColumn? in
            guard let text = trial.trial.allocation else { return nil }
            return AllocationColumn(trial: trial, text: text)
        }
        guard let depth = columns.first?.depth else { return nil }
        let same = columns.filter { $0.depth == depth }
        return AllocationDrawing(
            value: value, searches: subject.searches.map(\.name), columns: sorted(same, value, subject), depth: depth,
            order: subject.order, otherDepths: columns.count - same.count)
    }

    private func sorted(
        _ columns: [AllocationColumn], _ value: ParetoValue, _ subject: PlotSubject
    ) -> [AllocationColumn] {
        switch subject.order {
        case .number: columns
        case .given: subject.asGiven(columns) { $0.trial.trial.id }
        case .value:
            columns.enumerated().sorted { a, b in
                let (one, other) = (value.sign * a.element.trial.value, value.sign * b.element.trial.value)
                return one == other ? a.offset < b.offset : one > other
            }.map(\.element)
        }
    }
}

/// A trial with its allocation.
struct AllocationColumn: Sendable {
    let trial: MeasuredTrial
    /// The allocation as it is kept.
    let text: String

    /// Layers, without reading what they have: of many trials few are drawn.
    var depth: Int { 1 + text.utf8.count { $0 == UInt8(ascii: ",") } }
    /// The allocation layer by layer.
    var allocation: AllocationText { AllocationText(text) }
}

/// A heat map of bits.
struct AllocationDrawing: PlotDrawing {
    /// How many columns can be told apart.
    static let mostColumns = 60

    let value: ParetoValue
    let searches: [String]
    /// Every trial, in the order of the picture.
    let columns: [AllocationColumn]
    /// Those that are drawn.
    let shown: [AllocationColumn]
    let depth: Int
    let order: PlotSubject.Order
    /// Trials left out because their models have another number of layers.
    let otherDepths: Int
    /// Whether modules are rows of their own.
    let isSplit: Bool
    /// The bits that occur in what is shown, ascending, each with the names of its precisions.
    let precisions: [(bits: Int, names: [String])]

    init(
        value: ParetoValue, searches: [String], columns: [AllocationColumn], depth: Int, order: PlotSubject.Order,
        otherDepths: Int
    ) {
        self.value = value
        self.searches = searches
        self.columns = columns
        self.depth = depth
        self.order = order
        self.otherDepths = otherDepths
        let most = Self.mostColumns
        if columns.count <= most || order == .value {
            shown = Array(columns.prefix(most))
        } else {
            // By number the way of the search matters: first, last, and evenly between.
            shown = (0..<most).map { columns[$0 * (columns.count - 1) / (most - 1)] }
        }
        isSplit = shown.contains(where: \.allocation.isSplit)
        var names: [Int: Set<String>] = [:]
        for column in shown {
            for name in column.allocation.names(splitting: isSplit) {
                names[PrecisionBits.of(name), default: []].insert(name)
            }
        }
        precisions = names.keys.sorted().map { (bits: $0, names: (names[$0] ?? []).sorted()) }
    }

    /// Modules of a layer, in the order of the rows.
    static let modules = Projection.allCases.map(\.rawValue)

    /// Rows of a layer.
    var rowsPerLayer: Int { isSplit ? Self.modules.count : 1 }

    var title: String { "Bits per \(isSplit ? "module" : "layer"): " + searches.joined(separator: ", ") }

    var summary: String {
        let names = precisions.flatMap(\.names).joined(separator: ", ")
        return "One column per trial, one row per \(isSplit ? "module" : "layer"), \(depth) layers; "
            + "from few bits to many: \(names)."
    }

    var notes: [String] {
        var notes: [String] = []
        if shown.count < columns.count {
            let which = order == .value ? "The best \(shown.count)" : "\(shown.count), evenly spaced,"
            notes.append("\(which) of \(NumberText.grouped(columns.count)) trials.")
        }
        if otherDepths > 0 {
            notes.append("\(otherDepths) trial\(otherDepths == 1 ? "" : "s") of models of another depth left out.")
        }
        if isSplit { notes.append("In a layer, from above: \(Self.modules.joined(separator: ", ")).") }
        return notes
    }

    var json: JSONValue {
        [
            "value": value.json, "layers": .int(depth),
            "modules": isSplit ? .array(Self.modules.map(JSONValue.string)) : .null,
            "trials": .array(
                columns.map { column in
                    [
                        "trial": .string(column.trial.trial.name), "value": .number(column.trial.value),
                        "stderr": .optional(column.trial.standardError),
                        "weight_bytes": .optional(column.trial.trial.weightBytes),
                        "bits_per_weight": .optional(column.trial.trial.bitsPerWeight),
                        "allocation": .array(column.allocation.layers.map(JSONValue.string)),
                    ]
                }),
        ]
    }

    /// Which of the bits that occur each row of a trial has: positions in `precisions`.
    func ranks(_ column: AllocationColumn) -> [Int] {
        column.allocation.names(splitting: isSplit).map { name in
            let bits = PrecisionBits.of(name)
            return precisions.firstIndex { $0.bits == bits } ?? 0
        }
    }

    /// The step of the colour scale of one of the bits that occur; all of the scale is used, whatever occurs.
    func level(_ rank: Int) -> Int {
        precisions.count > 1
            ? ColourScale.step(of: Double(rank) / Double(precisions.count - 1)) : ColourScale.count / 2
    }

    /// How bits are written in a cell.
    static func digit(_ bits: Int) -> String { bits > 0 ? String(bits) : "?" }
}
