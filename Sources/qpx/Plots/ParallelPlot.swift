internal import Store

/// Everything in which trials differ, axis beside axis, one line per trial.
struct ParallelPlot: Plot {
    let name = "parallel"
    let title = "Parallel coordinates"
    let abstract = "What trials differ in (bits per layer, settings of searches) and their values, one line per trial."
    let needs = "two complete trials"
    let options: [PlotOption] = [.metric]
    let keys = "value, axes: [{name, words}], trials: [{trial, values: [number, text or null per axis]}]"

    /// How many lines can be followed.
    static let mostLines = 300
    /// How many settings have an axis.
    static let mostSettings = 5
    /// How many axes layers have; deeper models have one per several layers.
    static let mostLayerAxes = 14

    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)? {
        let value = try subject.value()
        let trials = try subject.measured(value).flatMap(\.self)
        guard trials.count > 1 else { return nil }
        let ranked = trials.enumerated().sorted { a, b in
            let (one, other) = (value.sign * a.element.value, value.sign * b.element.value)
            return one == other ? a.offset < b.offset : one > other
        }.map(\.element)
        let shown = Self.shown(ranked)
        var axes = settings(shown, subject.searches)
        if subject.searches.count == 1 { axes += layers(shown) }
        axes.append(
            ParallelAxis(name: "mean bits", kind: .number, values: shown.map { .number($0.trial.bitsPerWeight) }))
        axes = axes.filter(\.isDiffering)
        axes.append(ParallelAxis(name: value.title, kind: .value, values: shown.map { .number($0.value) }))
        return ParallelDrawing(value: value, name: subject.name, trials: shown, total: ranked.count, axes: axes)
    }

    /// As many trials as can be followed, evenly from best to worst, the best within its budget among them.
    static func shown(_ ranked: [MeasuredTrial]) -> [MeasuredTrial] {
        guard ranked.count > mostLines else { return ranked }
        var places = (0..<mostLines).map { $0 * (ranked.count - 1) / (mostLines - 1) }
        if let best = ranked.firstIndex(where: \.isEligible), !places.contains(best) {
            places.append(best)
            places.sort()
        }
        return places.map { ranked[$0] }
    }

    /// Settings in which the searches, or their trials, differ; by name.
    private func settings(_ trials: [MeasuredTrial], _ searches: [SearchRecord]) -> [ParallelAxis] {
        // What says nothing about a trial itself.
        let others = ["name", "threads", "workers", "lease", "trials", "ask", "warm_start", "model"]
        var ofSearch: [Int: [String: JSONValue]] = [:]
        for search in searches {
            ofSearch[search.id] = Dictionary(
                SearchView(search).settings.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        let own = trials.map { trial -> [String: JSONValue] in
            var settings = ofSearch[trial.trial.searchID] ?? [:]
            for member in trial.trial.specification.map(JSONText.members) ?? [] { settings[member.key] = member.value }
            return settings
        }
        let names = own.reduce(into: Set<String>()) { $0.formUnion($1.keys) }.subtracting(others).sorted()
        let axes = names.lazy.map { name -> ParallelAxis in
            let values = own.map { $0[name] ?? .null }
            let numbers = values.map { value -> ParallelAxis.Value in
                switch value {
                case .int(let number): .number(Double(number))
                case .number(let number): .number(number)
                default: .number(nil)
                }
            }
            guard numbers.contains(where: { $0 == .number(nil) }) else {
                return ParallelAxis(name: name, kind: .number, values: numbers)
            }
            return ParallelAxis(name: name, kind: .words, values: values.map { .word(Self.word($0)) })
        }
        return Array(axes.filter { $0.isDiffering && $0.words.count <= 8 }.prefix(Self.mostSettings))
    }

    /// A setting in a few letters.
    private static func word(_ value: JSONValue) -> String {
        switch value {
        case .null: return "none"
        case .string(let text): return FilePath.name(of: text)
        case .array(let values): return values.map(word).joined(separator: ",")
        default: return value.compact
        }
    }

    /// Bits of each layer, or means of several; nothing where the models are not equally deep.
    private func layers(_ trials: [MeasuredTrial]) -> [ParallelAxis] {
        let bits = trials.map { trial in
            AllocationText(trial.trial.allocation ?? "").bits.map { bits in
                bits.contains { $0 <= 0 } ? nil : Double(bits.reduce(0, +)) / Double(max(1, bits.count))
            }
        }
        guard let depth = bits.first?.count, depth > 0, bits.allSatisfy({ $0.count == depth }) else { return [] }
        let size = (depth + Self.mostLayerAxes - 1) / Self.mostLayerAxes
        return stride(from: 0, to: depth, by: size).map { first in
            let last = min(depth, first + size) - 1
            return ParallelAxis(
                name: size == 1 ? String(first) : "\(first)–\(last)", kind: .layer,
                values: bits.map { bits in
                    let own = bits[first...last].compactMap(\.self)
                    return .number(own.count == last - first + 1 ? own.reduce(0, +) / Double(own.count) : nil)
                })
        }
    }
}

/// One axis with the value of each trial.
struct ParallelAxis: Sendable {
    /// What an axis measures.
    enum Kind: Sendable, Equatable {
        /// Bits of a layer, or of several.
        case layer
        /// Any number.
        case number
        /// Words, in alphabetic order.
        case words
        /// What the search is for: always the last.
        case value
    }

    /// The value of a trial.
    enum Value: Sendable, Equatable, Hashable {
        case number(Double?)
        case word(String)

        /// The number, if it is one.
        var number: Double? {
            guard case .number(let number) = self, let number, number.isFinite else { return nil }
            return number
        }
    }

    let name: String
    let kind: Kind
    let values: [Value]
    /// The words that occur.
    let words: [String]

    init(name: String, kind: Kind, values: [Value]) {
        self.name = name
        self.kind = kind
        self.values = values
        words = Set(
            values.compactMap { value in
                guard case .word(let word) = value else { return nil }
                return word
            }
        ).sorted()
    }

    /// Whether the trials do not agree.
    var isDiffering: Bool { values.contains { $0 != values.first } }

    /// The smallest and the largest number; nil for words.
    var ends: ClosedRange<Double>? {
        let numbers = values.compactMap(\.number)
        guard let low = numbers.min(), let high = numbers.max() else { return nil }
        return kind == .value ? OutlierFences.range(numbers) : low...high
    }

    /// How many trials lie beyond the ends; they are drawn at them.
    var beyond: Int {
        guard let ends else { return 0 }
        return values.compactMap(\.number).count { !ends.contains($0) }
    }

    /// Where a trial is between the lower end (0) and the upper end (1); nil where it has no value.
    func part(_ index: Int) -> Double? {
        if case .word(let word) = values[index] {
            return words.firstIndex(of: word).map { words.count > 1 ? Double($0) / Double(words.count - 1) : 0.5 }
        }
        guard let number = values[index].number, let ends else { return nil }
        let part = (ends.clamped(number) - ends.lowerBound) / (ends.upperBound - ends.lowerBound)
        return part.isFinite ? part : 0.5
    }
}

/// Parallel coordinates.
struct ParallelDrawing: PlotDrawing {
    let value: ParetoValue
    let name: String
    /// Those that are drawn, best first.
    let trials: [MeasuredTrial]
    /// How many there are.
    let total: Int
    let axes: [ParallelAxis]

    var title: String { "\(value.title) by what trials differ in: \(name)" }

    /// The best trial within its budget.
    var best: Int? { trials.firstIndex(where: \.isEligible) }

    var summary: String {
        let names = axes.map { $0.kind == .layer ? "bits of layer \($0.name)" : $0.name }.joined(separator: ", ")
        return "One line per trial, \(trials.count) of them, through the axes \(names)."
    }

    var notes: [String] {
        var notes = ["The more a line stands out, the better the trial."]
        if let best { notes.append("Thick: the best, \(trials[best].trial.name).") }
        if let beyond = axes.last?.beyond, beyond > 0 {
            notes.append("At the worse end \(beyond) trial\(beyond == 1 ? "" : "s") with values beyond it.")
        }
        if trials.contains(where: { !$0.isEligible }) { notes.append("Dashed: beyond the budget.") }
        if trials.count < total {
            notes.append("\(trials.count) of \(NumberText.grouped(total)) trials, evenly from best to worst.")
        }
        return notes
    }

    var json: JSONValue {
        [
            "value": value.json,
            "axes": .array(
                axes.map { axis in
                    [
                        "name": .string(axis.kind == .layer ? "layer \(axis.name)" : axis.name),
                        "words": axis.kind == .words ? .array(axis.words.map(JSONValue.string)) : .null,
                    ]
                }),
            "trials": .array(
                trials.enumerated().map { index, trial in
                    [
                        "trial": .string(trial.trial.name),
                        "values": .array(
                            axes.map { axis in
                                switch axis.values[index] {
                                case .number(let number): .optional(number)
                                case .word(let word): .string(word)
                                }
                            }),
                    ]
                }),
        ]
    }
}
