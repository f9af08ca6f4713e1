internal import Store

extension BestSoFarDrawing {
    func svg(_ paper: PlotPaper) -> String {
        var sheet = PlotSheet(self, paper, plotHeight: paper.height(120), legend: entries)
        let frame = ChartFrame(sheet.area, x: x, y: y)
        frame.draw(in: &sheet.document)
        if let uniform {
            let place = frame.y.place(uniform.value)
            sheet.document.line(
                [(frame.x.start, place), (frame.x.end, place)], uniformStroke, note: uniform.note(value))
        }
        drawTrials(frame, in: &sheet.document)
        for (series, line) in lines.enumerated() {
            let corners = line.corners.map { corner in
                // A line that begins far off comes in from the edge.
                (x: frame.x.place(corner.x), y: frame.y.place(y.range.clamped(corner.y)))
            }
            sheet.document.line(corners, stroke(series), note: line.search.name)
            for step in line.steps where y.range.contains(step.value) && line.steps.count <= 60 {
                sheet.document.mark(
                    .ofSeries(series), x: frame.x.place(Double(step.position)), y: frame.y.place(step.value),
                    radius: 2.3, role: .series(series), note: line.trials[step.position - 1].note(value))
            }
        }
        return sheet.finished()
    }

    private var isSeveral: Bool { lines.count > 1 }

    private func stroke(_ series: Int) -> SVGDocument.Stroke {
        .init(role: .series(series), width: 1.2, dashes: PlotDashes.ofSeries(series))
    }

    private var uniformStroke: SVGDocument.Stroke { .init(role: .muted, width: 0.8, dashes: [3, 2]) }

    private var entries: [ChartLegend.Entry] {
        var entries = lines.enumerated().map { series, line in
            ChartLegend.Entry(
                text: isSeveral ? line.search.name : "best so far", role: .series(series), mark: .ofSeries(series),
                line: stroke(series))
        }
        entries.append(
            .init(text: "trial", role: isSeveral ? .muted : .series(0), mark: .circle, opacity: PlotOpacity.faint))
        if lines.contains(where: { $0.trials.contains { !$0.isEligible } }) {
            entries.append(
                .init(text: "beyond the budget", role: isSeveral ? .muted : .series(0), mark: .circle, isFilled: false))
        }
        if let uniform {
            entries.append(
                .init(text: uniform.trial.label ?? "best baseline", role: .muted, line: uniformStroke))
        }
        return entries
    }

    private func drawTrials(_ frame: ChartFrame, in document: inout SVGDocument) {
        for (series, line) in lines.enumerated() {
            let trials = line.trials.enumerated().filter { y.range.contains($0.element.value) }
            let places = trials.map { index, trial in
                (x: frame.x.place(Double(index + 1)), y: frame.y.place(trial.value))
            }
            let kept = MarkThinning.kept(places, limit: MarkThinning.limit / max(1, lines.count))
            guard kept.count <= PlotOpacity.mostNoted else {
                let data = kept.map {
                    ChartMark.ofSeries(series).path(x: places[$0].x, y: places[$0].y, radius: 1.1)
                }
                document.shape(data.joined(), role: .series(series), opacity: PlotOpacity.faint)
                continue
            }
            for index in kept {
                let trial = trials[index].element
                document.mark(
                    .ofSeries(series), x: places[index].x, y: places[index].y, radius: 1.7, role: .series(series),
                    isFilled: trial.isEligible, opacity: trial.isEligible ? PlotOpacity.faint : 0.7,
                    note: trial.note(value))
            }
        }
    }
}

/// How strongly what is not the point of a picture is drawn.
enum PlotOpacity {
    /// Marks behind others.
    static let faint = 0.4
    /// So many marks have notes of their own; more are drawn as one shape.
    static let mostNoted = 600
}

/// How lines of series are dashed, so that they can be told apart without colour.
enum PlotDashes {
    private static let patterns: [[Double]] = [[], [4, 1.5], [1.5, 1.5], [6, 1.5, 1.5, 1.5], [8, 2], [3, 1, 1, 1]]

    /// The dashes of a series, from 0; after the last they begin again.
    static func ofSeries(_ index: Int) -> [Double] { patterns[index % patterns.count] }
}

extension ClosedRange<Double> {
    /// The nearest number within the range.
    func clamped(_ value: Double) -> Double { Swift.min(Swift.max(value, lowerBound), upperBound) }
}
