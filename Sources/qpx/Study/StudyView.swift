internal import Engine
internal import Store

/// The searches of a study and how far they are.
struct StudyView {
    /// The file, as the user named it.
    let path: String
    let statuses: [StudyStatus]
    /// The best trial of each search, by the search's id.
    private let best: [Int: TrialRecord]

    init(path: String, _ statuses: [StudyStatus], in store: Store?) throws {
        self.path = path
        self.statuses = statuses
        var best: [Int: TrialRecord] = [:]
        for id in statuses.compactMap(\.search?.id) { best[id] = try store?.bestTrial(ofSearch: id) }
        self.best = best
    }

    var json: JSONValue {
        [
            "study": .string(path),
            "searches": .array(
                statuses.map { status in
                    [
                        "search": .string(status.planned.name), "state": .string(state(status)),
                        "complete": .int(status.complete), "trials": .int(status.planned.trials),
                        "warm_start": .array(status.planned.specification.warmStart.map { .string($0) }),
                        "missing_measures": .array(status.missingMeasures.map { .string($0) }),
                        "best": .optional(best(status)?.name),
                        "objective_value": .optional(best(status)?.objectiveValue),
                    ]
                }),
        ]
    }

    var table: Table {
        var table = Table([
            .word("search"), .word("state"), .number("trials"), .word("objective"), .number("best"), .text("from"),
        ])
        for status in statuses {
            table.add([
                Table.Cell(status.planned.name, .bold), Table.Cell(state(status)),
                Table.Cell("\(status.complete)/\(status.planned.trials)"),
                Table.Cell(status.planned.specification.objective.name),
                Table.Cell(best(status)?.objectiveValue.map { NumberText.fixed($0, 4) } ?? ""),
                Table.Cell(status.planned.specification.warmStart.joined(separator: ", ")),
            ])
        }
        return table
    }

    /// "new", or the state of the search; one whose layers are still to be measured is not complete.
    private func state(_ status: StudyStatus) -> String {
        guard let search = status.search else { return "new" }
        return status.missingMeasures.isEmpty ? search.state.rawValue : TrialState.interrupted.rawValue
    }

    private func best(_ status: StudyStatus) -> TrialRecord? { status.search.flatMap { best[$0.id] } }
}
