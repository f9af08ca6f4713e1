internal import Store

/// A comparison as tables for people, differing rows first.
extension TrialComparison {
    /// Writes everything; rows that agree are counted, or written too when `isComplete`.
    func write(to console: Console, isComplete: Bool) throws {
        try console.write(results)
        try console.write(bits(console))
        if !metrics.isEmpty { try console.write(values(isComplete)) }
        for index in trials.indices.dropFirst() where metrics.contains(where: { $0.paired[index] != nil }) {
            try console.write(pairs(index))
        }
        try console.write(settings(isComplete))
    }

    /// What identifies a trial, its objective and its memory.
    private var results: Table {
        var table = Table([
            .word("trial"), .word("state"), .text("what"), .number("objective"), .number("bpw"), .number("MiB"),
            .number("difference"), .number("time"),
        ])
        for view in trials {
            let trial = view.trial
            let saved = trial.weightBytes.flatMap { mine in trials[0].trial.weightBytes.map { mine - $0 } }
            table.add([
                Table.Cell(trial.name, .bold), TrialView.cell(trial.state), Table.Cell(view.title),
                Table.Cell(view.objective), Table.Cell(NumberText.fixed(trial.bitsPerWeight, 3)),
                Table.Cell(ByteText.mebibytes(trial.weightBytes)),
                Table.Cell(NumberText.signed(saved.map { Double($0) / 1_048_576 }, 2)),
                Table.Cell(DurationText.short(trial.durationSeconds)),
            ])
        }
        if trials.contains(where: \.isStopped) { table.footnotes.append(TrialView.stoppedNote) }
        return table
    }

    /// The bits of each layer, one row per trial, with a mark below each layer that differs.
    private func bits(_ console: Console) -> Table {
        let allocations = trials.compactMap(\.allocation)
        let map = BitMap(allocations)
        let differing = differingLayers.isEmpty ? [] : map.differing(allocations)
        var table = Table(
            title: map.isSplit ? "Bits per module" : "Bits per layer", isSeparate: true,
            [.word("trial"), .word(map.isSplit ? "layers from 0: q k v o gate up down" : "layers from 0")])
        for view in trials {
            table.add([Table.Cell(view.trial.name), Table.Cell(view.allocation.map { map.text($0) } ?? "")])
        }
        if !differing.isEmpty {
            table.add([
                Table.Cell("\(differing.count) differ", .dim),
                Table.Cell(map.marks(differing), .bold),
            ])
        } else if trials.count > 1, trials.allSatisfy({ $0.allocation != nil }) {
            table.footnotes.append(
                Set(trials.compactMap { $0.allocation?.layers.count }).count == 1
                    ? "no layer differs" : "the models differ in the number of layers")
        }
        table.footnotes += map.legend.map { [$0] } ?? []
        return table
    }

    private func values(_ isComplete: Bool) -> Table {
        var table = Table(
            title: "Metrics", isSeparate: true,
            [.text("task"), .word("metric")] + trials.map { .number($0.trial.name) })
        for metric in metrics where metric.isDiffering || isComplete || trials.count == 1 {
            let cells = metric.values.map { value in
                Table.Cell(
                    NumberText.fixed(value?.value, MetricText.decimals(metric.name))
                        + (value?.standardError.map { " ± " + NumberText.fixed($0, MetricText.decimals(metric.name)) }
                            ?? ""))
            }
            table.add([Table.Cell(metric.task), Table.Cell(metric.name)] + cells)
        }
        let stopped = trials.filter(\.isStopped).map(\.trial.name).joined(separator: ", ")
        if !stopped.isEmpty {
            table.footnotes.append(
                "\(stopped): of the examples scored before it was stopped; only pairs can be compared")
        }
        let same = metrics.filter { !$0.isDiffering }.count
        if same > 0, !isComplete, trials.count > 1 {
            table.footnotes.append("\(same) more are the same (--all shows them)")
        }
        return table
    }

    /// Differences question by question of one trial to the first.
    private func pairs(_ index: Int) -> Table {
        var table = Table(
            title: "\(trials[index].trial.name) against \(trials[0].trial.name), question by question",
            isSeparate: true,
            [
                .text("task"), .word("metric"), .number("difference"), .number("± se"), .number("gained"),
                .number("lost"), .number("p"), .number("n"),
            ])
        for metric in metrics {
            guard let pair = metric.paired[index] else { continue }
            table.add([
                Table.Cell(metric.task), Table.Cell(metric.name), Table.Cell(NumberText.signed(pair.difference, 4)),
                Table.Cell(NumberText.fixed(pair.standardError, 4)), Table.Cell(pair.gained.map(String.init) ?? ""),
                Table.Cell(pair.lost.map(String.init) ?? ""), Table.Cell(NumberText.fixed(pair.pValue, 4)),
                Table.Cell(String(pair.count)),
            ])
        }
        table.footnotes.append("± se: of the paired difference; p: McNemar's exact test")
        return table
    }

    private func settings(_ isComplete: Bool) -> Table {
        var table = Table(
            title: "Settings", isSeparate: true, [.word("setting")] + trials.map { .text($0.trial.name) })
        for setting in settings where setting.isDiffering || isComplete {
            let style: [Colour.Style] = setting.isDiffering ? [.bold] : []
            table.add(
                [Table.Cell(setting.name)]
                    + setting.values.map { value in
                        var cell = Table.Cell(value.plainText)
                        cell.styles = style
                        return cell
                    })
        }
        let same = settings.filter { !$0.isDiffering }.count
        if same > 0, !isComplete { table.footnotes.append("\(same) more are the same (--all shows them)") }
        return table
    }

    /// The comparison with stable keys.
    var json: JSONValue {
        let differing = differingLayers
        let allocations = trials.map(\.allocation)
        let layers = allocations.compactMap { $0?.layers.count }.max() ?? 0
        return [
            "trials": .array(trials.map(\.json)),
            "settings": .array(
                settings.map {
                    [
                        "name": .string($0.name), "differs": .bool($0.isDiffering), "values": .array($0.values),
                    ]
                }),
            "layers": .array(
                (0..<layers).map { layer in
                    let precisions = allocations.map { allocation -> JSONValue in
                        guard let allocation, allocation.layers.indices.contains(layer) else { return .null }
                        return .string(allocation.layers[layer])
                    }
                    return [
                        "layer": .int(layer), "differs": .bool(differing.contains(layer)),
                        "precisions": .array(precisions),
                    ]
                }),
            "metrics": .array(metrics.map(Self.json)),
        ]
    }

    private static func json(_ metric: Metric) -> JSONValue {
        [
            "task": metric.task.isEmpty ? .null : .string(metric.task), "name": .string(metric.name),
            "differs": .bool(metric.isDiffering),
            "values": .array(metric.values.map { .optional($0?.value) }),
            "stderrs": .array(metric.values.map { .optional($0?.standardError) }),
            "differences": .array(metric.differences.map { .optional($0) }),
            "paired": .array(
                metric.paired.map { pair in
                    guard let pair else { return .null }
                    return [
                        "difference": .number(pair.difference), "stderr": .optional(pair.standardError),
                        "gained": .optional(pair.gained), "lost": .optional(pair.lost),
                        "p_value": .optional(pair.pValue), "n": .int(pair.count),
                    ]
                }),
        ]
    }
}
