internal import Store

/// The columns that metrics fill: accuracies of tasks and their mean, then losses, then perplexities.
struct MetricColumns {
    /// A metric of a task or text.
    struct Key: Equatable {
        var name: String
        var task: String

        /// The name in files that programs read.
        var column: String {
            let task = task.map { $0.isLetter || $0.isNumber ? $0 : "_" }
            return task.isEmpty ? name : String(task) + "_" + name
        }
    }

    /// The accuracies.
    let accuracies: [Key]
    /// Losses and perplexities.
    let others: [Key]
    private let style: ReportStyle

    /// The metrics that occur, in the order of their first occurrence.
    init(_ entries: [ResultEntry], _ style: ReportStyle) {
        self.init(metrics: entries.flatMap(\.metrics), style)
    }

    /// The metrics that occur, in the order of their first occurrence.
    init(metrics: [MetricRecord], _ style: ReportStyle) {
        func keys(where holds: (String) -> Bool) -> [Key] {
            metrics.reduce(into: []) { keys, metric in
                let key = Key(name: metric.name, task: metric.task)
                if metric.step == nil, holds(metric.name), !keys.contains(key) { keys.append(key) }
            }
        }
        accuracies = keys { $0 == style.accuracy }
        others = keys { ["loss", "mean_loss"].contains($0) } + keys { $0.contains("perplexity") }
        self.style = style
    }

    private var hasMean: Bool { accuracies.count > 1 }

    /// The columns.
    var columns: [ReportTable.Column] {
        var columns: [ReportTable.Column] = accuracies.map {
            .init(name: $0.column, title: $0.task, kind: .higherIsBetter)
        }
        if hasMean { columns.append(.init(name: "mean_\(style.accuracy)", title: "Mean", kind: .higherIsBetter)) }
        return columns
            + others.map { key in
                let word = key.name.contains("perplexity") ? "PPL" : "Loss"
                return .init(
                    name: key.column, title: key.task.isEmpty ? word : "\(key.task) \(word)", kind: .lowerIsBetter)
            }
    }

    /// The cells of a row.
    func cells(of entry: ResultEntry) -> [ReportTable.Cell] {
        let isErrorShown = style.showsStandardErrors || entry.seeds > 1
        let values = accuracies.map { entry.metric($0.name, task: $0.task) }
        var cells = values.map { style.accuracy($0?.value, $0?.standardError, isErrorShown: isErrorShown) }
        if hasMean {
            let error = entry.seeds > 1 ? deviation(entry) : Self.standardErrorOfMean(values)
            cells.append(style.accuracy(Self.mean(values), error, isErrorShown: isErrorShown))
        }
        return cells
            + others.map { key in
                let metric = entry.metric(key.name, task: key.task)
                return style.number(
                    metric?.value, metric?.standardError, decimals: key.name.contains("perplexity") ? 2 : 4,
                    isErrorShown: isErrorShown)
            }
    }

    private static func mean(_ metrics: [MetricRecord?]) -> Double? {
        let known = metrics.compactMap { $0?.value }
        return known.count == metrics.count && !known.isEmpty ? known.reduce(0, +) / Double(known.count) : nil
    }

    /// The standard error of a mean of independent accuracies.
    private static func standardErrorOfMean(_ metrics: [MetricRecord?]) -> Double? {
        let errors = metrics.compactMap { $0?.standardError }
        guard errors.count == metrics.count, !errors.isEmpty else { return nil }
        return errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(errors.count)
    }

    /// The standard deviation over seeds of the mean over tasks.
    private func deviation(_ entry: ResultEntry) -> Double? {
        let means = entry.metricsOfSeeds.compactMap { metrics in
            Self.mean(accuracies.map { key in metrics.first { $0.name == key.name && $0.task == key.task } })
        }
        return means.count == entry.seeds ? ResultEntry.standardDeviation(means) : nil
    }
}
