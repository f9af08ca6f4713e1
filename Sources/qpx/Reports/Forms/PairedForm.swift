internal import Store

/// Methods against a baseline, paired over examples, over several seeds.
struct PairedForm: ReportForm {
    /// Its name, for the flags that belong to it.
    static let formName = "paired"

    var name: String { Self.formName }
    let abstract = "methods against a baseline (--baseline), paired over examples, over seeds"

    /// A row before it has cells.
    private struct Row {
        var search: SearchRecord
        var method: PairedGroup.Method
        var metric: PairedMetric
        var found: PairedRow
        var direction: ObjectiveDirection?
        var startsGroup: Bool
    }

    func tables(of material: ReportMaterial) throws -> [ReportTable] {
        let chosen = try material.chosen()
        let groups = try material.groups().map { try PairedGroup($0, in: material.store, chosen: chosen) }
            .filter { !$0.methods.isEmpty }
        guard !groups.isEmpty else { return [] }
        let baseline = try PairedBaseline(groups, label: material.baseline)
        var rows: [Row] = []
        var known: [PairedMetric] = []
        for (group, method) in zip(groups, baseline.methods) {
            guard let method else { continue }
            rows += try Self.rows(group, baseline: method, material, &known)
        }
        try Self.check(material.metrics, among: known)
        let settings = try DifferingSettings(
            groups.compactMap(\.searches.first), in: material.store, showsRemoved: true)
        var table = ReportTable(
            title: material.style.caption ?? "Methods against the baseline", columns: Self.header(settings))
        let tested = rows.compactMap(\.found.pValue)
        var corrected = HolmCorrection.adjusted(tested).makeIterator()
        var notes: [String] = []
        for row in rows {
            let value = row.found.pValue == nil ? nil : corrected.next()
            table.add(Self.row(row, settings, corrected: value, material.style, &notes))
        }
        table.footnotes = notes
        table.remarks =
            material.style.remarks + baseline.remarks + Self.remarks(rows, tests: tested.count, material.style)
        if !material.style.isBrief {
            table.remarks += groups.filter { $0.searches.count > 1 }.map { group in
                "One group, over \(group.searches.count) seeds: \(group.searches.map(\.name).joined(separator: ", "))."
            }
        }
        table.commands = material.commands
        return [table]
    }

    // MARK: Reading

    private static func rows(
        _ group: PairedGroup, baseline: PairedGroup.Method, _ material: ReportMaterial, _ known: inout [PairedMetric]
    ) throws -> [Row] {
        let trials = group.methods.flatMap(\.entries).flatMap { $0?.trials ?? [] }
        let ids = Array(Set(trials.map(\.id))).sorted()
        let metrics = try material.store.metrics(ofTrials: ids).mapValues { $0.filter { $0.step == nil } }
        let examples = try material.store.exampleResults(ofTrials: ids)
        func answers(_ entry: ResultEntry?, _ metric: PairedMetric) -> [PairedRow.Answers] {
            (entry?.trials ?? []).compactMap { trial in
                let record =
                    metric.isObjective
                    ? trial.objectiveValue.map { MetricRecord(name: metric.name, value: $0) }
                    : metrics[trial.id]?.first { $0.name == metric.name && $0.task == metric.task }
                return record.map { .init(trial: trial, metric: $0, examples: examples[trial.id] ?? []) }
            }
        }
        let shown = Self.metrics(
            of: baseline.entries.compactMap(\.self).flatMap(\.trials).flatMap { metrics[$0.id] ?? [] },
            objective: group.searches.first?.objective ?? "", asked: material.metrics, &known)
        var rows: [Row] = []
        for method in group.methods where method.key != baseline.key {
            for metric in shown {
                let seeds = zip(baseline.entries, method.entries).map {
                    (baseline: answers($0, metric), method: answers($1, metric))
                }
                guard let found = PairedRow(metric, seeds), let search = group.searches.first else { continue }
                rows.append(
                    Row(
                        search: search, method: method, metric: metric, found: found,
                        direction: metric.isObjective ? search.direction : metric.direction,
                        startsGroup: rows.isEmpty))
            }
        }
        return rows
    }

    /// The metrics of a group that are shown: those asked for, or the objective's, every loss and the mean accuracy.
    private static func metrics(
        of records: [MetricRecord], objective: String, asked: [MetricName], _ known: inout [PairedMetric]
    ) -> [PairedMetric] {
        var all: [PairedMetric] = []
        for record in records {
            let metric = PairedMetric(name: record.name, task: record.task)
            if !all.contains(metric) { all.append(metric) }
        }
        func isObjective(_ metric: PairedMetric) -> Bool {
            objective == metric.name || objective == metric.title
                || (objective == "accuracy" && metric.title == "mean_acc")
        }
        if !all.contains(where: isObjective) { all.append(PairedMetric(name: objective, task: "", isObjective: true)) }
        for metric in all where !known.contains(metric) { known.append(metric) }
        guard asked.isEmpty else {
            return asked.flatMap { name in all.filter { name.matches($0.name, task: $0.task) } }
        }
        let first = all.filter(isObjective)
        return first
            + all.filter { ["loss", "mean_loss", "mean_acc"].contains($0.name) && !first.contains($0) }
    }

    private static func check(_ asked: [MetricName], among known: [PairedMetric]) throws(Failure) {
        for name in asked where !known.contains(where: { name.matches($0.name, task: $0.task) }) {
            let text = name.task.map { "\(name.name)/\($0)" } ?? name.name
            let names = known.map(\.title)
            throw .notFound(
                "--metric: no baseline has a metric '\(text)'." + Suggestion.question(for: text, in: names),
                hint: "the metrics are \(names.joined(separator: ", "))")
        }
    }

    // MARK: Writing

    private static func header(_ settings: DifferingSettings) -> [ReportTable.Column] {
        [RemovedText.column] + settings.columns + [
            .init(name: "method", title: "Method", kind: .text), .init(name: "metric", title: "Metric", kind: .text),
            .init(name: "bits_per_weight", title: "Bits", kind: .number),
            .init(name: "seeds", title: "Seeds", kind: .number),
            .init(name: "difference", title: "Difference", kind: .number),
            .init(name: "difference_stderr", title: "±", kind: .number),
            .init(name: "seed_deviation", title: "SD", kind: .number),
            .init(name: "seeds_better", title: "Seeds better", kind: .number),
            .init(name: "p_value", title: "p", kind: .number), .init(name: "p_holm", title: "p Holm", kind: .number),
        ]
    }

    private static func row(
        _ row: Row, _ settings: DifferingSettings, corrected: Double?, _ style: ReportStyle, _ notes: inout [String]
    ) -> ReportTable.Row {
        func note(_ text: String) -> Int {
            if let known = notes.firstIndex(of: text) { return known + 1 }
            notes.append(text)
            return notes.count
        }
        let found = row.found
        let seeds = found.differences.count
        func number(_ value: Double?, isSigned: Bool = false) -> ReportTable.Cell {
            guard let value else { return .missing }
            let isPercent = row.metric.isAccuracy && style.isPercent
            let shown = isPercent ? 100 * value : value
            let decimals = style.digits ?? (isPercent || row.metric.name.contains("perplexity") ? 2 : 4)
            return .init(
                isSigned ? NumberText.signed(shown, decimals) : NumberText.fixed(shown, decimals), value: value)
        }
        var method = ReportTable.Cell(row.method.name)
        if row.method.entries.contains(where: { $0?.trial.isWithinBudget == false }) {
            method.footnote = note("exceeds the budget")
        }
        var difference = number(found.difference, isSigned: true)
        difference.footnote = found.gap.map { note($0.text) }
        let better = row.direction.map(found.better)
        let cells: [ReportTable.Cell] =
            [RemovedText.cell(row.search)] + settings.cells(of: row.search) + [
                method, .init(row.metric.title), .number(row.method.bitsPerWeight, decimals: 2),
                .init(seeds == 0 ? "" : String(seeds), value: seeds == 0 ? nil : Double(seeds)), difference,
                number(found.standardError), number(ResultEntry.standardDeviation(found.differences)),
                .init(
                    seeds == 0 ? "" : better.map { "\($0) of \(seeds)" } ?? "",
                    value: seeds == 0 ? nil : better.map(Double.init)),
                .init(PValueText.text(found.pValue), value: found.pValue),
                .init(PValueText.text(corrected), value: corrected),
            ]
        return ReportTable.Row(cells: cells, startsGroup: row.startsGroup, trials: found.trials.map(\.name))
    }

    private static func remarks(_ rows: [Row], tests: Int, _ style: ReportStyle) -> [String] {
        let unit = style.isPercent && rows.contains { $0.metric.isAccuracy } ? "; accuracies in percentage points" : ""
        var remarks = ["Difference: method minus baseline, mean over the seeds\(unit)."]
        if rows.contains(where: { $0.found.standardError != nil }) {
            remarks.append(
                "±: standard error of the difference over the examples, each averaged over the seeds first.")
        }
        if rows.contains(where: { $0.found.differences.count > 1 }) {
            remarks.append("SD: standard deviation of the difference over the seeds.")
        }
        if tests > 0 {
            remarks.append(
                "p: \(PairedTest.bootstrap.title) over the examples, two-sided, "
                    + "\(NumberText.grouped(PairedBootstrap.resamples)) draws, seed \(PairedBootstrap.seed); p Holm: "
                    + "corrected for the \(tests) \(tests == 1 ? "test" : "tests") of this table.")
        }
        return remarks
    }
}
