internal import Store

/// Best-so-far curves drawn with characters, for the terminal.
struct CurvePlot {
    /// One search as it is drawn.
    private struct Series {
        let name: String
        let curve: BestSoFar
        let mark: Character
        let style: [Colour.Style]
    }

    private let series: [Series]
    private let x: ChartFrame.Axis
    private let y: ChartFrame.Axis
    /// How many trials all searches have.
    private let common: Int

    private static let rows = 18
    private static let narrowest = 40
    private static let widest = 100
    private static let styles: [Colour.Style] = [.cyan, .yellow, .green, .red, .bold]

    /// Nil where there is nothing to draw.
    init?(_ comparison: SearchComparison) {
        guard let objective = comparison.objective else { return nil }
        let isCrowded = comparison.parts.count > ChartMark.allCases.count
        series = comparison.parts.enumerated().map { index, part in
            // Twenty searches at most: letters tell them apart where there are more than shapes.
            let letter = Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8(index % 26)))
            return Series(
                name: part.search.name, curve: part.curve,
                mark: isCrowded ? letter : ChartMark.ofSeries(index).character(isFilled: true),
                style: [Self.styles[index % Self.styles.count]])
        }
        let steps = comparison.parts.flatMap(\.curve.steps)
        let longest = comparison.parts.map(\.curve.count).max() ?? 0
        guard longest > 0, let yRange = LinearScale.range(of: steps.map(\.value), margin: 0.08) else { return nil }
        let way = objective.direction == .maximize ? "more" : "less"
        x = ChartFrame.Axis(title: "trials", range: 0...Double(longest))
        y = ChartFrame.Axis(title: "best \(objective.name) so far (\(way) is better)", range: yRange)
        common = comparison.commonCount
    }

    /// The drawing and what its marks mean, as lines.
    /// - Parameter width: columns of the terminal; nil where there is none.
    func rendered(width: Int?, colour: Colour) -> String {
        let columns = min(max(width ?? 80, Self.narrowest), Self.widest)
        var canvas = CharacterCanvas(width: columns, height: Self.rows)
        let frame = CharacterFrame(canvas, x: x, y: y)
        frame.draw(in: &canvas)
        let isUneven = series.contains { $0.curve.count != common }
        if isUneven {
            for row in 1..<Int(frame.y.start) + 1 {
                canvas.put("┊", column: frame.column(Double(common)), row: row, [.dim])
            }
        }
        for series in series { drawLine(series, frame, in: &canvas) }
        for series in series {
            for step in series.curve.steps {
                canvas.put(
                    series.mark, column: frame.column(Double(step.trials)), row: frame.row(step.value), series.style)
            }
        }
        var legend = series.map { "\($0.mark) \($0.name)" }
        if isUneven { legend.append("┊ \(common) trials: what all have") }
        let lines = Self.lines(legend.map(\.withoutControlCharacters), width: columns)
        return canvas.rendered(colour) + lines.map { colour.paint($0, [.dim]) + "\n" }.joined()
    }

    /// Level up to the next improvement, then up or down to it; level to the last trial.
    private func drawLine(_ series: Series, _ frame: CharacterFrame, in canvas: inout CharacterCanvas) {
        let steps = series.curve.steps
        for (index, step) in steps.enumerated() {
            let next = steps.indices.contains(index + 1) ? steps[index + 1] : nil
            let row = frame.row(step.value)
            let from = frame.column(Double(step.trials))
            let to = frame.column(Double(next?.trials ?? series.curve.count))
            for column in from..<max(to, from) { canvas.put("─", column: column, row: row, series.style) }
            guard let next else {
                canvas.put("─", column: to, row: row, series.style)
                continue
            }
            let target = frame.row(next.value)
            guard target != row else { continue }
            for place in min(row, target)...max(row, target) {
                canvas.put("│", column: to, row: place, series.style)
            }
            canvas.put(target < row ? "┘" : "┐", column: to, row: row, series.style)
        }
    }

    /// Entries of a legend, as many on a line as fit.
    private static func lines(_ entries: [String], width: Int) -> [String] {
        var lines: [String] = []
        for entry in entries {
            if let last = lines.last, (last + "   " + entry).displayWidth <= width {
                lines[lines.count - 1] = last + "   " + entry
            } else {
                lines.append(entry)
            }
        }
        return lines
    }
}
