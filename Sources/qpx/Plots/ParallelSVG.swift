extension ParallelDrawing {
    private static let height = 120.0
    private static let size = 6.5
    /// Room of an axis beside that of a layer's.
    private static let wide = 2.6

    func svg(_ paper: PlotPaper) -> String {
        var sheet = PlotSheet(self, paper, plotHeight: Self.height + 10)
        let top = sheet.area.top + 10
        let bottom = top + Self.height
        let places = places(left: leftMargin, right: paper.width - 16)
        let layers = layerEnds
        drawAxes(places, top, bottom, in: &sheet.document)
        let worst = max(1, trials.count - 1)
        for index in shown.reversed() {
            let part = 1 - Double(index) / Double(worst)
            let level = ColourScale.step(of: part, in: ColourScale.lines)
            // Lines of the same bits lie beside one another, not on one another.
            let offset = (part - 0.5) * 5
            var corners: [(x: Double, y: Double)] = []
            for (axis, x) in zip(axes, places) {
                guard let part = axis.part(index, in: axis.kind == .layer ? layers : nil) else { continue }
                let isDiscrete = axis.kind == .layer || axis.kind == .words
                corners.append((x, bottom - part * Self.height - (isDiscrete ? offset : 0)))
            }
            let isBest = index == 0
            sheet.document.line(
                corners,
                .init(
                    role: .level(level), width: isBest ? 2 : shown.count > 100 ? 0.5 : 0.8,
                    opacity: isBest ? 1 : shown.count > 100 ? 0.6 : 0.8),
                note: trials[index].note(value))
        }
        drawLabels(places, top, bottom, in: &sheet.document)
        return sheet.finished()
    }

    /// All layers have the same ends, so that bits can be compared between them.
    private var layerEnds: ClosedRange<Double>? {
        let ends = axes.filter { $0.kind == .layer }.compactMap(\.ends)
        guard let low = ends.map(\.lowerBound).min(), let high = ends.map(\.upperBound).max() else { return nil }
        return low...high
    }

    private var leftMargin: Double { axes.first?.kind == .layer ? 20 : 16 }

    /// Where each axis stands.
    private func places(left: Double, right: Double) -> [Double] {
        var weights = [0.0]
        for (before, axis) in zip(axes, axes.dropFirst()) {
            let isNarrow = before.kind == .layer && axis.kind == .layer
            weights.append((weights.last ?? 0) + (isNarrow ? 1 : Self.wide))
        }
        let total = max(weights.last ?? 0, 1e-9)
        return weights.map { axes.count > 1 ? left + $0 / total * (right - left) : (left + right) / 2 }
    }

    private func drawAxes(_ places: [Double], _ top: Double, _ bottom: Double, in document: inout SVGDocument) {
        for x in places { document.line([(x, top - 3), (x, bottom + 3)], .init(role: .ink, width: 0.6)) }
    }

    private func drawLabels(_ places: [Double], _ top: Double, _ bottom: Double, in document: inout SVGDocument) {
        for (index, axis) in axes.enumerated() {
            let x = places[index]
            let isLast = index == axes.count - 1
            let room = (isLast ? x - places[max(0, index - 1)] : places[index + 1] - x) - 2
            if axis.kind == .layer {
                document.text(axis.name, x: x, y: bottom + 10, size: Self.size, anchor: .middle)
                continue
            }
            let isEdge = isLast || index == 0
            let anchor: SVGDocument.Anchor = isLast ? .end : index == 0 ? .start : .middle
            let edge = isLast ? x + 14 : index == 0 ? x - 14 : x
            let name = PlotText.short(axis.name, width: isEdge ? room + 14 : room, size: Self.size)
            document.text(name, x: edge, y: bottom + 19, size: Self.size, anchor: anchor)
            if let ends = axis.ends {
                let decimals = Self.decimals(ends)
                document.text(
                    NumberText.fixed(ends.upperBound, decimals), x: edge, y: top - 5, size: Self.size, role: .muted,
                    anchor: anchor)
                document.text(
                    NumberText.fixed(ends.lowerBound, decimals), x: edge, y: bottom + 10, size: Self.size,
                    role: .muted, anchor: anchor)
            }
            for (position, word) in axis.words.enumerated() {
                let part = axis.words.count > 1 ? Double(position) / Double(axis.words.count - 1) : 0.5
                let y = bottom - part * Self.height
                let text = PlotText.short(word, width: room - 4, size: Self.size)
                let width = SVGDocument.width(of: text, size: Self.size)
                document.rectangle(
                    x: isLast ? x - width - 5 : x + 2, y: y - 4, width: width + 3, height: 8, role: .paper,
                    opacity: 0.8)
                document.text(
                    text, x: isLast ? x - 3 : x + 3, y: y + 0.35 * Self.size, size: Self.size,
                    anchor: isLast ? .end : .start)
            }
        }
        drawLayerLabels(places, bottom, in: &document)
    }

    /// Bits stand once, at the first of the layers.
    private func drawLayerLabels(_ places: [Double], _ bottom: Double, in document: inout SVGDocument) {
        guard let first = axes.firstIndex(where: { $0.kind == .layer }), let ends = layerEnds,
            let last = axes.lastIndex(where: { $0.kind == .layer })
        else { return }
        let span = max(ends.upperBound - ends.lowerBound, 1e-9)
        var whole: Set<Double> = []
        for axis in axes where axis.kind == .layer {
            whole.formUnion(axis.values.compactMap(\.number).filter { $0 == $0.rounded() })
        }
        var lastPlace = Double.infinity
        for bits in whole.sorted() {
            let y = bottom - (bits - ends.lowerBound) / span * Self.height
            guard abs(lastPlace - y) >= Self.size else { continue }
            lastPlace = y
            document.text(
                NumberText.exact(bits), x: places[first] - 4, y: y + 0.35 * Self.size, size: Self.size, role: .muted,
                anchor: .end)
        }
        document.text(
            "bits of layer", x: (places[first] + places[last]) / 2, y: bottom + 19, size: Self.size, anchor: .middle)
    }

    /// Decimals with which the ends of an axis differ.
    private static func decimals(_ ends: ClosedRange<Double>) -> Int {
        let span = ends.upperBound - ends.lowerBound
        if ends.lowerBound == ends.lowerBound.rounded(), ends.upperBound == ends.upperBound.rounded() { return 0 }
        var decimals = 1
        var unit = 0.1
        while decimals < 8, unit > span / 20 {
            decimals += 1
            unit /= 10
        }
        return decimals
    }
}
