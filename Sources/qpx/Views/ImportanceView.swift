internal import Engine

/// What `qpx importance` found.
struct ImportanceView {
    let model: String
    let sha256: String?
    let space: AllocationSpace
    let budgetBytes: Int?
    let findings: [ImportanceRunner.Finding]

    /// The measure that the others are compared with.
    private static let reference = "loss_increase"

    /// Spearman's rank correlation of each finding with the one-layer loss increase, where that was measured too.
    private func correlation(_ finding: ImportanceRunner.Finding) -> Double? {
        guard finding.measure.name != Self.reference,
            let reference = findings.first(where: { $0.measure.name == Self.reference })
        else { return nil }
        return RankCorrelation.spearman(
            finding.measurement.estimates.map(\.corrected), reference.measurement.estimates.map(\.corrected))
    }

    /// The result with stable keys.
    var json: JSONValue {
        [
            "model": .string(model), "sha256": .optional(sha256), "layers": .int(space.layers),
            "measures": .array(findings.map(json)),
        ]
    }

    private func json(_ finding: ImportanceRunner.Finding) -> JSONValue {
        [
            "measure": .string(finding.measure.name), "signal": .optional(finding.signal?.rawValue),
            "unit": .string(finding.measure.unit), "seconds": .number(finding.seconds),
            "recorded": .optional(finding.runID),
            "layers": .array(
                finding.measurement.estimates.enumerated().map { layer, estimate in
                    [
                        "layer": .int(layer), "value": .number(estimate.value),
                        "null_mean": .optional(estimate.nullMean),
                        "null_deviation": .optional(estimate.nullDeviation),
                        "corrected": .number(estimate.corrected),
                        "costs": finding.measurement.costs.map { costs in
                            .object(zip(space.choices, costs[layer]).map { ($0.name, .number($1)) })
                        } ?? .null,
                    ]
                }),
            "rank_correlation_with_loss_increase": .optional(correlation(finding)),
            "allocations": .array(
                finding.allocations.map { entry in
                    [
                        "rule": .string(entry.rule.rawValue),
                        "allocation": .array(entry.allocation.precisions.map(JSONValue.string)),
                        "bytes": .int(entry.bytes),
                        "bits_per_weight": .number(space.bitsPerWeight(totalBytes: entry.bytes)),
                    ]
                }),
        ]
    }

    /// A table with bars per measure, then the first allocations.
    func write(to console: Console) throws(Failure) {
        for (position, finding) in findings.enumerated() {
            try console.write(table(finding, isFirst: position == 0))
        }
        guard budgetBytes != nil else { return }
        var table = Table(
            title: "First allocations", isSeparate: true,
            [.word("measure"), .word("rule"), .word("allocation"), .number("bits"), .number("bytes")])
        for finding in findings {
            for entry in finding.allocations {
                table.add([
                    Table.Cell(finding.measure.name), Table.Cell(entry.rule.rawValue),
                    Table.Cell(AllocationMap.text(entry.allocation)),
                    Table.Cell(NumberText.fixed(space.bitsPerWeight(totalBytes: entry.bytes), 3)),
                    Table.Cell(NumberText.grouped(entry.bytes)),
                ])
            }
        }
        table.footnotes = ["bits: mean over quantized weights, scales included; bytes: the whole model"]
        try console.write(table)
    }

    private func table(_ finding: ImportanceRunner.Finding, isFirst: Bool) -> Table {
        let estimates = finding.measurement.estimates
        let hasNull = estimates.contains { $0.nullMean != nil }
        let costs = finding.measurement.costs
        let signal = finding.signal.map { " of the \($0.rawValue)" } ?? ""
        var columns: [Table.Column] = [.number("layer")]
        if hasNull { columns += [.number("value"), .number("by chance"), .number("±"), .number("importance")] }
        if costs != nil { columns += space.choices.map { .number($0.name) } }
        columns.append(.word(""))
        var table = Table(
            title: "\(finding.measure.name)\(signal), \(finding.measure.unit)", isSeparate: !isFirst, columns)
        let bars = BarChart.bars(estimates.map(\.corrected))
        for (layer, estimate) in estimates.enumerated() {
            var row = [Table.Cell(String(layer))]
            if hasNull {
                row += [estimate.value, estimate.nullMean, estimate.nullDeviation, estimate.corrected].map {
                    Table.Cell(NumberText.fixed($0, 4))
                }
            }
            if let costs { row += costs[layer].map { Table.Cell(NumberText.fixed($0, 5)) } }
            table.add(row + [Table.Cell(bars[layer])])
        }
        table.footnotes = ["\(finding.measure.summary); \(DurationText.short(finding.seconds))"]
        if let correlation = correlation(finding) {
            table.footnotes.append(
                "rank correlation with the loss increase of one layer alone: \(NumberText.fixed(correlation, 2))")
        }
        return table
    }
}
