internal import Store

/// Fronts as an SVG in the width of a paper's column, or another; text of 7.5 points.
struct ParetoSVG {
    let chart: ParetoChart
    let theme: ChartTheme
    /// Points from the left to the right edge.
    var width = PlotPaper.column

    private static let radius = 2.3
    private static let smallText = 6.5

    private var analysis: ParetoAnalysis { chart.analysis }
    private var isJoint: Bool { analysis.parts.count > 1 }

    /// The file.
    var text: String {
        let names = analysis.parts.map(\.name).joined(separator: ", ")
        var document = SVGDocument(
            width: width, height: PlotPaper(width: width).height(168), theme: theme,
            title: "\(analysis.value.title) against memory: \(names)",
            description: "Value against bytes of weights; the line is the best value that every memory buys.")
        let legend = ChartLegend(entries, width: width)
        let frame = ChartFrame(document, x: x, y: chart.y, top: legend.height + 5)
        frame.draw(in: &document)
        drawBudget(frame, in: &document)
        if isJoint { drawSteps(analysis.joint, jointLine, frame, in: &document) }
        for (series, part) in analysis.parts.enumerated() {
            drawSteps(part.front, line(series), frame, in: &document)
        }
        for dot in visible(frame) { draw(dot, frame, in: &document) }
        var labels: [(x: Double, y: Double, text: String)] = []
        for dot in chart.dots where dot.isBaseline {
            let label = label(dot, frame)
            // Searches of one model measure the same baselines.
            guard !labels.contains(where: { $0.text == label.text && abs($0.x - label.x) + abs($0.y - label.y) < 12 })
            else { continue }
            labels.append((label.x, label.y, label.text))
            document.text(
                label.text, x: label.x, y: label.y, size: Self.smallText, role: .muted, anchor: label.anchor)
        }
        legend.draw(in: &document)
        return document.text
    }

    /// The memory axis, with room for the name of a baseline that is larger than everything else, such as 8 bits: to its
    /// left there may be the budget.
    private var x: ChartFrame.Axis {
        guard let last = chart.dots.filter(\.isBaseline).max(by: { $0.point.bytes < $1.point.bytes }) else {
            return chart.x
        }
        let label = SVGDocument.width(of: ParetoChart.shortLabel(last.point), size: Self.smallText)
        let part = min(0.3, (label + 5) / (0.8 * width))
        let start = chart.x.range.lowerBound
        let end = start + (chart.memory(last.point) - start) / (1 - part)
        return ChartFrame.Axis(title: chart.x.title, range: start...max(chart.x.range.upperBound, end))
    }

    private var jointLine: SVGDocument.Stroke { .init(role: .ink, width: 2.6, opacity: 0.2) }

    private func line(_ series: Int) -> SVGDocument.Stroke { .init(role: .series(series), width: 1.1) }

    private var entries: [ChartLegend.Entry] {
        var entries = analysis.parts.enumerated().map { series, part in
            ChartLegend.Entry(
                text: isJoint ? part.name : "front", role: .series(series), mark: .ofSeries(series),
                line: line(series))
        }
        if isJoint { entries.append(.init(text: "all together", role: .ink, line: jointLine)) }
        if chart.dots.contains(where: { !$0.isOnFront && !$0.isBaseline }) {
            entries.append(
                .init(text: "dominated", role: isJoint ? .muted : .series(0), mark: .circle, opacity: Self.faint))
        }
        if chart.dots.contains(where: \.isBaseline) {
            entries.append(.init(text: "uniform", role: isJoint ? .muted : .series(0), mark: .circle, isFilled: false))
        }
        return entries
    }

    private static let faint = 0.4

    /// Without dominated points that lie on others, where there are very many.
    private func visible(_ frame: ChartFrame) -> [ParetoChart.Dot] {
        let faint = chart.dots.filter { !$0.isOnFront && !$0.isBaseline }
        let kept = MarkThinning.kept(
            faint.map { (frame.x.place(chart.memory($0.point)), frame.y.place($0.point.value)) })
        return kept.map { faint[$0] } + chart.dots.filter { $0.isOnFront || $0.isBaseline }
    }

    private func drawBudget(_ frame: ChartFrame, in document: inout SVGDocument) {
        guard let budget = chart.budget else { return }
        let place = frame.x.place(budget)
        document.line(
            [(place, frame.y.end), (place, frame.y.start)], .init(role: .muted, width: 0.6, dashes: [2, 2]))
        document.text(
            "budget", x: place - 2,
            y: analysis.value.direction == .maximize ? frame.y.start - 3 : frame.y.end + Self.smallText,
            size: Self.smallText, role: .muted, anchor: .end)
    }

    private func drawSteps(
        _ front: ParetoFront, _ stroke: SVGDocument.Stroke, _ frame: ChartFrame, in document: inout SVGDocument
    ) {
        document.line(chart.steps(front).map { (frame.x.place($0.x), frame.y.place($0.y)) }, stroke)
    }

    private func draw(_ dot: ParetoChart.Dot, _ frame: ChartFrame, in document: inout SVGDocument) {
        let (x, y) = (frame.x.place(chart.memory(dot.point)), frame.y.place(dot.point.value))
        let isFaint = !dot.isOnFront && !dot.isBaseline
        let role = ChartTheme.Role.series(dot.series)
        if !isFaint, let error = dot.point.standardError, error > 0 {
            let (low, high) = (frame.y.place(dot.point.value - error), frame.y.place(dot.point.value + error))
            let stroke = SVGDocument.Stroke(role: role, width: 0.6, opacity: 0.8)
            document.line([(x, low), (x, high)], stroke)
            for end in [low, high] { document.line([(x - 1.6, end), (x + 1.6, end)], stroke) }
        }
        document.mark(
            .ofSeries(dot.series), x: x, y: y, radius: isFaint ? 0.8 * Self.radius : Self.radius, role: role,
            isFilled: !dot.isBaseline, opacity: isFaint ? Self.faint : 1, note: note(dot.point))
    }

    /// The name of a baseline beside its mark, where the line of the front does not go.
    private func label(
        _ dot: ParetoChart.Dot, _ frame: ChartFrame
    ) -> (text: String, x: Double, y: Double, anchor: SVGDocument.Anchor) {
        let (x, y) = (frame.x.place(chart.memory(dot.point)), frame.y.place(dot.point.value))
        let text = ParetoChart.shortLabel(dot.point)
        // The front lies towards less memory and better values: the other sides of a mark are free.
        let isRight = x + 4 + SVGDocument.width(of: text, size: Self.smallText) <= frame.x.end
        let isBelow = analysis.value.direction == .maximize
        return (text, isRight ? x + 3.5 : x - 3.5, isBelow ? y + 7.5 : y - 3.5, isRight ? .start : .end)
    }

    private func note(_ point: ParetoPoint) -> String {
        let value = NumberText.fixed(point.value, analysis.value.decimals)
        let error = point.standardError.map { " ± \(NumberText.fixed($0, analysis.value.decimals))" } ?? ""
        let bits = point.trial.bitsPerWeight.map { ", \(NumberText.fixed($0, 2)) bits" } ?? ""
        let label = point.trial.label.map { " (\($0))" } ?? ""
        return
            "\(point.trial.name)\(label): \(analysis.value.title) \(value)\(error), \(ByteText.short(point.bytes))\(bits)"
    }
}
