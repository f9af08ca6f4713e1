internal import Store

/// The trials that a command is about: `search`, `search/7`, `search/3-9`, `search/best`, patterns of search names, and
/// what the flags of `SelectionOptions` leave of them.
struct TrialSelection {
    private let store: Store
    private let selectors: [TrialSelector]
    private let options: SelectionOptions

    /// - Parameter selectors: as written; empty for all trials.
    /// - Throws: `StoreError.badSelector`.
    init(_ store: Store, _ selectors: [String], _ options: SelectionOptions = SelectionOptions.unset) throws {
        self.store = store
        self.selectors = try selectors.map { try TrialSelector($0) }
        self.options = options
    }

    /// The searches that are named, each once, in the order asked for; all of them where none is named.
    func searches() throws -> [SearchRecord] {
        guard !selectors.isEmpty else {
            return try store.searches(includingArchived: options.archived).map(\.search)
        }
        return try selectors.flatMap { try store.searches(matching: $0.search) }
            .reduce(into: []) { searches, search in
                if !searches.contains(where: { $0.id == search.id }) { searches.append(search) }
            }
    }

    /// Whether searches are meant as a whole: no trial is named and nothing narrows the choice.
    var isOfWholeSearches: Bool {
        !selectors.isEmpty && selectors.allSatisfy { $0.parts == [.all] } && !options.isNarrowing
    }

    /// The filter behind the selection; its limit is that of the flags.
    func filter() throws -> TrialFilter {
        let searches = try searches()
        let directions = Set(searches.map(\.direction))
        let builder = TrialExpressionBuilder(catalogue: TrialNameCatalogue(store))
        var filter = try options.filter(builder, direction: directions.count == 1 ? directions.first : nil)
        if selectors.isEmpty { return filter }
        if selectors.allSatisfy({ $0.parts == [.all] }) {
            filter.searches = searches.map(\.id)
        } else {
            filter.ids = try selectors.flatMap { try store.trials($0).map(\.id) }
        }
        return filter
    }

    /// The trials, sorted as the flags say, else in the order asked for.
    func trials() throws -> [TrialRecord] {
        let filter = try filter()
        let found = try store.trials(filter)
        guard options.sort == nil, filter.limit == nil, let ids = filter.ids else { return found }
        let places = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return found.sorted { (places[$0.id] ?? 0) < (places[$1.id] ?? 0) }
    }
}
