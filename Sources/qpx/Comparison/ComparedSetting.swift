internal import Store

/// A setting or fact, with a value for each trial or search of a comparison.
struct ComparedSetting: Sendable, Equatable {
    /// Its name, as in a specification.
    var name: String
    /// Null where there is none.
    var values: [JSONValue]

    /// Whether they do not agree.
    var isDiffering: Bool { values.contains { $0 != values.first } }

    /// The settings of several, differing ones first, then those that agree; each in alphabetic order.
    static func all(_ facts: [[(name: String, value: JSONValue)]]) -> [ComparedSetting] {
        var rows: [String: [JSONValue]] = [:]
        for (index, facts) in facts.enumerated() {
            for (name, value) in facts {
                rows[name, default: Array(repeating: .null, count: index)].append(value)
            }
            // What this one does not have is null; the last of a name twice counts.
            for name in rows.keys {
                let values = rows[name] ?? []
                rows[name] = Array(values.prefix(index)) + [values.count > index ? values[values.count - 1] : .null]
            }
        }
        return rows.map { ComparedSetting(name: $0.key, values: $0.value) }.sorted { a, b in
            a.isDiffering == b.isDiffering ? a.name < b.name : a.isDiffering
        }
    }

    /// Settings that tell which search it is or how fast it ran, and are none of what it did.
    private static let incidental = ["name", "threads", "workers", "lease"]

    /// What a search was asked to do, and what that came to.
    static func facts(of search: SearchRecord, modelDigest: String?) -> [(name: String, value: JSONValue)] {
        SearchView(search).settings.filter { !incidental.contains($0.key) }.map { (name: $0.key, value: $0.value) } + [
            ("model_sha256", .optional(modelDigest)),
            ("parameters_removed_achieved", .optional(search.parametersRemoved)),
            ("budget_bytes", .optional(search.budgetBytes)),
        ]
    }

    /// What a trial was asked to do beside that, and what it ran with.
    static func facts(of trial: TrialRecord) -> [(name: String, value: JSONValue)] {
        (trial.specification.map(JSONText.members) ?? []).map { (name: $0.key, value: $0.value) } + [
            ("kind", .string(trial.kind.rawValue)), ("label", .optional(trial.label)), ("seed", .seed(trial.seed)),
            ("threads", .int(trial.environment.threadCount)), ("host", .string(trial.environment.host)),
            ("processor", .string(trial.environment.processor)),
            ("qpx_version", .string(trial.environment.qpxVersion)),
        ]
    }
}
