internal import Store

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension CalibrationDrawing {
    func svg(_ paper: PlotPaper) -> String {
        let (main, below, gap) = (paper.height(118), paper.height(40), 27.0)
        var sheet = PlotSheet(self, paper, plotHeight: main + gap + below, legend: entries)
        let top = sheet.area.top
        let upper = ChartFrame.Area(
            left: 0, top: top, right: sheet.area.right, bottom: top + main + 3 + 2 * ChartFrame.textSize + 7.5)
        let counts = histogram
        let most = max(Double(counts.max() ?? 1), expected(0) * 1.02)
        let heights = ChartFrame.Axis(title: "trials", range: 0...most * 1.08, isWhole: true)
        let labels = [
            ChartFrame.labelWidth(AxisTicks(range, about: 4)),
            ChartFrame.labelWidth(AxisTicks(heights.range, about: 2, isWhole: true)),
        ]
        let frame = ChartFrame(upper, x: predicted, y: measured, labelWidth: labels.max() ?? 0)
        frame.draw(in: &sheet.document)
        sheet.document.line(
            [(frame.x.start, frame.y.start), (frame.x.end, frame.y.end)], diagonal, note: "as predicted")
        drawPoints(frame, in: &sheet.document)

        var lower = sheet.area
        lower.top = top + main + gap + 3
        let scores = ChartFrame(
            lower, x: .init(title: "deviations above the prediction", range: -3...3, isWhole: true), y: heights,
            labelWidth: labels.max() ?? 0)
        scores.draw(in: &sheet.document)
        for (bin, count) in counts.enumerated() where count > 0 {
            let left = scores.x.place(-3 + Double(bin) / 2)
            let y = scores.y.place(Double(count))
            sheet.document.rectangle(
                x: left + 0.4, y: y, width: scores.x.place(-2.5 + Double(bin) / 2) - left - 0.8,
                height: scores.y.start - y, role: .series(0), opacity: 0.75, note: "\(count)")
        }
        let curve = (0...60).map { step -> (x: Double, y: Double) in
            let z = -3 + Double(step) / 10
            return (scores.x.place(z), scores.y.place(expected(z)))
        }
        sheet.document.line(curve, .init(role: .ink, width: 0.9, dashes: [3, 1.5]))
        return sheet.finished()
    }

    /// How many points would lie in the half deviation around a place if deviations held.
    private func expected(_ z: Double) -> Double {
        Double(points.compactMap(\.z).count) * 0.5 * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    }

    private var diagonal: SVGDocument.Stroke { .init(role: .muted, width: 0.8, dashes: [3, 2]) }

    private var entries: [ChartLegend.Entry] {
        let isSeveral = searches.count > 1
        return searches.enumerated().map { series, name in
            ChartLegend.Entry(
                text: isSeveral ? name : "trial ± one deviation", role: .series(series), mark: .ofSeries(series),
                line: .init(role: .series(series), width: 0.6))
        } + [
            .init(text: "as predicted", role: .muted, line: diagonal),
            .init(text: "expected", role: .ink, line: .init(role: .ink, width: 0.9, dashes: [3, 1.5])),
        ]
    }

    private func drawPoints(_ frame: ChartFrame, in document: inout SVGDocument) {
        let points = points.filter { range.contains($0.record.value) && range.contains($0.record.mean) }
        let places = points.map { (x: frame.x.place($0.record.mean), y: frame.y.place($0.record.value)) }
        let kept = MarkThinning.kept(places)
        let isCrowded = kept.count > PlotOpacity.mostNoted
        for index in kept {
            let point = points[index]
            let series = searches.firstIndex(of: point.search) ?? 0
            let (x, y) = places[index]
            // Many whiskers hide what they belong to.
            if kept.count <= 200 {
                let ends = [-1, 1].map { frame.x.place(range.clamped(point.record.mean + $0 * point.deviation)) }
                document.line(
                    [(ends[0], y), (ends[1], y)], .init(role: .series(series), width: 0.6, opacity: 0.55))
            }
            let decimals = value.decimals
            document.mark(
                .ofSeries(series), x: x, y: y, radius: isCrowded ? 1.3 : 2, role: .series(series),
                opacity: isCrowded ? 0.6 : 1,
                note: isCrowded
                    ? nil
                    : "\(point.name): predicted \(NumberText.fixed(point.record.mean, decimals)) ± "
                        + "\(NumberText.fixed(point.deviation, decimals)), measured "
                        + NumberText.fixed(point.record.value, decimals))
        }
    }
}
