internal import Store

/// A comparison of searches as tables and a chart.
struct SearchSections {
    let comparison: SearchComparison
    var layout = ComparisonLayout()

    private var parts: [SearchComparison.Part] { comparison.parts }
    private var names: [String] { parts.map(\.search.name) }

    /// For people at a terminal.
    func write(to console: Console) throws(Failure) {
        for (index, report) in tables.enumerated() {
            try console.write(report.comparisonTable(isSeparate: index > 0))
        }
        if let plot = CurvePlot(comparison) {
            try console.write("\n" + plot.rendered(width: console.width, colour: console.colour))
        }
    }

    /// The tables, in the order of the page.
    var tables: [ReportTable] {
        let settings = ComparisonSections.settings(
            comparison.settings, names, layout, title: "Settings of the searches")
        return [settings, overview] + (comparison.counts.isEmpty ? [] : [equalCounts, reached])
    }

    /// What each search came to, and what it took.
    private var overview: ReportTable {
        var table = ReportTable(
            title: "Searches",
            columns: [
                .init(name: "search", title: "search", kind: .text),
                .init(name: "objective", title: "objective", kind: .text),
                .init(name: "budget", title: "budget", kind: .text),
                .init(name: "trials", title: "trials", kind: .number),
                .init(name: "best", title: "best so far", kind: .number),
                .init(name: "number", title: "in trial", kind: .text),
                .init(name: "after", title: "after", kind: .number),
                .init(name: "wall_seconds", title: "wall time", kind: .number),
                .init(name: "trial_seconds", title: "time in trials", kind: .number),
                .init(name: "warm_start", title: "warm start", kind: .text),
            ])
        for part in parts {
            let best = part.curve.steps.last
            table.add(
                ReportTable.Row(cells: [
                    .init(part.search.name), .init(SearchView(part.search).objective),
                    .init(SearchView(part.search).budget), Self.count(part.curve.count), value(best),
                    .init(best.map { "\(part.search.name)/\($0.number)" } ?? ""), Self.count(best?.trials),
                    .init(part.wallSeconds.map(DurationText.short) ?? "", value: part.wallSeconds),
                    .init(DurationText.short(part.curve.trialSeconds), value: part.curve.trialSeconds),
                    .init(part.sources.joined(separator: ", ")),
                ]))
        }
        table.remarks = [
            "trials: candidates that are complete or failed; after: how many it took",
            "best so far: the best value measured within the budget, luck included",
        ]
        if parts.contains(where: { !$0.sources.isEmpty }) {
            table.remarks.append("warm start: the trials of these searches were known from the beginning")
        }
        table.remarks += comparison.objectiveNote.map { [$0] } ?? []
        return table
    }

    /// The best value after the same number of trials.
    private var equalCounts: ReportTable {
        var table = ReportTable(
            title: "Best \(comparison.objective?.name ?? "") after the same number of trials",
            columns: [.init(name: "trials", title: "trials", kind: .number)]
                + names.map { .init(name: $0, title: $0, kind: .number) }
                + (parts.count == 2 ? [.init(name: "difference", title: "difference", kind: .number)] : []))
        for count in comparison.counts { table.add(row(count, comparison.best(after: count))) }
        if let objective = comparison.objective {
            let way = objective.direction == .maximize ? "more" : "less"
            table.remarks.append("\(way) is better; \(comparison.commonCount) trials are what all of them have")
        }
        return table
    }

    private func row(_ count: Int, _ steps: [BestSoFar.Step?]) -> ReportTable.Row {
        var cells = steps.map(value)
        let sign = comparison.objective?.direction == .minimize ? -1.0 : 1
        // Values that are printed alike are equally good.
        if let best = steps.compactMap({ $0?.value }).max(by: { sign * $0 < sign * $1 }),
            Set(cells.map(\.text)).count > 1
        {
            let text = digits(best)
            for index in cells.indices { cells[index].isBold = steps[index].map { digits($0.value) } == text }
        }
        if parts.count == 2 {
            let difference = steps[1].flatMap { mine in steps[0].map { mine.value - $0.value } }
            cells.append(.init(difference.map { NumberText.signed($0, decimals) } ?? "", value: difference))
        }
        return ReportTable.Row(cells: [Self.count(count)] + cells)
    }

    /// How many trials a search needed to be as good as another ever was.
    private var reached: ReportTable {
        var table = ReportTable(
            title: "Trials until as good as the other's best",
            columns: [.init(name: "search", title: "search", kind: .text)]
                + names.map { .init(name: $0, title: "best of \($0)", kind: .number) })
        for row in parts.indices {
            let cells = parts.indices.map { column -> ReportTable.Cell in
                guard parts[column].curve.steps.last != nil else { return .missing }
                let count = comparison.trials(of: row, toReachBestOf: column)
                return count.map { Self.count($0) } ?? .init("never (of \(parts[row].curve.count))")
            }
            table.add(ReportTable.Row(cells: [.init(names[row])] + cells))
        }
        return table
    }

    private var decimals: Int { layout.decimals(of: comparison.objective?.name ?? "") }

    private func digits(_ value: Double) -> String { NumberText.fixed(value, decimals) }

    private func value(_ step: BestSoFar.Step?) -> ReportTable.Cell {
        guard let step else { return .missing }
        return .init(digits(step.value) + (step.standardError.map { " ± " + digits($0) } ?? ""), value: step.value)
    }

    private static func count(_ count: Int?) -> ReportTable.Cell {
        .init(count.map(String.init) ?? "", value: count.map(Double.init))
    }
}
