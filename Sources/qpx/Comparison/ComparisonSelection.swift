internal import Store

/// What a comparison is of: trials, or searches and their best trials. The baseline stands first.
struct ComparisonSelection {
    /// Trials side by side, the baseline first; fewer than two where searches have no best ones.
    let trials: [TrialRecord]
    /// The searches that are compared; nil for trials alone.
    let searches: [SearchRecord]?

    /// How many can be compared.
    static let range = 2...20

    /// - Parameters:
    ///   - texts: trials or searches.
    ///   - options: flags that choose among the trials.
    ///   - baseline: a trial or a search that need not be one of them.
    ///   - onlyBest: whether of searches only the best trials are compared.
    /// - Throws: `Failure`, `StoreError`.
    init(
        _ store: Store, _ texts: [String], _ options: SelectionOptions, baseline: String?, onlyBest: Bool
    ) throws {
        let selectors = try texts.map { try TrialSelector($0) }
        let chosen = try TrialSelection(store, texts, options)
        // Flags choose trials: what they leave is compared trial by trial.
        let named = chosen.isOfFlags ? [] : try Self.searches(store, selectors)
        let isOfSearches = !onlyBest && (selectors.count > 1 || named.count > 1) && !named.isEmpty
        searches = isOfSearches ? try Self.searches(store, named, baseline, texts) : nil
        var trials: [TrialRecord] = []
        if chosen.isOfFlags {
            trials = try chosen.trials()
        } else if let searches {
            trials = try searches.compactMap { try store.bestTrial(ofSearch: $0.id) }
        } else if !onlyBest, selectors.count == 1, let search = named.first {
            var filter = TrialFilter(search: search.id)
            filter.states = [.complete]
            trials = try store.trials(filter)
        } else {
            for selector in selectors {
                for trial in try Self.trials(selector, store)
                where !trials.contains(where: { $0.id == trial.id }) { trials.append(trial) }
            }
        }
        if let baseline { trials = Self.beginning(trials, with: try Self.baseline(baseline, store)) }
        self.trials = trials
        if searches == nil { try Self.check(trials.count, "trials", texts) }
    }

    private static func check(_ count: Int, _ what: String, _ texts: [String]) throws(Failure) {
        guard !range.contains(count) else { return }
        if count == 0 {
            throw .notFound("no complete trials to compare", hint: "'qpx trials' says how far they are")
        }
        let named = count == 1 ? "one" : "\(count)"
        throw .usage(
            "two to twenty \(what) can be compared, and \(texts.isEmpty ? "what is asked for" : texts.joined(separator: " ")) "
                + "\(count == 1 ? "is" : "are") \(named)",
            hint: count == 1
                ? "name another one, or add --baseline" : "name fewer, as in \(example(texts)); 'qpx trials' lists all")
    }

    private static func example(_ texts: [String]) -> String {
        let search = (texts.first ?? "").split(separator: "/").first.map(String.init) ?? "search"
        return "\(search)/1-20"
    }

    /// The searches that are named, each once; none where a selector names trials.
    private static func searches(_ store: Store, _ selectors: [TrialSelector]) throws -> [SearchRecord] {
        guard selectors.allSatisfy({ $0.parts == [.all] }) else { return [] }
        var found: [SearchRecord] = []
        for search in try selectors.flatMap({ try store.searches(matching: $0.search) })
        where !found.contains(where: { $0.id == search.id }) { found.append(search) }
        return found
    }

    /// The searches to compare, the baseline's first.
    private static func searches(
        _ store: Store, _ named: [SearchRecord], _ baseline: String?, _ texts: [String]
    ) throws -> [SearchRecord] {
        var found = named
        if let baseline {
            let selector = try TrialSelector(baseline)
            let own = try store.search(named: selector.search)
            let isThere = found.contains { $0.id == own.id }
            // A trial of a search that is not compared is a baseline for trials alone.
            if isThere || selector.parts == [.all] { found = [own] + found.filter { $0.id != own.id } }
        }
        try check(found.count, "searches", texts)
        return found
    }

    private static func trials(_ selector: TrialSelector, _ store: Store) throws -> [TrialRecord] {
        guard selector.parts == [.all] else { return try store.trials(selector) }
        return try store.searches(matching: selector.search).map { try best(of: $0, store) }
    }

    private static func best(of search: SearchRecord, _ store: Store) throws -> TrialRecord {
        guard let best = try store.bestTrial(ofSearch: search.id) else {
            throw Failure.notFound(
                "search '\(search.name)' has no complete trial within its budget yet",
                hint: "'qpx trials \(search.name)' says how far it is")
        }
        return best
    }

    private static func baseline(_ text: String, _ store: Store) throws -> TrialRecord {
        let selector = try TrialSelector(text)
        guard selector.parts != [.all] else { return try best(of: try store.search(named: selector.search), store) }
        let found = try store.trials(selector)
        guard found.count == 1, let trial = found.first else {
            throw Failure.usage("--baseline: '\(text)' is \(found.count) trials", hint: "name one of them")
        }
        return trial
    }

    private static func beginning(_ trials: [TrialRecord], with first: TrialRecord) -> [TrialRecord] {
        [first] + trials.filter { $0.id != first.id }
    }
}
