#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension ParallelDrawing {
    private static let size = 6.5
    /// Room of an axis beside that of a layer's.
    private static let wide = 2.6

    func svg(_ paper: PlotPaper) -> String {
        let places = places(left: leftMargin, right: paper.width - 16)
        let height = paper.height(120)
        var sheet = PlotSheet(self, paper, plotHeight: height + (isStaggered(places) ? 16 : 8))
        let top = sheet.area.top + 10
        let bottom = top + height
        let layers = layerEnds
        drawAxes(places, top, bottom, in: &sheet.document)
        let worst = max(1, trials.count - 1)
        for index in trials.indices.reversed() {
            let part = 1 - Double(index) / Double(worst)
            let level = ColourScale.step(of: part, in: ColourScale.lines)
            // Lines of the same bits lie beside one another, not on one another.
            let offset = (part - 0.5) * 5
            var corners: [(x: Double, y: Double)] = []
            for (axis, x) in zip(axes, places) {
                let part = axis.kind == .layer ? layerPart(axis.values[index].number, layers) : axis.part(index)
                guard let part else { continue }
                let isDiscrete = axis.kind == .layer || axis.kind == .words
                corners.append((x, bottom - part * height - (isDiscrete ? offset : 0)))
            }
            let isBest = index == best
            sheet.document.line(
                corners,
                .init(
                    role: .level(level), width: isBest ? 2 : trials.count > 100 ? 0.5 : 0.8,
                    opacity: isBest ? 1 : trials.count > 100 ? 0.6 : 0.8,
                    dashes: trials[index].isEligible ? [] : [3, 1.5]),
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

    /// Where bits are between the ends of all layers: from 2 to 4 is as far as from 4 to 8.
    private func layerPart(_ bits: Double?, _ ends: ClosedRange<Double>?) -> Double? {
        guard let bits, let ends, bits > 0, ends.lowerBound > 0 else { return nil }
        let part = log2(bits / ends.lowerBound) / log2(ends.upperBound / ends.lowerBound)
        return part.isFinite ? part : 0.5
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
        let layers = axes.filter { $0.kind == .layer }
        let widest = layers.map { SVGDocument.width(of: $0.name, size: Self.size) }.max() ?? 0
        let step = zip(places, places.dropFirst()).map { $1 - $0 }.min() ?? widest
        let every = max(1, Int(((widest + 2) / max(step, 1)).rounded(.up)))
        for (index, axis) in axes.enumerated() {
            let x = places[index]
            let isLast = index == axes.count - 1
            let room = (isLast ? x - places[max(0, index - 1)] : places[index + 1] - x) - 2
            if axis.kind == .layer {
                if (layers.firstIndex { $0.name == axis.name } ?? 0) % every == 0 {
                    document.text(axis.name, x: x, y: bottom + 10, size: Self.size, anchor: .middle)
                }
                continue
            }
            let anchor: SVGDocument.Anchor = isLast ? .end : index == 0 ? .start : .middle
            let edge = isLast ? x + 14 : index == 0 ? x - 14 : x
            // Names that take more room than there is between axes stand in two rows in turn.
            let step = (isStaggered(places) ? 2 : 1) * room
            let width = isLast || index == 0 ? step / 2 + 12 : step
            document.text(
                PlotText.short(axis.name, width: width, size: Self.size), x: edge, y: bottom + titleRow(index, places),
                size: Self.size, anchor: anchor)
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
                let y = bottom - part * (bottom - top)
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
        drawLayerLabels(places, top, bottom, in: &document)
    }

    /// Whether any name but those of layers is wider than the room beside its axis.
    private func isStaggered(_ places: [Double]) -> Bool {
        zip(axes, places).enumerated().contains { index, element in
            let (axis, x) = element
            guard axis.kind != .layer, index > 0, index + 1 < places.count else { return false }
            let room = min(x - places[index - 1], places[index + 1] - x) - 2
            return SVGDocument.width(of: axis.name, size: Self.size) > room
        }
    }

    /// Points from the lower end of an axis to its name.
    private func titleRow(_ index: Int, _ places: [Double]) -> Double {
        isStaggered(places) && index % 2 == 1 ? 27 : 19
    }

    /// Bits stand once, at the first of the layers.
    private func drawLayerLabels(_ places: [Double], _ top: Double, _ bottom: Double, in document: inout SVGDocument) {
        guard let first = axes.firstIndex(where: { $0.kind == .layer }), let ends = layerEnds,
            let last = axes.lastIndex(where: { $0.kind == .layer })
        else { return }
        var whole: Set<Double> = []
        for axis in axes where axis.kind == .layer {
            whole.formUnion(axis.values.compactMap(\.number).filter { $0 == $0.rounded() })
        }
        var lastPlace = Double.infinity
        for bits in whole.sorted() {
            let y = bottom - (layerPart(bits, ends) ?? 0) * (bottom - top)
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
