internal import Engine
internal import Store

/// Trials that were measured elsewhere, as a file has them.
struct History {
    /// One of them.
    struct Entry {
        /// Where it was measured: what tells it from every other one, also when the file is read again.
        var provenance: String
        /// What each layer, or module, had, in the order of the units: a precision's name, bits, or another program's word.
        var words: [String]
        /// What the objective came to.
        var value: Double
        /// Of the value.
        var standardError: Double?
        /// What reports call it.
        var label: String?
        /// What else was measured.
        var metrics: [MetricRecord] = []
        /// How long it took.
        var seconds: Double = 0
    }

    /// The entries, in the order of the file.
    var entries: [Entry] = []
    /// What of the file is no entry, by reason, in the order in which the reasons came up.
    private(set) var skipped: [(reason: String, count: Int)] = []

    /// Counts something that is no entry.
    mutating func skip(_ reason: String) {
        if let index = skipped.firstIndex(where: { $0.reason == reason }) {
            skipped[index].count += 1
        } else {
            skipped.append((reason, 1))
        }
    }
}

/// What the words of another program mean.
struct ValueMap: Sendable, Equatable {
    private var names: [String: String] = [:]

    /// Reads "4=nf4,8=int8".
    /// - Throws: `Failure` for anything else.
    init(_ text: String?) throws(Failure) {
        guard let text else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty, names[sides[0]] == nil else {
                throw .usage("--value-map: '\(part)' is no pair", hint: "as in --value-map 4=nf4,8=int8")
            }
            names[sides[0]] = sides[1]
        }
    }

    /// The choice that a word means: as the map says, else by its name, else by its bits where only one choice has them.
    func choice(_ word: String, among choices: [AllocationSpace.Choice]) -> String? {
        let word = names[word] ?? word
        if choices.contains(where: { $0.name == word }) { return word }
        if let known = Precisions.named(word)?.name, choices.contains(where: { $0.name == known }) { return known }
        guard let bits = Int(word) else { return nil }
        let fitting = choices.filter { $0.bits == bits }
        return fitting.count == 1 ? fitting[0].name : nil
    }
}

/// Names of the parameters that hold an allocation: "b{layer}", "l{layer}.{module}".
struct ParameterPattern: Sendable, Equatable {
    /// What is used when nothing is said.
    static let layers = "b{layer}"
    static let modules = "b{layer}.{module}"

    private let text: String

    /// - Parameter text: nil for the usual one.
    /// - Throws: `Failure` unless the places are there.
    init(_ text: String?, granularity: AllocationSpace.Granularity) throws(Failure) {
        let pattern = text ?? (granularity == .layer ? Self.layers : Self.modules)
        guard pattern.contains("{layer}"), granularity == .layer || pattern.contains("{module}") else {
            throw .usage(
                "--param: '\(pattern)' does not say where the \(granularity == .layer ? "layer" : "layer and module") is",
                hint: "as in \(granularity == .layer ? Self.layers : Self.modules)")
        }
        self.text = pattern
    }

    /// The name for each unit of a space, in its order.
    func names(_ space: AllocationSpace) -> [String] {
        (0..<space.layers).flatMap { layer in
            let own = text.replacing("{layer}", with: String(layer))
            guard space.granularity == .module else { return [own] }
            return Projection.allCases.map { own.replacing("{module}", with: $0.rawValue) }
        }
    }
}
