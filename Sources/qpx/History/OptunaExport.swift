internal import Engine
internal import Store

/// Writes searches as studies into a new database of Optuna's.
struct OptunaExport {
    let store: Store
    /// The searches, each a study of its name.
    let searches: [SearchRecord]

    /// What was written of a search.
    struct Study {
        let name: String
        /// Trials in the study.
        var trials = 0
        /// Trials without an allocation, which a study of allocations has no place for.
        var left = 0
    }

    /// Makes the file.
    /// - Throws: `Failure` with status 4 if it is there already; `StoreError`.
    func write(to path: String) throws -> [Study] {
        guard !FilePath.exists(path) else {
            throw Failure(.conflict, "--out: \(path) exists already", hint: "name a new file, or remove this one")
        }
        guard FilePath.isFolder(FilePath.parent(of: path)) else {
            throw Failure.notFound("--out: the folder \(FilePath.parent(of: path)) does not exist")
        }
        var studies: [Study] = []
        try ForeignFile.make(path: path, schema: OptunaSchema.text) { file in
            for search in searches { studies.append(try study(search, in: file)) }
        }
        return studies
    }

    private func study(_ search: SearchRecord, in file: ForeignFile) throws -> Study {
        let id = try file.insert(into: "studies", ["study_name": .text(search.name)])
        try file.insert(
            into: "study_directions",
            [
                "direction": .text(search.direction.rawValue.uppercased()), "study_id": .integer(id),
                "objective": .integer(0),
            ])
        let attributes: [(String, JSONValue)] = [
            ("objective", .string(search.objective)), ("budget_bytes", .optional(search.budgetBytes)),
            ("choices", .string(search.choices)), ("qpx_specification", .verbatim(search.specification)),
        ]
        for (key, value) in attributes {
            try file.insert(
                into: "study_user_attributes",
                ["study_id": .integer(id), "key": .text(key), "value_json": .text(value.compact)])
        }
        let all = try store.trials(TrialFilter(search: search.id)).sorted { $0.number < $1.number }
        let trials = all.filter { $0.allocation != nil }
        let layers = trials.map { AllocationText($0.allocation ?? "") }
        let isSplit = layers.contains(where: \.isSplit)
        // One distribution for all trials of a parameter: Optuna compares them.
        var choices = search.choices.split(separator: ",").map(String.init)
        for name in Set(layers.flatMap { $0.names(splitting: isSplit) }).sorted() where !choices.contains(name) {
            choices.append(name)
        }
        let metrics = try store.metrics(ofSearch: search.id)
        for (number, (trial, allocation)) in zip(trials, layers).enumerated() {
            try write(
                trial, allocation.names(splitting: isSplit), number: number, isSplit: isSplit, choices: choices,
                metrics: metrics[trial.id] ?? [], budget: search.budgetBytes, study: id, file)
        }
        return Study(name: search.name, trials: trials.count, left: all.count - trials.count)
    }

    private func write(
        _ trial: TrialRecord, _ words: [String], number: Int, isSplit: Bool, choices: [String],
        metrics: [MetricRecord], budget: Int?, study: Int, _ file: ForeignFile
    ) throws {
        func time(_ text: String?) -> ForeignValue { text.map { .text(OptunaTime.text($0)) } ?? .null }
        let state =
            trial.state == .complete && trial.objectiveValue == nil
            ? "FAIL" : trial.fidelity < 1 ? "PRUNED" : Self.state(trial.state)
        let id = try file.insert(
            into: "trials",
            [
                "number": .integer(number), "study_id": .integer(study), "state": .text(state),
                "datetime_start": time(trial.startedAt), "datetime_complete": time(trial.finishedAt),
            ])
        let distribution = JSONValue.object([
            ("name", .string("CategoricalDistribution")),
            ("attributes", ["choices": .array(choices.map(JSONValue.string))]),
        ])
        for (unit, word) in words.enumerated() {
            try file.insert(
                into: "trial_params",
                [
                    "trial_id": .integer(id), "param_name": .text(Self.parameter(unit, isSplit: isSplit)),
                    "param_value": .real(Double(choices.firstIndex(of: word) ?? 0)),
                    "distribution_json": .text(distribution.compact),
                ])
        }
        if let value = trial.objectiveValue {
            try file.insert(
                into: "trial_values",
                [
                    "trial_id": .integer(id), "objective": .integer(0), "value": .real(value),
                    "value_type": .text("FINITE"),
                ])
        }
        for (key, value) in attributes(trial, metrics) {
            try file.insert(
                into: "trial_user_attributes",
                ["trial_id": .integer(id), "key": .text(key), "value_json": .text(value.compact)])
        }
        // What Optuna calls constraints: not above zero where they hold.
        if let budget, let bytes = trial.weightBytes {
            try file.insert(
                into: "trial_system_attributes",
                [
                    "trial_id": .integer(id), "key": .text("constraints"),
                    "value_json": .text(JSONValue.array([.int(bytes - budget)]).compact),
                ])
        }
    }

    private func attributes(_ trial: TrialRecord, _ metrics: [MetricRecord]) -> [(String, JSONValue)] {
        var attributes: [(String, JSONValue)] = [
            ("trial", .string(trial.name)), ("kind", .string(trial.kind.rawValue)),
            ("origin", .string(trial.origin.rawValue)),
        ]
        func add(_ key: String, _ value: JSONValue) { if value != .null { attributes.append((key, value)) } }
        add("label", .optional(trial.label))
        add("bytes", .optional(trial.weightBytes))
        add("bits_per_weight", .optional(trial.bitsPerWeight))
        add("within_budget", .optional(trial.isWithinBudget))
        if trial.fidelity < 1 { add("fidelity", .number(trial.fidelity)) }
        add("standard_error", .optional(trial.objectiveStandardError))
        add("error", .optional(trial.error))
        add("provenance", .optional(trial.provenance))
        for metric in metrics where metric.step == nil { add("metric \(metric.spoken)", .optional(metric.value)) }
        return attributes
    }

    private static func parameter(_ unit: Int, isSplit: Bool) -> String {
        let modules = Projection.allCases
        let layer = isSplit ? unit / modules.count : unit
        let name = ParameterPattern.layers.replacing("{layer}", with: String(layer))
        guard isSplit else { return name }
        return ParameterPattern.modules.replacing("{layer}", with: String(layer))
            .replacing("{module}", with: modules[unit % modules.count].rawValue)
    }

    private static func state(_ state: TrialState) -> String {
        switch state {
        case .waiting: "WAITING"
        case .running: "RUNNING"
        case .complete: "COMPLETE"
        case .failed, .interrupted: "FAIL"
        }
    }
}
