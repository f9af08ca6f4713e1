internal import Store

extension AllocationDrawing {
    private static let strip = 34.0
    private static let numberSize = 6.0

    func svg(_ paper: PlotPaper) -> String {
        let rows = depth * rowsPerLayer
        let cellHeight = min(12, max(2, 190 / Double(rows)))
        var sheet = PlotSheet(
            self, paper, plotHeight: Self.strip + 8 + cellHeight * Double(rows) + numbersHeight(paper.width) - 9,
            legend: entries)
        let area = sheet.area
        let values = shown.map(\.trial.value)
        let stripArea = ChartFrame.Area(
            left: area.left, top: area.top, right: area.right, bottom: area.top + Self.strip + 15.5)
        let fences = OutlierFences.range(values).map { [$0.lowerBound, $0.upperBound] } ?? []
        let axis = ChartFrame.Axis(title: value.title, range: LinearScale.range(of: fences, margin: 0.12) ?? 0...1)
        let frame = ChartFrame(
            stripArea, x: ChartFrame.Axis(title: "", range: 0...Double(shown.count)), y: axis, labelWidth: 18)
        let (left, right) = (frame.x.start, frame.x.end)
        frame.drawVertical(in: &sheet.document, title: PlotText.short(value.title, width: Self.strip + 12))
        let top = area.top + Self.strip + 8
        let cell = (width: (right - left) / Double(shown.count), height: cellHeight)
        drawValues(frame, cell.width, in: &sheet.document)
        drawCells(left, top, cell, in: &sheet.document)
        drawLayers(left, top, cell.height, in: &sheet.document)
        drawColumns(left, top + cell.height * Double(rows), cell.width, in: &sheet.document)
        let way = order == .value ? "trial, best first" : "trial"
        sheet.document.text(
            way, x: (left + right) / 2, y: area.bottom - 4, size: ChartFrame.textSize, anchor: .middle)
        return sheet.finished()
    }

    private var isSeveral: Bool { searches.count > 1 }

    private var entries: [ChartLegend.Entry] {
        var entries = precisions.enumerated().map { rank, precision in
            ChartLegend.Entry(
                text: precision.names.joined(separator: "/"), role: .level(level(rank)), mark: nil, isCell: true)
        }
        if shown.contains(where: { !$0.trial.isEligible }) {
            entries.append(
                .init(
                    text: "beyond the budget", role: isSeveral ? .muted : .series(0), mark: .circle, isFilled: false))
        }
        if isSeveral {
            entries += searches.enumerated().map { index, name in
                ChartLegend.Entry(text: name, role: .series(index), mark: .ofSeries(index))
            }
        }
        return entries
    }

    private func series(_ column: AllocationColumn) -> Int {
        searches.firstIndex(of: column.trial.trial.search) ?? 0
    }

    /// The value of each trial above its column.
    private func drawValues(_ frame: ChartFrame, _ width: Double, in document: inout SVGDocument) {
        for (index, column) in shown.enumerated() {
            let x = frame.x.start + (Double(index) + 0.5) * width
            if let error = column.trial.standardError, error > 0 {
                let ends = [column.trial.value - error, column.trial.value + error].map {
                    frame.y.place(frame.y.domain.clamped($0))
                }
                document.line([(x, ends[0]), (x, ends[1])], .init(role: .muted, width: 0.5))
            }
            document.mark(
                .ofSeries(series(column)), x: x, y: frame.y.place(frame.y.domain.clamped(column.trial.value)),
                radius: min(2, max(1.1, width * 0.32)), role: .series(series(column)),
                isFilled: column.trial.isEligible, note: column.trial.note(value))
        }
    }

    /// All cells of one step as one shape.
    private func drawCells(
        _ left: Double, _ top: Double, _ cell: (width: Double, height: Double), in document: inout SVGDocument
    ) {
        let ranks = shown.map(ranks)
        let gap = (x: cell.width >= 4 ? 0.4 : 0, y: cell.height >= 4 ? 0.4 : 0)
        for rank in precisions.indices {
            var data = ""
            for (index, rows) in ranks.enumerated() {
                var row = 0
                while row < rows.count {
                    guard rows[row] == rank else {
                        row += 1
                        continue
                    }
                    var end = row + 1
                    // Without gaps, equal neighbours are one rectangle, which has no seams.
                    while gap.y == 0, end < rows.count, rows[end] == rank { end += 1 }
                    data += Self.rectangle(
                        left + Double(index) * cell.width, top + Double(row) * cell.height, cell.width - gap.x,
                        Double(end - row) * cell.height - gap.y)
                    row = end
                }
            }
            document.shape(data, role: .level(level(rank)))
        }
        guard cell.width >= 5.5, cell.height >= 6 else { return }
        let size = min(6.5, cell.height - 1.5, precisions.contains { $0.bits > 9 } ? cell.width * 0.85 : 7)
        for (index, rows) in ranks.enumerated() {
            for (row, rank) in rows.enumerated() {
                document.text(
                    Self.digit(precisions[rank].bits), x: left + (Double(index) + 0.5) * cell.width - gap.x / 2,
                    y: top + (Double(row) + 0.5) * cell.height + 0.34 * size, size: size,
                    role: .onLevel(level(rank)), anchor: .middle)
            }
        }
    }

    private static func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
        let (across, down) = (SVGNumber.text(width), SVGNumber.text(height))
        return "M\(SVGNumber.text(x)) \(SVGNumber.text(y))h\(across)v\(down)h-\(across)z"
    }

    private func drawLayers(_ left: Double, _ top: Double, _ height: Double, in document: inout SVGDocument) {
        let size = ChartFrame.textSize
        let layerHeight = height * Double(rowsPerLayer)
        let every = max(1, Int(((size + 1) / layerHeight).rounded(.up)))
        for layer in stride(from: 0, to: depth, by: every) {
            document.text(
                String(layer), x: left - 3, y: top + (Double(layer) + 0.5) * layerHeight + 0.35 * size, size: size,
                anchor: .end)
        }
        if rowsPerLayer > 1 {
            for layer in 0...depth {
                let y = top + Double(layer) * layerHeight
                document.line([(left - 2, y), (left, y)], .init(role: .ink, width: 0.5))
            }
        }
        document.text(
            "layer", x: 3 + size, y: top + Double(depth) * layerHeight / 2, size: size, anchor: .middle, turned: -90)
    }

    private var widestNumber: Double {
        shown.map { SVGDocument.width(of: String($0.trial.trial.number), size: Self.numberSize) }.max() ?? 0
    }

    /// Points below the cells for the numbers of trials.
    private func numbersHeight(_ width: Double) -> Double {
        // The cells begin behind the labels of the values above them, about 45 points from the left.
        let isTurned = !isSeveral && widestNumber + 1 > (width - 45) / Double(shown.count)
        return isTurned ? widestNumber + 5 : Self.numberSize + 5
    }

    /// Numbers of trials below their columns, turned where they would not fit beside one another.
    private func drawColumns(_ left: Double, _ bottom: Double, _ width: Double, in document: inout SVGDocument) {
        let size = Self.numberSize
        if isSeveral {
            for (index, column) in shown.enumerated() {
                document.mark(
                    .ofSeries(series(column)), x: left + (Double(index) + 0.5) * width, y: bottom + 4,
                    radius: min(2, width * 0.4), role: .series(series(column)), note: column.trial.trial.name)
            }
            return
        }
        let isTurned = widestNumber + 1 > width
        let every = isTurned ? max(1, Int(((size + 0.5) / width).rounded(.up))) : 1
        for index in stride(from: 0, to: shown.count, by: every) {
            let x = left + (Double(index) + 0.5) * width
            document.text(
                String(shown[index].trial.trial.number), x: isTurned ? x + 0.35 * size : x,
                y: isTurned ? bottom + 2.5 : bottom + 2 + size, size: size, anchor: isTurned ? .end : .middle,
                turned: isTurned ? -90 : 0)
        }
    }
}

/// Text in drawings.
enum PlotText {
    /// The text, or its beginning where it is wider than some points.
    static func short(_ text: String, width: Double, size: Double = ChartFrame.textSize) -> String {
        guard SVGDocument.width(of: text, size: size) > width else { return text }
        var short = text
        while !short.isEmpty, SVGDocument.width(of: short + "…", size: size) > width { short.removeLast() }
        return short + "…"
    }
}
