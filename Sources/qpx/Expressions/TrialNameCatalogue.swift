internal import Engine
internal import Store

/// The names that an expression about trials may use, and what they mean in a database.
struct TrialNameCatalogue {
    private let store: Store
    private let known = Known()

    /// Metrics and settings that are recorded: read once, and only when a name is none of the fields.
    private final class Known {
        var names: RecordedNames?
    }

    /// The names in a database.
    init(_ store: Store) { self.store = store }

    private func recorded() throws -> RecordedNames {
        if let names = known.names { return names }
        let names = try store.recordedNames()
        known.names = names
        return names
    }

    /// What a name can be.
    enum Meaning: Equatable {
        case value(TrialExpression, TrialField.Kind?, words: [String]?)
        case words(TrialExpression.Words)
    }

    /// Second names of fields, for what people write.
    static let synonyms: [(name: String, field: TrialField)] = [("pruning_ratio", .pruningRatio)]

    /// What a name means.
    /// - Throws: `ExpressionError` for names that mean nothing, with one that comes near.
    func meaning(of name: Expression.Name) throws -> Meaning {
        let parts = name.parts
        guard let first = parts.first else { throw ExpressionError("a name is missing", at: name.position) }
        if parts.count == 1 {
            if let field = TrialField(rawValue: first) ?? Self.synonyms.first(where: { $0.name == first })?.field {
                return .value(.field(field), field.kind, words: field.words)
            }
            if first == "tag" { return .words(.tag) }
            if first == "note" { return .words(.note) }
        }
        switch first {
        case "bits", "precision": return try layer(name)
        case "count": return try count(name)
        default: break
        }
        let names = try recorded()
        if let metric = try metric(name, names) { return .value(metric, .number, words: nil) }
        if let setting = try setting(name, names) { return .value(setting, nil, words: nil) }
        let known =
            Self.fixedNames + names.metrics.map { $0.task.isEmpty ? $0.name : "\($0.name).\($0.task)" }
            + names.metrics.map(\.name) + names.settings
        throw ExpressionError(
            "unknown name '\(name.text)'." + Suggestion.question(for: name.text, in: known), at: name.position,
            hint: "'qpx help expressions' lists the names")
    }

    /// Names that do not depend on what is recorded.
    static let fixedNames =
        TrialField.allCases.map(\.rawValue) + synonyms.map(\.name) + [
            "tag", "note", "bits.0", "precision.0", "count.8",
        ]

    private func layer(_ name: Expression.Name) throws(ExpressionError) -> Meaning {
        let parts = name.parts
        guard parts.count == 2 || parts.count == 3, let layer = Int(parts[1]), (0..<1_000_000).contains(layer) else {
            throw ExpressionError(
                "'\(name.text)' needs a layer, from 0", at: name.position,
                hint: "write \(parts[0]).12 or \(parts[0]).12.q_proj")
        }
        let module = parts.count == 3 ? parts[2] : nil
        let known = Projection.allCases.map(\.rawValue)
        if let module, !known.contains(module) {
            throw ExpressionError(
                "unknown module '\(module)'." + Suggestion.question(for: module, in: known), at: name.position,
                hint: "modules are \(known.joined(separator: ", "))")
        }
        return parts[0] == "bits"
            ? .value(.bits(layer: layer, module: module), .number, words: nil)
            : .value(.precision(layer: layer, module: module), .text, words: nil)
    }

    private func count(_ name: Expression.Name) throws(ExpressionError) -> Meaning {
        guard name.parts.count == 2, let bits = Int(name.parts[1]), (1...64).contains(bits) else {
            throw ExpressionError("'\(name.text)' needs a number of bits, as count.8", at: name.position)
        }
        return .value(.count(bits: bits), .number, words: nil)
    }

    /// `acc`, `acc.piqa`, `acc.piqa.stderr`, `acc.piqa.count`, also with the task in front: `piqa.acc`.
    private func metric(_ name: Expression.Name, _ names: RecordedNames) throws -> TrialExpression? {
        var parts = name.parts
        var part = TrialExpression.MetricPart.value
        if parts.count >= 2, let last = parts.last, let own = Self.metricParts[last] {
            part = own
            parts.removeLast()
        }
        func find(_ name: String, _ task: String) -> Bool {
            names.metrics.contains { $0.name == name && $0.task == task }
        }
        guard let first = parts.first, let last = parts.last else { return nil }
        if parts.count == 1, names.metrics.contains(where: { $0.name == first }) {
            if find(first, "") { return .metric(name: first, task: "", part: part) }
            let tasks = names.metrics.filter { $0.name == first }.map(\.task)
            if part == .value { return .metric(name: first, task: tasks.count == 1 ? tasks.first : nil, part: part) }
            guard tasks.count == 1 else {
                throw ExpressionError(
                    "'\(name.text)' needs a task", at: name.position,
                    hint: "there are \(tasks.joined(separator: ", "))")
            }
            return .metric(name: first, task: tasks.first, part: part)
        }
        // A task's name may have points of its own.
        let behind = parts.dropFirst().joined(separator: ".")
        if find(first, behind) { return .metric(name: first, task: behind, part: part) }
        let before = parts.dropLast().joined(separator: ".")
        if find(last, before) { return .metric(name: last, task: before, part: part) }
        return nil
    }

    private static let metricParts: [String: TrialExpression.MetricPart] = [
        "stderr": .standardError, "count": .count,
    ]

    /// `learning_rate`, also as on the command line, `learning-rate`; `setting.seed` where the name means something else.
    private func setting(_ name: Expression.Name, _ names: RecordedNames) throws(ExpressionError) -> TrialExpression? {
        let isNamed = name.parts.count == 2 && name.parts[0] == "setting"
        guard name.parts.count == 1 || isNamed, let last = name.parts.last else { return nil }
        let key = String(last.map { $0 == "-" ? "_" : $0 })
        if names.settings.contains(key) { return .setting(key) }
        guard isNamed else { return nil }
        throw ExpressionError(
            "no search has a setting '\(last)'." + Suggestion.question(for: key, in: names.settings), at: name.position)
    }
}
