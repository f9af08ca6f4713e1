internal import Store

/// What trials reach in each task: the model before and after, the best allocation beside a uniform one.
struct TaskPlot: Plot {
    let name = "tasks"
    let title = "Tasks"
    let abstract = "A metric in each task, with standard errors: the references, the best uniform and the best trial."
    let needs = "a complete trial with a metric of a task"
    let options: [PlotOption] = [.metric]
    let keys = "metric, tasks, series: [{trial, label, values: [{task, value, stderr, n}]}]"

    /// How many trials can be told apart.
    static let mostTrials = 6

    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)? {
        let chosen = try trials(of: subject)
        let metrics = try subject.store.metrics(ofTrials: chosen.map(\.id))
        let asked = subject.metric.map { $0.split(separator: "/", maxSplits: 1).map(String.init) }
        guard let name = asked?.first ?? Self.metric(in: metrics) else { return nil }
        let task = asked.flatMap { $0.count > 1 ? $0[1] : nil }
        let series = chosen.prefix(Self.mostTrials).compactMap { trial -> TaskSeries? in
            let own = (metrics[trial.id] ?? []).filter {
                $0.name == name && $0.step == nil && !$0.task.isEmpty && $0.value != nil && (task ?? $0.task) == $0.task
            }
            return own.isEmpty ? nil : TaskSeries(trial: trial, metrics: own)
        }
        guard !series.isEmpty else { return nil }
        return TaskDrawing(metric: name, series: series, others: max(0, chosen.count - Self.mostTrials))
    }

    /// The metric that says most: accuracy, else the one of most tasks.
    private static func metric(in metrics: [Int: [MetricRecord]]) -> String? {
        var tasks: [String: Set<String>] = [:]
        for metric in metrics.values.joined() where metric.step == nil && !metric.task.isEmpty && metric.value != nil {
            tasks[metric.name, default: []].insert(metric.task)
        }
        if tasks["acc"] != nil { return "acc" }
        return tasks.min { ($1.value.count, $0.key) < ($0.value.count, $1.key) }?.key
    }

    private func trials(of subject: PlotSubject) throws -> [TrialRecord] {
        if subject.trials != nil { return try subject.trials().flatMap(\.self) }
        var chosen: [TrialRecord] = []
        for search in subject.searches {
            var filter = TrialFilter(search: search.id)
            filter.states = [.complete]
            filter.kinds = [.reference]
            let references = try subject.store.trials(filter)
            // What several searches compare with is the same; it stands there once.
            chosen += references.filter { reference in !chosen.contains { $0.label == reference.label } }
            filter.kinds = [.baseline]
            filter.order = .objective(search.direction)
            let baseline = try subject.store.trials(filter).first { $0.isWithinBudget != false }
            let best = try subject.store.bestTrial(ofSearch: search.id)
            for trial in [baseline, best].compactMap(\.self) where !chosen.contains(where: { $0.id == trial.id }) {
                chosen.append(trial)
            }
        }
        return chosen
    }
}

/// One trial in each task.
struct TaskSeries: Sendable {
    let trial: TrialRecord
    /// One per task.
    let metrics: [MetricRecord]

    /// The value in a task.
    func metric(_ task: String) -> MetricRecord? { metrics.first { $0.task == task } }

    /// "intact (first/1)", "first/7".
    var title: String { trial.label.map { "\($0) (\(trial.name))" } ?? trial.name }
}

/// A row of points per task.
struct TaskDrawing: PlotDrawing {
    let metric: String
    let series: [TaskSeries]
    /// Trials that are not drawn.
    let others: Int

    /// The tasks by name.
    var tasks: [String] { Set(series.flatMap { $0.metrics.map(\.task) }).sorted() }

    var title: String { "\(metric) by task: " + series.map(\.trial.name).joined(separator: ", ") }

    var summary: String {
        "\(metric) of \(series.map(\.title).joined(separator: ", ")) in \(tasks.joined(separator: ", "))."
    }

    var notes: [String] { others > 0 ? ["The first \(series.count) of \(series.count + others) trials."] : [] }

    var json: JSONValue {
        [
            "metric": .string(metric), "tasks": .array(tasks.map(JSONValue.string)),
            "series": .array(
                series.map { series in
                    [
                        "trial": .string(series.trial.name), "label": .optional(series.trial.label),
                        "values": .array(
                            series.metrics.map { metric in
                                [
                                    "task": .string(metric.task), "value": .optional(metric.value),
                                    "stderr": .optional(metric.standardError), "n": .optional(metric.count),
                                ]
                            }),
                    ]
                }),
        ]
    }

    private var range: ClosedRange<Double> {
        let ends = series.flatMap(\.metrics).flatMap { metric -> [Double] in
            guard let value = metric.value else { return [] }
            let error = metric.standardError ?? 0
            return [value - error, value + error]
        }
        return LinearScale.range(of: ends, margin: 0.04) ?? 0...1
    }

    func svg(_ paper: PlotPaper) -> String {
        let tasks = tasks
        let row = max(12, 4.4 * Double(series.count) + 4)
        let entries = series.enumerated().map { index, series in
            ChartLegend.Entry(
                text: PlotText.short(series.title, width: paper.width - 30, size: 7), role: .series(index),
                mark: .ofSeries(index))
        }
        var sheet = PlotSheet(self, paper, plotHeight: row * Double(tasks.count), legend: entries)
        let names = tasks.map { PlotText.short($0, width: 0.35 * paper.width) }
        let widest = names.map { SVGDocument.width(of: $0, size: ChartFrame.textSize) }.max() ?? 0
        // The vertical axis is made of names, which take the place of a title and of numbers.
        var area = sheet.area
        area.left = -ChartFrame.textSize - 3
        let frame = ChartFrame(
            area, x: .init(title: metric, range: range), y: .init(title: "", range: 0...1), labelWidth: widest)
        let top = sheet.area.top
        for (index, name) in names.enumerated() {
            let y = top + (Double(index) + 0.5) * row
            if index % 2 == 0 {
                sheet.document.rectangle(
                    x: frame.x.start, y: y - row / 2, width: frame.x.end - frame.x.start, height: row, role: .grid,
                    opacity: 0.45)
            }
            sheet.document.text(
                name, x: frame.x.start - 4, y: y + 0.35 * ChartFrame.textSize, size: ChartFrame.textSize, anchor: .end)
        }
        frame.drawHorizontal(in: &sheet.document)
        for (index, series) in series.enumerated() {
            for metric in series.metrics {
                guard let value = metric.value, let task = tasks.firstIndex(of: metric.task) else { continue }
                let offset = (Double(index) - Double(self.series.count - 1) / 2) * 4.4
                let y = top + (Double(task) + 0.5) * row + offset
                if let error = metric.standardError, error > 0 {
                    let ends = [value - error, value + error].map(frame.x.place)
                    sheet.document.line([(ends[0], y), (ends[1], y)], .init(role: .series(index), width: 0.8))
                }
                sheet.document.mark(
                    .ofSeries(index), x: frame.x.place(value), y: y, radius: 2, role: .series(index),
                    note: "\(series.title), \(metric.task): \(NumberText.fixed(value, metric.decimals))")
            }
        }
        return sheet.finished()
    }

    func text(width: Int, colour: Colour) -> String? {
        var table = Table([.word("task"), .word("trial"), .number(metric), .number("±"), .word("")])
        let all = tasks.flatMap { task in series.map { (task: task, series: $0) } }
        let bars = BarChart.bars(
            all.map { $0.series.metric($0.task)?.value ?? 0 }, width: min(30, max(10, width - 55)))
        var last: String?
        for (entry, bar) in zip(all, bars) {
            guard let metric = entry.series.metric(entry.task) else { continue }
            table.add([
                Table.Cell(last == entry.task ? " " : entry.task),
                Table.Cell(entry.series.trial.label ?? entry.series.trial.name),
                Table.Cell(NumberText.fixed(metric.value, metric.decimals)),
                Table.Cell(NumberText.fixed(metric.standardError, metric.decimals)), Table.Cell(bar),
            ])
            last = entry.task
        }
        table.footnotes = notes
        return table.rendered(width: width, colour: colour)
    }
}
