internal import Store

/// Fronts as a table, for papers and for the terminal: of each front its points, fewest bytes first.
struct ParetoTable {
    let analysis: ParetoAnalysis
    /// Whether dominated trials, and those beyond the budget, are listed too.
    var showsAll = false
    /// Whether allocations are written as the names of their precisions, not as a map of bits.
    var spellsOut = false

    /// Rows that belong together: a search, or all of them.
    private struct Group {
        let name: String
        let front: ParetoFront
        var isJoint = false
    }

    private var isJoint: Bool { analysis.parts.count > 1 }

    private var groups: [Group] {
        let own = analysis.parts.map { Group(name: $0.search.name, front: $0.front) }
        return isJoint ? [Group(name: "all together", front: analysis.joint, isJoint: true)] + own : own
    }

    /// The table.
    func table(commands: [String] = []) -> ReportTable {
        let map = BitMap(analysis.joint.points.compactMap { $0.trial.allocation.map(AllocationText.init) })
        let unit = ByteUnit(largest: Double(analysis.joint.points.map(\.bytes).max() ?? 0))
        let hasErrors = analysis.joint.points.contains { $0.standardError != nil }
        var table = ReportTable(title: title, columns: columns(map, unit, hasErrors: hasErrors))
        for group in groups {
            for (index, point) in rows(group).enumerated() {
                var cells: [ReportTable.Cell] = isJoint ? [.init(group.name)] : []
                cells += [
                    .init(unit.text(point.bytes), value: Double(point.bytes)),
                    .number(point.trial.bitsPerWeight, decimals: 2),
                    .number(point.value, decimals: analysis.value.decimals),
                ]
                if hasErrors { cells.append(.number(point.standardError, decimals: analysis.value.decimals)) }
                cells += [
                    .init(point.trial.name),
                    .init(point.trial.allocation.map { spellsOut ? $0 : map.text(AllocationText($0)) } ?? ""),
                    .init(label(point)),
                ]
                if showsAll { cells.append(.init(place(point, in: group.front))) }
                // None is best: that is what a front is.
                table.add(
                    .init(cells: cells, isRanked: false, startsGroup: index == 0, trials: [point.trial.name]))
            }
        }
        table.remarks = remarks + (spellsOut ? [] : map.legend.map { [$0] } ?? [])
        table.commands = commands
        return table
    }

    private func columns(_ map: BitMap, _ unit: ByteUnit, hasErrors: Bool) -> [ReportTable.Column] {
        let value = analysis.value
        var columns: [ReportTable.Column] =
            isJoint ? [.init(name: "front", title: "Front", kind: .text)] : []
        columns += [
            .init(name: "weight_bytes", title: unit.name, kind: .number),
            .init(name: "bits_per_weight", title: "Bits", kind: .number),
            .init(
                name: "value", title: value.title,
                kind: value.direction == .maximize ? .higherIsBetter : .lowerIsBetter),
        ]
        if hasErrors { columns.append(.init(name: "standard_error", title: "±", kind: .number)) }
        columns += [
            .init(name: "trial", title: "Trial", kind: .text),
            .init(name: "allocation", title: title(map), kind: .text),
            .init(name: "label", title: "Label", kind: .text),
        ]
        return showsAll ? columns + [.init(name: "place", title: "Place", kind: .text)] : columns
    }

    private func title(_ map: BitMap) -> String {
        spellsOut ? "Allocation" : map.isSplit ? "Bits per module" : "Bits per layer"
    }

    /// Dominated points stand with their search, not once more with all together.
    private func rows(_ group: Group) -> [ParetoPoint] {
        let front = group.front
        guard showsAll, !group.isJoint else { return front.members }
        return front.points.sorted {
            ($0.bytes, -front.sign * $0.value, $0.trial.id) < ($1.bytes, -front.sign * $1.value, $1.trial.id)
        }
    }

    private func label(_ point: ParetoPoint) -> String {
        let parts = [point.trial.label, point.trial.origin == .imported ? "(imported)" : nil]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    private func place(_ point: ParetoPoint, in front: ParetoFront) -> String {
        front.contains(point) ? "front" : point.isEligible ? "dominated" : "exceeds the budget"
    }

    private var title: String {
        let names = analysis.parts.map(\.search.name).joined(separator: ", ")
        let way = analysis.value.direction == .maximize ? "more" : "less"
        return "\(analysis.value.title) (\(way) is better) against memory: \(names)"
    }

    private var remarks: [String] {
        var remarks = groups.compactMap { group -> String? in
            guard let volume = analysis.hypervolumeText(group.front) else { return nil }
            let name = isJoint ? "\(group.name): " : ""
            return "\(name)\(group.front.members.count) of \(group.front.points.count) trials; hypervolume \(volume)"
        }
        if let text = analysis.referenceText { remarks.append(text) }
        return remarks
    }
}
