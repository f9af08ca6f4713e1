internal import Store

/// A comparison of searches for programs.
extension SearchComparison {
    /// The members that stand before those of the best trials.
    func members(onlyDifferent: Bool) -> [(String, JSONValue)] {
        [
            ("searches", .array(parts.map(json))),
            ("search_settings", ComparisonJSON.settings(settings, onlyDifferent)),
            ("objective", .optional(objective?.name)), ("direction", .optional(objective?.direction.rawValue)),
            ("common_trials", .int(commonCount)),
            (
                "equal_trials",
                .array(
                    counts.map { count in
                        let steps = best(after: count)
                        return [
                            "trials": .int(count), "values": .array(steps.map { .optional($0?.value) }),
                            "stderrs": .array(steps.map { .optional($0?.standardError) }),
                            "best": .array(zip(parts, steps).map { Self.name($0, $1) }),
                        ]
                    })
            ),
            (
                "trials_to_reach",
                .array(
                    parts.indices.map { row in
                        .array(parts.indices.map { .optional(trials(of: row, toReachBestOf: $0)) })
                    })
            ),
        ]
    }

    private static func name(_ part: Part, _ step: BestSoFar.Step?) -> JSONValue {
        .optional(step.map { "\(part.search.name)/\($0.number)" })
    }

    private func json(_ part: Part) -> JSONValue {
        [
            "search": .string(part.search.name), "state": .string(part.search.state.rawValue),
            "objective": .string(part.search.objective), "direction": .string(part.search.direction.rawValue),
            "budget_bytes": .optional(part.search.budgetBytes),
            "budget_bits_per_weight": .optional(part.search.budgetBitsPerWeight),
            "warm_start": .array(part.sources.map(JSONValue.string)), "trials": .int(part.curve.count),
            "wall_seconds": .optional(part.wallSeconds), "trial_seconds": .number(part.curve.trialSeconds),
            "best": .optional(part.best?.name),
            "best_so_far": .array(
                part.curve.steps.map { step in
                    [
                        "trials": .int(step.trials), "value": .number(step.value),
                        "stderr": .optional(step.standardError), "trial": Self.name(part, step),
                        "seconds": .optional(step.seconds),
                    ]
                }),
        ]
    }

    /// Adds what searches have to a long table.
    func add(to records: inout ComparisonRecords, onlyDifferent: Bool) {
        let names = parts.map(\.search.name)
        records.add(settings, of: names, section: "search_setting", onlyDifferent: onlyDifferent)
        for part in parts {
            func add(_ name: String, _ value: Double?) {
                records.add(.init(section: "search", name: name, of: part.search.name, value: value))
            }
            add("trials", Double(part.curve.count))
            add("wall_seconds", part.wallSeconds)
            add("trial_seconds", part.curve.trialSeconds)
        }
        for count in counts {
            let steps = best(after: count)
            for (index, step) in steps.enumerated() {
                let difference = index == 0 ? nil : step.flatMap { mine in steps[0].map { mine.value - $0.value } }
                records.add(
                    .init(
                        section: "best_after", name: String(count), of: names[index], value: step?.value,
                        standardError: step?.standardError, difference: difference))
            }
        }
        guard objective != nil else { return }
        for row in parts.indices {
            for column in parts.indices where column != row {
                records.add(
                    .init(
                        section: "trials_to_reach", name: names[column], of: names[row],
                        value: trials(of: row, toReachBestOf: column).map(Double.init)))
            }
        }
        for part in parts {
            for step in part.curve.steps {
                records.add(
                    .init(
                        section: "best_so_far", name: String(step.trials), of: part.search.name, value: step.value,
                        standardError: step.standardError))
            }
        }
    }
}
