internal import Store

/// A comparison as one long table for programs: a row for each value of each trial.
struct ComparisonRecords {
    private(set) var table = ReportTable(
        title: "",
        columns: [
            .init(name: "section", title: "section", kind: .text), .init(name: "name", title: "name", kind: .text),
            .init(name: "task", title: "task", kind: .text), .init(name: "of", title: "of", kind: .text),
            .init(name: "value", title: "value", kind: .text),
            .init(name: "stderr", title: "stderr", kind: .number),
            .init(name: "difference", title: "difference", kind: .number),
            .init(name: "difference_stderr", title: "difference_stderr", kind: .number),
            .init(name: "paired", title: "paired", kind: .text),
            .init(name: "gained", title: "gained", kind: .number), .init(name: "lost", title: "lost", kind: .number),
            .init(name: "test", title: "test", kind: .text), .init(name: "p_value", title: "p_value", kind: .number),
            .init(name: "p_holm", title: "p_holm", kind: .number),
            .init(name: "interval_low", title: "interval_low", kind: .number),
            .init(name: "interval_high", title: "interval_high", kind: .number),
            .init(name: "n", title: "n", kind: .number),
        ])

    /// One row before it has cells.
    struct Record {
        var section: String
        var name: String
        var task = ""
        /// The trial or search.
        var of: String
        var text = ""
        var value: Double?
        var standardError: Double?
        var difference: Double?
        var differenceError: (value: Double, isPaired: Bool)?
        var pair: PairedDifference?
    }

    /// Adds a row.
    mutating func add(_ record: Record) {
        func number(_ value: Double?) -> ReportTable.Cell { .init(value.map(NumberText.exact) ?? "", value: value) }
        let pair = record.pair
        table.add(
            ReportTable.Row(cells: [
                .init(record.section), .init(record.name), .init(record.task), .init(record.of),
                record.value == nil ? .init(record.text) : number(record.value), number(record.standardError),
                number(record.difference), number(record.differenceError?.value),
                .init(record.differenceError.map { $0.isPaired ? "true" : "false" } ?? ""),
                number(pair?.gained.map(Double.init)), number(pair?.lost.map(Double.init)),
                .init(pair?.test?.rawValue ?? ""), number(pair?.pValue),
                number(pair?.correctedPValue ?? pair?.pValue), number(pair?.interval?.lowerBound),
                number(pair?.interval?.upperBound), number((pair?.count).map(Double.init)),
            ]))
    }

    /// Adds settings of trials or searches.
    mutating func add(_ settings: [ComparedSetting], of names: [String], section: String, onlyDifferent: Bool) {
        for setting in settings where setting.isDiffering || !onlyDifferent {
            for (name, value) in zip(names, setting.values) {
                add(Record(section: section, name: setting.name, of: name, text: value.plainText))
            }
        }
    }

    /// Adds a comparison of trials.
    /// - Parameter onlyDifferent: whether settings, layers and metrics that agree are left out.
    mutating func add(_ comparison: TrialComparison, onlyDifferent: Bool) {
        let names = comparison.trials.map(\.trial.name)
        add(comparison.settings, of: names, section: "setting", onlyDifferent: onlyDifferent)
        let differing = comparison.differingLayers
        let layers = comparison.trials.compactMap { $0.allocation?.layers.count }.max() ?? 0
        for layer in 0..<layers where differing.contains(layer) || !onlyDifferent {
            for view in comparison.trials {
                guard let own = view.allocation, own.layers.indices.contains(layer) else { continue }
                add(Record(section: "layer", name: String(layer), of: view.trial.name, text: own.layers[layer]))
            }
        }
        for metric in comparison.metrics where metric.isDiffering || !onlyDifferent {
            for (index, name) in names.enumerated() {
                guard let value = metric.values[index] else { continue }
                add(
                    Record(
                        section: "metric", name: metric.name, task: metric.task, of: name, value: value.value,
                        standardError: value.standardError,
                        difference: metric.differences[index] ?? metric.paired[index]?.difference,
                        differenceError: metric.differenceError(index), pair: metric.paired[index]))
            }
        }
        addCosts(comparison)
    }

    private mutating func addCosts(_ comparison: TrialComparison) {
        let costs = comparison.trials.indices.map { (comparison.trials[$0].trial.name, TrialCost(comparison, $0)) }
        func add(_ section: String, _ name: String, _ of: String, _ value: Double?, _ difference: Double?) {
            guard value != nil else { return }
            self.add(Record(section: section, name: name, of: of, value: value, difference: difference))
        }
        for (name, cost) in costs {
            add("memory", "weight_bytes", name, cost.bytes.map(Double.init), cost.bytesDifference.map(Double.init))
        }
        for (name, cost) in costs { add("memory", "bits_per_weight", name, cost.bits, cost.bitsDifference) }
        for (name, cost) in costs {
            let difference = cost.ratio.flatMap { ratio in cost.seconds.map { $0 - $0 / ratio } }
            add("time", "duration_seconds", name, cost.seconds, difference?.isFinite == true ? difference : nil)
        }
        for (name, cost) in costs {
            add("training", "training_loss", name, cost.trainingLoss, cost.trainingLossDifference)
        }
    }
}
