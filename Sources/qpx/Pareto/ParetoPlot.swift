internal import Store

/// Fronts drawn with characters, for the terminal.
struct ParetoPlot {
    let chart: ParetoChart

    private static let rows = 20
    private static let narrowest = 40
    private static let widest = 100
    /// Emphasis of each series; their marks differ as well.
    private static let styles: [[Colour.Style]] = [[.cyan], [.yellow], [.green], [.red], [.bold]]

    /// The drawing and what its marks mean, as lines.
    /// - Parameter width: columns of the terminal; nil where there is none.
    func rendered(width: Int?, colour: Colour) -> String {
        let columns = min(max(width ?? 80, Self.narrowest), Self.widest)
        var canvas = CharacterCanvas(width: columns, height: Self.rows)
        let frame = CharacterFrame(canvas, x: chart.x, y: chart.y)
        frame.draw(in: &canvas)
        if let budget = chart.budget {
            for row in 1..<Int(frame.y.start) + 1 { canvas.put("┊", column: frame.column(budget), row: row, [.dim]) }
        }
        drawSteps(chart.analysis.joint, frame, in: &canvas)
        for dot in chart.dots { drawWhisker(dot, frame, in: &canvas) }
        for dot in chart.dots {
            canvas.put(
                character(dot), column: frame.column(chart.memory(dot.point)), row: frame.row(dot.point.value),
                style(dot))
        }
        return canvas.rendered(colour) + legend(columns).map { colour.paint($0, [.dim]) + "\n" }.joined()
    }

    private func style(_ dot: ParetoChart.Dot) -> [Colour.Style] {
        dot.isOnFront || dot.isBaseline ? Self.styles[dot.series % Self.styles.count] : [.dim]
    }

    private func character(_ dot: ParetoChart.Dot) -> Character {
        guard dot.isOnFront || dot.isBaseline else { return "·" }
        return ChartMark.ofSeries(dot.series).character(isFilled: !dot.isBaseline)
    }

    /// The line of the front: level up to the next point, then up or down to it.
    private func drawSteps(_ front: ParetoFront, _ frame: CharacterFrame, in canvas: inout CharacterCanvas) {
        let corners = chart.steps(front).map { (column: frame.column($0.x), row: frame.row($0.y)) }
        for (from, to) in zip(corners, corners.dropFirst()) {
            if from.row == to.row {
                for column in from.column..<max(to.column, from.column) {
                    canvas.put("─", column: column, row: from.row)
                }
            } else {
                for row in min(from.row, to.row)...max(from.row, to.row) {
                    canvas.put("│", column: to.column, row: row)
                }
                canvas.put(to.row < from.row ? "┘" : "┐", column: to.column, row: from.row)
            }
        }
    }

    private func drawWhisker(_ dot: ParetoChart.Dot, _ frame: CharacterFrame, in canvas: inout CharacterCanvas) {
        guard dot.isOnFront || dot.isBaseline, let error = dot.point.standardError, error > 0 else { return }
        // Less than a row is not to be seen.
        let height = frame.y.place(dot.point.value - error) - frame.y.place(dot.point.value)
        guard height >= 0.5 else { return }
        let rows = [frame.row(dot.point.value + error), frame.row(dot.point.value - error)]
        let column = frame.column(chart.memory(dot.point))
        for row in max(1, rows[0])...max(1, rows[0], min(rows[1], Int(frame.y.start)))
        where canvas.isEmpty(column: column, row: row) { canvas.put("╎", column: column, row: row, [.dim]) }
    }

    private func legend(_ columns: Int) -> [String] {
        let parts = chart.analysis.parts
        let isJoint = parts.count > 1
        var entries = parts.enumerated().map { series, part in
            let mark = ChartMark.ofSeries(series)
            return isJoint
                ? "\(mark.character(isFilled: true)) \(part.name)" : "\(mark.character(isFilled: true)) front"
        }
        if isJoint { entries.append("─ front of all together") }
        if chart.dots.contains(where: \.isBaseline) {
            entries.append("\(ChartMark.circle.character(isFilled: false)) uniform")
        }
        if chart.dots.contains(where: { !$0.isOnFront && !$0.isBaseline }) { entries.append("· dominated") }
        if chart.dots.contains(where: { $0.isOnFront && ($0.point.standardError ?? 0) > 0 }) {
            entries.append("╎ standard error")
        }
        if chart.budget != nil { entries.append("┊ budget") }
        var lines = CharacterChart.wrapped(entries, gap: "   ", width: columns)
        if chart.leftOut > 0 {
            lines.append("\(chart.leftOut) trial\(chart.leftOut == 1 ? " lies" : "s lie") outside the chart")
        }
        return lines
    }
}
