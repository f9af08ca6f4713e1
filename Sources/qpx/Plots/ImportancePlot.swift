internal import Engine
internal import Store

/// How much each layer matters, by every measure that was recorded.
struct ImportancePlot: Plot {
    let name = "importance"
    let title = "Layer importance"
    let abstract = "Importance of each layer by each measure, beside what it finds by chance; measured costs."
    let needs = "layer importance by a search or by 'qpx importance', or trials with one layer unlike all others"
    let options: [PlotOption] = []
    let keys = "panels: [{search, measure, signal, unit, layers: [{layer, value, null_mean, null_deviation}]}]"

    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)? {
        var panels: [ImportancePanel] = []
        for search in subject.searches {
            let own = try subject.store.importances(ofSearch: search.id)
            var measures: [String] = []
            for record in own where !measures.contains(record.estimator) { measures.append(record.estimator) }
            for measure in measures {
                let records = own.filter { $0.estimator == measure }
                panels.append(
                    ImportancePanel(
                        search: search.name, measure: measure, signal: records.compactMap(\.signal).first,
                        unit: LayerMeasures.named(measure)?.unit,
                        layers: records.map {
                            .init(
                                layer: $0.layer, value: $0.value, nullMean: $0.nullMean,
                                nullDeviation: $0.nullDeviation)
                        }))
            }
            panels += try SingleLayerCost.all(of: search, in: subject.store).map { ImportancePanel($0, of: search) }
            let runs = try subject.store.importanceRuns(ofModel: search.prunedModelID ?? search.modelID)
            // The latest run of a measure stands for it.
            for run in runs.reversed() {
                let panel = ImportancePanel(
                    search: nil, measure: run.measure, signal: run.signal, unit: run.unit,
                    layers: run.values.filter { $0.precision == nil }.map {
                        .init(
                            layer: $0.layer, value: $0.value, nullMean: $0.nullMean, nullDeviation: $0.nullDeviation)
                    })
                panels.append(panel)
            }
        }
        var distinct: [ImportancePanel] = []
        for panel in panels where !panel.layers.isEmpty {
            if !distinct.contains(where: panel.isShown) { distinct.append(panel) }
        }
        guard !distinct.isEmpty else { return nil }
        return ImportanceDrawing(name: subject.name, panels: distinct)
    }
}

/// One measure of one model.
struct ImportancePanel: Sendable, Equatable {
    /// One layer.
    struct Layer: Sendable, Equatable {
        let layer: Int
        let value: Double
        /// What the measure finds on average where there is nothing to find.
        let nullMean: Double?
        /// Its standard deviation.
        let nullDeviation: Double?
    }

    /// The search that measured it; nil where it was measured by itself.
    let search: String?
    let measure: String
    let signal: String?
    let unit: String?
    let layers: [Layer]
    /// Whether it is no importance but what trials measured.
    var isCost = false

    /// "nearest_neighbours of the residual (nats)".
    var title: String {
        "\(measure)\(signal.map { " of the \($0)" } ?? "")\(unit.map { " (\($0))" } ?? "")"
    }

    /// Whether another panel shows as much: a cost is each search's own.
    func isShown(by other: ImportancePanel) -> Bool {
        other.measure == measure && other.signal == signal && other.isCost == isCost
            && (search == nil || other.layers == layers)
    }

    /// Room for all bars, and for what is found by chance.
    var range: ClosedRange<Double> {
        let ends = layers.flatMap { layer -> [Double] in
            let mean = layer.nullMean ?? 0
            return [layer.value, mean, mean + (layer.nullDeviation ?? 0)]
        }
        let low = min(0, ends.filter(\.isFinite).min() ?? 0)
        let high = max(0, ends.filter(\.isFinite).max() ?? 0)
        guard high - low > 0, high - low < 1e300 else { return 0...1 }
        return (low < 0 ? low - 0.05 * (high - low) : 0)...high + 0.05 * (high - low)
    }
}

extension ImportancePanel {
    /// What single layers cost in a search.
    init(_ cost: SingleLayerCost, of search: SearchRecord) {
        self.init(
            search: search.name, measure: "cost of \(cost.title)", signal: nil, unit: search.objective,
            layers: cost.layers.map { .init(layer: $0.layer, value: $0.cost, nullMean: nil, nullDeviation: nil) },
            isCost: true)
    }
}

/// Bars of importance, one chart per measure.
struct ImportanceDrawing: PlotDrawing {
    /// More would be higher than a page.
    static let mostPanels = 8

    let name: String
    /// Every measure.
    let panels: [ImportancePanel]

    var title: String { "Layer importance: \(name)" }

    /// Measures that are drawn.
    var shown: ArraySlice<ImportancePanel> { panels.prefix(Self.mostPanels) }

    /// Whether any measure says what it finds by chance.
    var hasNull: Bool { shown.contains { $0.layers.contains { $0.nullMean != nil } } }

    /// The layers' numbers, with half a bar on both sides.
    var layers: ClosedRange<Double> {
        let numbers = shown.flatMap { $0.layers.map(\.layer) }
        return Double(numbers.min() ?? 0) - 0.5...Double(numbers.max() ?? 0) + 0.5
    }

    var summary: String {
        shown.map { panel in
            let sorted = panel.layers.sorted { ($0.value, $0.layer) < ($1.value, $1.layer) }
            guard let least = sorted.first, let most = sorted.last else { return "" }
            return "\(panel.measure): most in layer \(most.layer), least in layer \(least.layer)."
        }.joined(separator: " ")
    }

    var notes: [String] {
        panels.count > shown.count ? ["\(shown.count) of \(panels.count) measures."] : []
    }

    var json: JSONValue {
        [
            "panels": .array(
                panels.map { panel in
                    [
                        "search": .optional(panel.search), "measure": .string(panel.measure),
                        "signal": .optional(panel.signal), "unit": .optional(panel.unit),
                        "layers": .array(
                            panel.layers.map { layer in
                                [
                                    "layer": .int(layer.layer), "value": .number(layer.value),
                                    "null_mean": .optional(layer.nullMean),
                                    "null_deviation": .optional(layer.nullDeviation),
                                ]
                            }),
                    ]
                })
        ]
    }

    func svg(_ paper: PlotPaper) -> String {
        let height = paper.height(shown.count == 1 ? 100 : 54)
        let gap = 27.0
        var sheet = PlotSheet(
            self, paper, plotHeight: 8 + height * Double(shown.count) + gap * Double(shown.count - 1),
            legend: entries)
        let labels = shown.map { panel in
            ChartFrame.labelWidth(AxisTicks(panel.range, about: max(2, Int(height / 24))))
        }
        for (index, panel) in shown.enumerated() {
            let isLast = index == shown.count - 1
            let top = sheet.area.top + 8 + Double(index) * (height + gap)
            let area = ChartFrame.Area(
                left: 0, top: top, right: sheet.area.right, bottom: isLast ? sheet.area.bottom : top + height + 15.5)
            let frame = ChartFrame(
                area, x: ChartFrame.Axis(title: isLast ? "layer" : "", range: layers, isWhole: true),
                y: ChartFrame.Axis(title: panel.unit ?? "", range: panel.range), labelWidth: labels.max() ?? 0)
            frame.draw(in: &sheet.document)
            let title = panels.filter { $0.measure == panel.measure }.count > 1 ? panel.search : nil
            sheet.document.text(
                PlotText.short(
                    (title.map { "\($0): " } ?? "") + panel.title, width: sheet.area.right - frame.x.start),
                x: frame.x.start, y: top - 4, size: ChartFrame.textSize)
            draw(panel, frame, in: &sheet.document)
        }
        return sheet.finished()
    }

    private var entries: [ChartLegend.Entry] {
        let costs = shown.count { $0.isCost }
        return
            (costs < shown.count
            ? [ChartLegend.Entry(text: "importance", role: .series(0), mark: nil, isCell: true)] : [])
            + (costs > 0
                ? [ChartLegend.Entry(text: "measured cost, more is worse", role: .series(1), mark: nil, isCell: true)]
                : [])
            + (hasNull
                ? [.init(text: "by chance, ± one deviation", role: .ink, line: .init(role: .ink, width: 1.2))] : [])
    }

    private func draw(_ panel: ImportancePanel, _ frame: ChartFrame, in document: inout SVGDocument) {
        let width = (frame.x.end - frame.x.start) / (layers.upperBound - layers.lowerBound)
        let zero = frame.y.place(0)
        for layer in panel.layers where layer.value.isFinite {
            let x = frame.x.place(Double(layer.layer))
            let y = frame.y.place(layer.value)
            let null = layer.nullMean.map {
                ", by chance \(NumberText.fixed($0, 4)) ± \(NumberText.fixed(layer.nullDeviation, 4))"
            }
            document.rectangle(
                x: x - 0.38 * width, y: min(y, zero), width: 0.76 * width, height: abs(zero - y),
                role: .series(panel.isCost ? 1 : 0),
                note: "layer \(layer.layer): \(NumberText.fixed(layer.value, 4))\(null ?? "")")
            guard let mean = layer.nullMean else { continue }
            let error = layer.nullDeviation ?? 0
            let ends = [mean - error, mean + error].map { frame.y.place(frame.y.domain.clamped($0)) }
            let place = frame.y.place(mean)
            // The ground's colour around it keeps it apart from the bar.
            for (role, extra) in [(ChartTheme.Role.paper, 1.4), (.ink, 0)] {
                document.line([(x, ends[0]), (x, ends[1])], .init(role: role, width: 0.7 + extra))
                document.line(
                    [(x - 0.3 * width, place), (x + 0.3 * width, place)], .init(role: role, width: 0.9 + extra))
            }
        }
    }

    func text(width: Int, colour: Colour) -> String? {
        let charts = panels.map { panel in
            var table = Table(
                title: panel.title,
                [.number("layer"), .number("value")] + (hasNull ? [.number("by chance")] : []) + [.word("")])
            let bars = BarChart.bars(panel.layers.map(\.value), width: min(40, max(10, width - 40)))
            for (layer, bar) in zip(panel.layers, bars) {
                table.add(
                    [Table.Cell(String(layer.layer)), Table.Cell(NumberText.fixed(layer.value, 4))]
                        + (hasNull ? [Table.Cell(NumberText.fixed(layer.nullMean, 4))] : []) + [Table.Cell(bar)])
            }
            return table.rendered(width: width, colour: colour)
        }
        return charts.joined(separator: "\n")
    }
}
