internal import Store

/// Layer importance, what measures find by chance, and how well they foretell what a layer costs.
struct ImportanceForm: ReportForm {
    let name = "importance"
    let abstract = "layers: importance by each measure, by chance, measured costs; how well they agree"

    func tables(of material: ReportMaterial) throws -> [ReportTable] {
        let sections = try ImportanceSection.all(material)
        guard sections.contains(where: { !$0.isEmpty }) else {
            throw Failure.notFound(
                "nothing to report: no layer importance is recorded of these models, and no cost of a single layer",
                hint: "'qpx importance --model FOLDER --calibration FILE --measure all' records importances")
        }
        return sections.filter { !$0.isEmpty }.flatMap { section in
            [layers(section, material), agreement(section, material)].compactMap(\.self)
        }
    }

    // MARK: Layers

    private func layers(_ section: ImportanceSection, _ material: ReportMaterial) -> ReportTable {
        let columns = section.columns
        var table = ReportTable(
            title: "\(material.style.caption ?? "Layer importance"): \(section.title)",
            columns: [.init(name: "layer", title: "Layer", kind: .text)]
                + columns.map { .init(name: $0.name, title: $0.title, kind: .number) })
        for layer in section.layers {
            let cells = columns.map { Self.cell($0, layer, material.style) }
            let trials = columns.flatMap { $0.trials(layer) }
            table.add(
                .init(
                    cells: [.init(String(layer))] + cells, isRanked: false,
                    trials: trials.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }))
        }
        table.remarks = material.style.remarks + section.remarks + Self.remarks(columns)
        if !material.style.isBrief {
            table.remarks.append("Of the searches \(section.sources.map(\.search.name).joined(separator: ", ")).")
        }
        table.commands = material.commands
        return table
    }

    private static func cell(_ column: ImportanceColumn, _ layer: Int, _ style: ReportStyle) -> ReportTable.Cell {
        let values = column.series.compactMap { $0.values[layer] }
        guard !values.isEmpty else { return .missing }
        let decimals = style.digits ?? column.decimals
        let mean = values.reduce(0, +) / Double(values.count)
        var text = NumberText.fixed(mean, decimals)
        if let deviation = ResultEntry.standardDeviation(values) {
            text += " ± " + NumberText.fixed(deviation, decimals)
        }
        let nulls = column.series.compactMap { $0.nulls[layer] }
        if !nulls.isEmpty, nulls.count == values.count {
            let count = Double(nulls.count)
            text += " (\(NumberText.fixed(nulls.reduce(0) { $0 + $1.mean } / count, decimals))"
            text += " ± \(NumberText.fixed(nulls.reduce(0) { $0 + $1.deviation } / count, decimals)))"
        }
        return .init(text, value: mean)
    }

    private static func remarks(_ columns: [ImportanceColumn]) -> [String] {
        var remarks: [String] = []
        let seeds = columns.map(\.series.count).max() ?? 0
        if seeds > 1 { remarks.append("Mean ± standard deviation over the seeds.") }
        if columns.contains(where: { column in column.series.contains { !$0.nulls.isEmpty } }) {
            remarks.append(
                "In brackets: what the measure finds in permuted data, mean ± standard deviation"
                    + (seeds > 1 ? ", both averaged over the seeds." : "."))
        }
        return remarks
    }

    // MARK: Agreement

    private func agreement(_ section: ImportanceSection, _ material: ReportMaterial) -> ReportTable? {
        let targets = section.targets
        let rows = section.predictors
        guard !targets.isEmpty else { return nil }
        let found = rows.map { row in targets.map { section.ranking(row, against: $0) } }
        guard found.joined().contains(where: { $0 != nil }) else { return nil }
        var table = ReportTable(
            title: "Rank correlation with the measured cost: \(section.title)",
            columns: [.init(name: "measure", title: "Measure", kind: .text)]
                + targets.flatMap { target -> [ReportTable.Column] in
                    [
                        .init(name: "rho_\(target.name)", title: target.title, kind: .number),
                        .init(name: "p_\(target.name)", title: "p", kind: .number),
                    ]
                })
        for (row, rankings) in zip(rows, found) where rankings.contains(where: { $0 != nil }) {
            let cells = rankings.flatMap { ranking -> [ReportTable.Cell] in
                guard let ranking else { return [.missing, .missing] }
                return [
                    material.style.number(
                        ranking.mean, ResultEntry.standardDeviation(ranking.correlations), decimals: 2,
                        isErrorShown: true),
                    .init(PValueText.text(ranking.pValue), value: ranking.pValue),
                ]
            }
            let trials = section.layers.flatMap { layer in targets.flatMap { $0.trials(layer) } }
            table.add(
                .init(
                    cells: [.init(row.title)] + cells, isRanked: false,
                    trials: trials.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }))
        }
        let rankings = found.joined().compactMap(\.self)
        let layers = Set(rankings.map(\.layers)).sorted().map(String.init).joined(separator: " or ")
        table.remarks = [
            "Spearman's rank correlation over \(layers) layers of the measure, less what it finds by chance, with the "
                + "column's cost; 1: the dearest layer is the most important one, and so on down."
        ]
        if rankings.contains(where: { $0.correlations.count > 1 }) {
            table.remarks.append("Mean ± standard deviation over the seeds.")
        }
        if targets.contains(where: \.isGain) {
            table.remarks.append(
                "Where the one layer has more bits than the rest, it gains the more the more important it is: there -1 "
                    + "is full agreement.")
        }
        table.remarks.append(
            "p: the part of \(NumberText.grouped(LayerRanking.draws)) random orders of the layers (seed "
                + "\(LayerRanking.seed), the same order in all seeds) that give a mean as far from 0, two-sided; not "
                + "corrected for the number of measures.")
        table.commands = material.commands
        return table
    }
}
