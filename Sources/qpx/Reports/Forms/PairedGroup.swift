internal import Store

/// The methods of searches that differ in their seed, to be compared with one of them.
struct PairedGroup {
    /// A method with its trials.
    struct Method {
        /// What rows of several seeds have in common.
        var key: String
        /// What it is called.
        var name: String
        /// Of each search its entry; nil where it has none.
        var entries: [ResultEntry?]

        /// Whether it may be chosen within the budget, in every search.
        var isWithinBudget: Bool { entries.allSatisfy { $0 != nil && $0?.trial.isWithinBudget != false } }

        /// Bits per weight, of several searches the mean.
        var bitsPerWeight: Double? {
            let known = entries.compactMap(\.self).map(\.bitsPerWeight)
            let bits = known.compactMap(\.self)
            return bits.isEmpty || bits.count < known.count ? nil : bits.reduce(0, +) / Double(bits.count)
        }

        /// Whether it is meant by a label.
        func isCalled(_ label: String) -> Bool {
            name == label || key == label || entries.contains { $0?.method == label || $0?.trial.label == label }
        }
    }

    /// The searches, one for each seed.
    let searches: [SearchRecord]
    /// In the order of results.
    let methods: [Method]

    /// The method that is the default baseline where all have it.
    static let usual = "uniform 4-bit"

    /// - Parameter chosen: ids of the trials that may be used; nil for all.
    init(_ group: SeedGroup, in store: Store, chosen: Set<Int>?) throws {
        searches = group.searches
        let entries = try group.searches.map { search in
            try ResultEntry.entries(of: search, in: store).filter { entry in
                (chosen?.contains(entry.trial.id) ?? true) && Self.isMethod(entry)
            }
        }
        methods = ResultEntry.order(entries.map { $0.map(Self.key) }).map { key in
            let own = entries.map { entries in entries.first { Self.key($0) == key } }
            return Method(key: key, name: Self.name(own.compactMap(\.self)), entries: own)
        }
    }

    /// The intact model and the pruned one as it is are what methods start from, and none themselves.
    private static func isMethod(_ entry: ResultEntry) -> Bool {
        guard entry.trial.kind == .reference, entry.trial.allocation == nil else { return true }
        return entry.isPruned && entry.trial.label?.hasPrefix("pruned") != true
    }

    /// Replicates are one method however many there are.
    private static func key(_ entry: ResultEntry) -> String {
        entry.repeated == nil ? entry.key : "searched, fresh seeds"
    }

    private static func name(_ entries: [ResultEntry]) -> String {
        let name = entries.first?.method ?? ""
        if let searched = ResultEntry.searched(entries.flatMap(\.tried)) { return searched }
        return entries.allSatisfy { $0.method == name } ? name : "searched, fresh seeds"
    }

    /// The uniform precision with the most bits that every search has within its budget.
    var uniformWithinBudget: Method? {
        methods.filter { $0.name.hasPrefix("uniform ") && $0.isWithinBudget }
            .max { ($0.bitsPerWeight ?? 0) < ($1.bitsPerWeight ?? 0) }
    }
}

/// Which method the others are compared with, group by group.
struct PairedBaseline {
    /// Of each group; nil where it has none.
    let methods: [PairedGroup.Method?]
    /// What a reader is told.
    let remarks: [String]

    /// - Parameter label: what was asked for.
    /// - Throws: `Failure` with status 3 where no search has such a method.
    init(_ groups: [PairedGroup], label: String?) throws(Failure) {
        let usual = groups.map { group in group.methods.first { $0.name == PairedGroup.usual && $0.isWithinBudget } }
        let name: String
        let methods: [PairedGroup.Method?]
        if let label {
            methods = groups.map { group in group.methods.first { $0.isCalled(label) } }
            guard methods.contains(where: { $0 != nil }) else {
                var names: [String] = []
                for method in groups.flatMap(\.methods) where !names.contains(method.name) { names.append(method.name) }
                throw .notFound(
                    "--baseline: no search has a method '\(label)'." + Suggestion.question(for: label, in: names),
                    hint: "the methods are \(names.joined(separator: ", "))")
            }
            name = label
        } else if usual.allSatisfy({ $0 != nil }) {
            methods = usual
            name = PairedGroup.usual
        } else {
            methods = groups.map(\.uniformWithinBudget)
            name = "a uniform precision"
        }
        var remarks: [String] = []
        var names: [String] = []
        for case let method? in methods where !names.contains(method.name) { names.append(method.name) }
        if label != nil || usual.allSatisfy({ $0 != nil }) {
            remarks.append("Baseline: \(names.first ?? name).")
        } else {
            let parts = names.map { name in
                let own = zip(groups, methods).filter { $0.1?.name == name }.flatMap { $0.0.searches.map(\.name) }
                return names.count == 1 ? name : "\(name) (\(own.joined(separator: ", ")))"
            }
            remarks.append(
                "Baseline: the uniform precision with the most bits within the budget, as not every search has "
                    + "\(PairedGroup.usual) within it: \(parts.joined(separator: "; ")).")
        }
        let without = zip(groups, methods).filter { $0.1 == nil }.flatMap { $0.0.searches.map(\.name) }
        if !without.isEmpty { remarks.append("No row, for want of \(name): \(without.joined(separator: ", ")).") }
        self.methods = methods
        self.remarks = remarks
    }
}
