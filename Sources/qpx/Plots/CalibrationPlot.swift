internal import Engine
internal import Store

/// What the surrogate predicted against what was measured.
struct CalibrationPlot: Plot {
    let name = "calibration"
    let title = "Surrogate's predictions"
    let abstract = "The surrogate's predictions against what was measured, and how often its deviations hold."
    let needs = "a trial that the surrogate predicted and that is complete"
    let options: [PlotOption] = []
    let keys =
        "objective, predictions: [{trial, mean, deviation, noise, value, z}], within_1, within_2, rank_correlation"

    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)? {
        var predictions: [(search: String, PredictionRecord)] = []
        for search in subject.searches {
            let wanted = subject.trials.map { Set($0.map(\.id)) }
            predictions += try subject.store.predictions(ofSearch: search.id)
                .filter { wanted?.contains($0.trialID) ?? true && $0.mean.isFinite && $0.value.isFinite }
                .map { (search: search.name, $0) }
        }
        guard !predictions.isEmpty else { return nil }
        // The surrogate knows the objective alone, whatever metric the other pictures show.
        let value = try ParetoValue(objectiveOf: subject.searches)
        return CalibrationDrawing(
            value: value, searches: subject.searches.map(\.name),
            points: predictions.map { CalibrationPoint(search: $0.search, record: $0.1) })
    }
}

/// One prediction.
struct CalibrationPoint: Sendable {
    let search: String
    let record: PredictionRecord

    /// The standard deviation that a measurement should have around the mean: the surrogate's own, and the noise of
    /// measuring where it is known.
    var deviation: Double {
        let noise = record.noise ?? 0
        return (record.deviation * record.deviation + noise * noise).squareRoot()
    }

    /// How many deviations above the mean the measurement lies; nil where no deviation was expected.
    var z: Double? {
        let z = (record.value - record.mean) / deviation
        return z.isFinite ? z : nil
    }

    var name: String { "\(search)/\(record.number)" }
}

/// Predictions against observations, and the histogram of how far off they were.
struct CalibrationDrawing: PlotDrawing {
    let value: ParetoValue
    let searches: [String]
    let points: [CalibrationPoint]
    /// Both axes have the same numbers.
    let range: ClosedRange<Double>

    init(value: ParetoValue, searches: [String], points: [CalibrationPoint]) {
        self.value = value
        self.searches = searches
        self.points = points
        let fences = [points.map(\.record.value), points.map(\.record.mean)].compactMap { OutlierFences.range($0) }
        let near = points.filter { point in
            fences.contains { $0.contains(point.record.value) } && fences.contains { $0.contains(point.record.mean) }
        }
        let ends = near.flatMap { [$0.record.value, $0.record.mean] }
        range = LinearScale.range(of: ends, margin: 0.1) ?? 0...1
    }

    var title: String { "\(value.title), predicted and measured: " + searches.joined(separator: ", ") }

    var summary: String {
        "\(points.count) measured values over the surrogate's predictions; below, how many deviations they were off."
    }

    /// The part of the points that lie within so many deviations; nil where none was expected.
    func within(_ deviations: Double) -> Double? {
        let scores = points.compactMap(\.z)
        guard !scores.isEmpty else { return nil }
        return Double(scores.count { abs($0) <= deviations }) / Double(scores.count)
    }

    /// Spearman's correlation of means and values; nil for fewer than three.
    var rankCorrelation: Double? {
        guard points.count > 2 else { return nil }
        return RankCorrelation.spearman(points.map(\.record.mean), points.map(\.record.value))
    }

    var notes: [String] {
        var notes: [String] = []
        if let one = within(1), let two = within(2) {
            notes.append(
                "Of \(NumberText.grouped(points.count)) measured values \(NumberText.percent(one, 0)) % lie within one deviation of the "
                    + "prediction (68 % expected), \(NumberText.percent(two, 0)) % within two (95 %).")
        }
        if points.contains(where: { $0.record.noise != nil }) {
            notes.append("Deviations include the noise of measuring.")
        }
        if let rankCorrelation { notes.append("Rank correlation \(NumberText.fixed(rankCorrelation, 2)).") }
        let outside = points.count { !range.contains($0.record.value) || !range.contains($0.record.mean) }
        if outside > 0 { notes.append("\(outside) lie\(outside == 1 ? "s" : "") outside the picture.") }
        if points.count > MarkThinning.limit { notes.append("Points that lie on others are left out.") }
        return notes
    }

    var json: JSONValue {
        [
            "objective": value.json,
            "predictions": .array(
                points.map { point in
                    [
                        "trial": .string(point.name), "mean": .number(point.record.mean),
                        "deviation": .number(point.record.deviation), "noise": .optional(point.record.noise),
                        "value": .number(point.record.value), "z": .optional(point.z),
                    ]
                }),
            "within_1": .optional(within(1)), "within_2": .optional(within(2)),
            "rank_correlation": .optional(rankCorrelation),
        ]
    }

    /// How many points lie in each half deviation from −3 to 3; what lies beyond counts at the ends.
    var histogram: [Int] {
        var bins = [Int](repeating: 0, count: 12)
        for z in points.compactMap(\.z) {
            bins[Int(min(max(((z + 3) * 2).rounded(.down), 0), 11))] += 1
        }
        return bins
    }

    var predicted: ChartFrame.Axis { ChartFrame.Axis(title: "\(value.title), predicted", range: range) }
    var measured: ChartFrame.Axis { ChartFrame.Axis(title: "measured", range: range) }

    func text(width: Int, colour: Colour) -> String? {
        var chart = CharacterChart(width: width, x: predicted, y: measured)
        for point in points {
            chart.mark(
                x: point.record.mean, y: point.record.value,
                series: searches.firstIndex(of: point.search) ?? 0)
        }
        chart.straight(from: (range.lowerBound, range.lowerBound), to: (range.upperBound, range.upperBound), "╱")
        for (series, name) in searches.enumerated() {
            chart.explain(searches.count > 1 ? name : "trial", series: series)
        }
        chart.explain("as predicted", "╱")
        return chart.rendered(colour, notes: notes)
    }
}
