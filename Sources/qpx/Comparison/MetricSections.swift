internal import Store

/// The metrics of a comparison as tables: values, differences to the first trial, paired tests.
extension ComparisonSections {
    private var names: [String] { comparison.trials.map(\.trial.name) }

    private var shownMetrics: [ComparedMetric] {
        comparison.metrics.filter { $0.isDiffering || layout.isComplete || comparison.trials.count == 1 }
    }

    /// Values with standard errors; differences beside them where there are two trials, else in a table of their own.
    var metrics: [ReportTable] {
        guard comparison.trials.count > 1 else { return [values(hasDifferences: false)] }
        guard comparison.trials.count > 2 else { return [values(hasDifferences: true)] }
        return [values(hasDifferences: false), differences]
    }

    private func values(hasDifferences: Bool) -> ReportTable {
        var columns = nameColumns + names.map { .init(name: $0, title: $0, kind: .number) }
        if hasDifferences { columns.append(.init(name: "difference", title: "difference", kind: .number)) }
        var table = ReportTable(title: "Metrics", columns: columns)
        for metric in shownMetrics {
            var cells = nameCells(metric) + metric.values.map { value(metric, $0) }
            if hasDifferences { cells.append(difference(metric, 1)) }
            table.add(ReportTable.Row(cells: cells))
        }
        let stopped = comparison.trials.filter(\.isStopped).map(\.trial.name).joined(separator: ", ")
        if !stopped.isEmpty {
            table.remarks.append(
                "\(stopped): of the examples scored before it was stopped; only pairs can be compared")
        }
        let same = comparison.metrics.count - shownMetrics.count
        table.remarks += layout.note(same: same, shown: shownMetrics.count, of: "metric").map { [$0] } ?? []
        if hasDifferences { table.remarks += legend }
        return table
    }

    private var differences: ReportTable {
        let others = comparison.trials.indices.dropFirst()
        var table = ReportTable(
            title: "Differences to \(names[0])",
            columns: nameColumns + others.map { .init(name: names[$0], title: names[$0], kind: .number) })
        for metric in shownMetrics {
            table.add(ReportTable.Row(cells: nameCells(metric) + others.map { difference(metric, $0) }))
        }
        table.remarks = legend
        return table
    }

    /// Task and name in one: where a table is broken into blocks, the first column stands in each.
    private var nameColumns: [ReportTable.Column] { [.init(name: "metric", title: "metric", kind: .text)] }

    private func nameCells(_ metric: ComparedMetric) -> [ReportTable.Cell] { [.init(metric.title)] }

    private func value(_ metric: ComparedMetric, _ record: MetricRecord?) -> ReportTable.Cell {
        guard let value = record?.value else { return .missing }
        let decimals = layout.decimals(of: metric.name)
        let error = record?.standardError.map { " ± " + NumberText.fixed($0, decimals) } ?? ""
        return .init(NumberText.fixed(value, decimals) + error, value: value)
    }

    /// "-0.0083 ± 0.0051 *"; the error in brackets where it is not paired.
    private func difference(_ metric: ComparedMetric, _ index: Int) -> ReportTable.Cell {
        let decimals = layout.decimals(of: metric.name)
        let pair = metric.paired[index]
        guard let value = metric.differences[index] ?? pair?.difference else { return .missing }
        var text = NumberText.signed(value, decimals)
        if let error = metric.differenceError(index) {
            let digits = NumberText.fixed(error.value, decimals)
            text += error.isPaired ? " ± \(digits)" : " (± \(digits))"
        }
        // Marks are of one width, so that the digits stand below each other.
        if hasMarks {
            text += " " + PValueText.mark(pair?.correctedPValue ?? pair?.pValue).padded(toWidth: 3, isRight: false)
        }
        return .init(text, value: value)
    }

    private var hasMarks: Bool {
        shownMetrics.contains { metric in
            metric.paired.contains { !PValueText.mark($0?.correctedPValue ?? $0?.pValue).isEmpty }
        }
    }

    private var legend: [String] {
        var lines: [String] = []
        let pairs = shownMetrics.flatMap { $0.paired.compactMap(\.self) }
        if !pairs.isEmpty { lines.append("± : standard error of the difference question by question") }
        let isUnpaired = shownMetrics.contains { metric in
            metric.values.indices.contains { metric.differenceError($0)?.isPaired == false }
        }
        if isUnpaired { lines.append("(±): as if the trials had answered different questions; not tested") }
        if hasMarks { lines.append(PValueText.legend + correction) }
        return lines
    }

    /// ", by Holm's method for 13 tests".
    private var correction: String {
        comparison.tests > 1 ? ", corrected by Holm's method for \(comparison.tests) tests" : ""
    }

    /// For each trial but the first, the differences question by question.
    var pairs: [ReportTable] { comparison.trials.indices.dropFirst().compactMap(pairs) }

    private func pairs(_ index: Int) -> ReportTable? {
        let found = shownMetrics.compactMap { metric in metric.paired[index].map { (metric: metric, pair: $0) } }
        guard !found.isEmpty else { return nil }
        let hasFlips = found.contains { $0.pair.gained != nil }
        let hasIntervals = found.contains { $0.pair.interval != nil }
        let isCorrected = comparison.tests > 1
        var columns =
            nameColumns + [
                .init(name: "difference", title: "difference", kind: .number),
                .init(name: "difference_stderr", title: "± se", kind: .number),
            ]
        if hasIntervals {
            let percent = NumberText.percent(PairedBootstrap.coverage, 0)
            columns.append(.init(name: "interval", title: "\(percent) % interval", kind: .number))
        }
        if hasFlips {
            columns.append(.init(name: "gained", title: "gained", kind: .number))
            columns.append(.init(name: "lost", title: "lost", kind: .number))
        }
        columns.append(.init(name: "p_value", title: "p", kind: .number))
        if isCorrected { columns.append(.init(name: "p_holm", title: "p (Holm)", kind: .number)) }
        columns.append(.init(name: "n", title: "n", kind: .number))
        var table = ReportTable(title: "\(names[index]) against \(names[0]), question by question", columns: columns)
        for (metric, pair) in found {
            let decimals = layout.decimals(of: metric.name)
            var cells =
                nameCells(metric) + [
                    .init(NumberText.signed(pair.difference, decimals), value: pair.difference),
                    .number(pair.standardError, decimals: decimals),
                ]
            if hasIntervals { cells.append(.init(pair.interval.map { Self.text($0, decimals) } ?? "")) }
            if hasFlips { cells += [Self.count(pair.gained), Self.count(pair.lost)] }
            cells.append(.init(PValueText.text(pair.pValue), value: pair.pValue))
            if isCorrected { cells.append(.init(PValueText.text(pair.correctedPValue), value: pair.correctedPValue)) }
            cells.append(Self.count(pair.count))
            table.add(ReportTable.Row(cells: cells))
        }
        table.remarks = testRemarks(found.map { ($0.metric.name, $0.pair) }, hasFlips: hasFlips)
        return table
    }

    private static func text(_ interval: ClosedRange<Double>, _ decimals: Int) -> String {
        "\(NumberText.signed(interval.lowerBound, decimals)) to \(NumberText.signed(interval.upperBound, decimals))"
    }

    private static func count(_ count: Int?) -> ReportTable.Cell {
        .init(count.map(String.init) ?? "", value: count.map(Double.init))
    }

    private func testRemarks(_ found: [(name: String, pair: PairedDifference)], hasFlips: Bool) -> [String] {
        var remarks: [String] = []
        if hasFlips { remarks.append("gained, lost: questions that only this trial, only \(names[0]) gets right") }
        for test in PairedTest.allCases {
            var names: [String] = []
            for entry in found where entry.pair.test == test && !names.contains(entry.name) { names.append(entry.name) }
            guard !names.isEmpty else { continue }
            let detail =
                test == .bootstrap
                ? ", \(NumberText.grouped(PairedBootstrap.resamples)) draws, seed \(PairedBootstrap.seed)" : ""
            remarks.append("p of \(names.joined(separator: ", ")): \(test.title)\(detail)")
        }
        if comparison.tests > 1 {
            remarks.append("p (Holm): corrected for all \(comparison.tests) tests of this comparison")
        }
        return remarks
    }
}
