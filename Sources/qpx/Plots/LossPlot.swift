internal import Store

/// Training losses of the recovery, trial beside trial.
struct LossPlot: Plot {
    let name = "losses"
    let title = "Training losses"
    let abstract = "Loss after each step of the recovery, one line per trial; of a search, its best trials."
    let needs = "a trial whose recovery was recorded step by step"
    let options: [PlotOption] = [.smooth]
    let keys = "smoothing, curves: [{trial, label, losses: [{step, loss, smoothed}]}]"

    /// How many lines can be told apart.
    static let mostCurves = 6

    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)? {
        let candidates = try trials(of: subject)
        let chosen = Array(candidates.prefix(Self.mostCurves))
        let losses = try subject.store.trainingLosses(ofTrials: chosen.map(\.id))
        let known = chosen.compactMap { trial in losses[trial.id].map { (trial: trial, losses: $0) } }
        let longest = known.map(\.losses.count).max() ?? 0
        let smoothing = min(subject.smoothing ?? max(1, longest / 50), max(1, longest))
        let curves = known.map { LossCurve(trial: $0.trial, losses: $0.losses, smoothing: smoothing) }
        guard curves.contains(where: { $0.points.count > 1 }) else { return nil }
        return LossDrawing(
            name: subject.name, curves: curves, smoothing: smoothing, others: candidates.count - chosen.count,
            areBest: subject.trials == nil)
    }

    /// Those asked for; of whole searches the best, by the objective of each, in turn.
    private func trials(of subject: PlotSubject) throws -> [TrialRecord] {
        if let trials = subject.trials {
            let with = try Set(subject.searches.flatMap { try subject.store.trialsWithTrainingLosses(ofSearch: $0.id) })
            return trials.filter {
                with.contains($0.id)
            }
        }
        let ranked = try zip(subject.searches, subject.trials(in: [.complete])).map { search, trials in
            let with = Set(try subject.store.trialsWithTrainingLosses(ofSearch: search.id))
            let sign: Double = search.direction == .maximize ? 1 : -1
            return trials.filter {
                with.contains($0.id) && $0.kind.isCandidate && $0.fidelity >= 1 && $0.isWithinBudget != false
            }.sorted {
                (-sign * ($0.objectiveValue ?? -sign * .infinity), $0.number)
                    < (-sign * ($1.objectiveValue ?? -sign * .infinity), $1.number)
            }
        }
        let most = ranked.map(\.count).max() ?? 0
        return (0..<most).flatMap { place in ranked.compactMap { $0.indices.contains(place) ? $0[place] : nil } }
    }
}

/// The losses of one trial.
struct LossCurve: Sendable {
    /// A step.
    struct Point: Sendable, Equatable {
        let step: Int
        let loss: Double
        /// The mean of the steps around it.
        let smoothed: Double
    }

    let trial: TrialRecord
    /// Steps whose loss was finite.
    let points: [Point]
    /// Steps whose loss was not.
    let infinite: Int

    /// - Parameter smoothing: steps of which each mean is taken, its own in the middle.
    init(trial: TrialRecord, losses: [TrainingLossRecord], smoothing: Int) {
        self.trial = trial
        let finite = losses.compactMap { loss in loss.loss.map { (step: loss.step, loss: $0) } }
        infinite = losses.count - finite.count
        // Sums from the beginning make every mean cheap.
        var sums = [0.0]
        for entry in finite { sums.append((sums.last ?? 0) + entry.loss) }
        points = finite.indices.map { index in
            // Nearer to an end, as much is left out on the other side: a mean of one side alone would lie too high.
            let reach = min((max(1, smoothing) - 1) / 2, index, finite.count - 1 - index)
            let sum = sums[index + reach + 1] - sums[index - reach]
            return Point(
                step: finite[index].step, loss: finite[index].loss,
                smoothed: reach == 0 ? finite[index].loss : sum / Double(2 * reach + 1))
        }
    }
}

/// Loss curves.
struct LossDrawing: PlotDrawing {
    let name: String
    let curves: [LossCurve]
    let smoothing: Int
    /// Trials that have losses and are not drawn.
    let others: Int
    /// Whether the trials are the best of their searches.
    let areBest: Bool

    var title: String { "Training loss: \(name)" }

    var summary: String {
        curves.compactMap { curve in
            guard let first = curve.points.first, let last = curve.points.last else { return nil }
            return "\(Self.label(curve.trial)): from \(NumberText.fixed(first.smoothed, 3)) to "
                + "\(NumberText.fixed(last.smoothed, 3)) in \(curve.points.count) steps."
        }.joined(separator: " ")
    }

    var notes: [String] {
        var notes: [String] = []
        if smoothing > 1 { notes.append("Means of \(smoothing) steps; faint: every step.") }
        if others > 0 {
            notes.append(
                "The \(areBest ? "best" : "first") \(curves.count) of \(NumberText.grouped(curves.count + others)) trials."
            )
        }
        let infinite = curves.map(\.infinite).reduce(0, +)
        if infinite > 0 {
            notes.append("\(infinite) loss\(infinite == 1 ? " was" : "es were") not finite.")
        }
        return notes
    }

    var json: JSONValue {
        [
            "smoothing": .int(smoothing),
            "curves": .array(
                curves.map { curve in
                    [
                        "trial": .string(curve.trial.name), "label": .optional(curve.trial.label),
                        "losses": .array(
                            curve.points.map { point in
                                [
                                    "step": .int(point.step), "loss": .number(point.loss),
                                    "smoothed": .number(point.smoothed),
                                ]
                            }),
                    ]
                }),
        ]
    }

    var x: ChartFrame.Axis {
        let steps = curves.flatMap { [$0.points.first?.step, $0.points.last?.step] }.compactMap(\.self)
        let (low, high) = (Double(steps.min() ?? 0), Double(steps.max() ?? 1))
        return ChartFrame.Axis(title: "step", range: low...max(high, low + 1), isWhole: true)
    }

    var y: ChartFrame.Axis {
        let smoothed = curves.flatMap { $0.points.map(\.smoothed) }
        // Single steps reach beyond their means; a few outliers must not press the curves flat.
        let all = curves.flatMap { $0.points.map(\.loss) }.sorted()
        let ends = all.isEmpty ? [] : [all[all.count / 100], all[all.count - 1 - all.count / 100]]
        return ChartFrame.Axis(
            title: "training loss (nats per token)",
            range: LinearScale.range(of: smoothed + ends, margin: 0.04) ?? 0...1)
    }

    /// "first/3 (uniform 4-bit)".
    static func label(_ trial: TrialRecord) -> String { trial.name + (trial.label.map { " (\($0))" } ?? "") }

    func svg(_ paper: PlotPaper) -> String {
        let entries = curves.enumerated().map { series, curve in
            ChartLegend.Entry(
                text: PlotText.short(Self.label(curve.trial), width: paper.width - 30, size: 7), role: .series(series),
                mark: nil, line: stroke(series))
        }
        var sheet = PlotSheet(self, paper, plotHeight: paper.height(120), legend: entries)
        let y = y
        let frame = ChartFrame(sheet.area, x: x, y: y)
        frame.draw(in: &sheet.document)
        let parts = max(50, Int(frame.x.end - frame.x.start))
        func places(_ points: [LossCurve.Point], _ value: (LossCurve.Point) -> Double) -> [(x: Double, y: Double)] {
            LineThinning.thinned(
                points.map { (frame.x.place(Double($0.step)), frame.y.place(y.range.clamped(value($0)))) }, parts: parts
            )
        }
        if smoothing > 1 {
            for (series, curve) in curves.enumerated() {
                sheet.document.line(
                    places(curve.points, \.loss), .init(role: .series(series), width: 0.5, opacity: 0.3))
            }
        }
        for (series, curve) in curves.enumerated() {
            sheet.document.line(places(curve.points, \.smoothed), stroke(series), note: Self.label(curve.trial))
        }
        return sheet.finished()
    }

    private func stroke(_ series: Int) -> SVGDocument.Stroke {
        .init(role: .series(series), width: 1.1, dashes: PlotDashes.ofSeries(series))
    }

    func text(width: Int, colour: Colour) -> String? {
        let (x, y) = (x, y)
        var chart = CharacterChart(width: width, x: x, y: y)
        let columns = chart.columns
        // More than there are marks cannot be told apart here.
        for (series, curve) in curves.prefix(ChartMark.allCases.count).enumerated() {
            // One mark per column: the mean of its steps.
            var sums = [(sum: Double, count: Double)](repeating: (0, 0), count: columns + 1)
            for point in curve.points {
                let part = (Double(point.step) - x.range.lowerBound) / (x.range.upperBound - x.range.lowerBound)
                let column = min(max(Int((part * Double(columns)).rounded()), 0), columns)
                sums[column].sum += point.smoothed
                sums[column].count += 1
            }
            for (column, entry) in sums.enumerated() where entry.count > 0 {
                let place =
                    x.range.lowerBound
                    + Double(column) / Double(columns) * (x.range.upperBound - x.range.lowerBound)
                chart.mark(x: place, y: y.range.clamped(entry.sum / entry.count), series: series)
            }
            chart.explain(Self.label(curve.trial), series: series)
        }
        return chart.rendered(colour, notes: notes.filter { !$0.hasPrefix("Means") })
    }
}
