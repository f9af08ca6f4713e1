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

    /// Whether flags choose among trials, or order them.
    var isOfFlags: Bool { options.isNarrowing || options.sort != nil || options.limit != nil || options.archived }

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

    /// The only trial that is chosen.
    /// - Parameter verb: the command, for the message.
    /// - Throws: `Failure` if there is none or more than one.
    func trial(for verb: String) throws -> TrialRecord {
        let trials = try trials()
        guard let trial = trials.first else {
            throw Failure.notFound("no trial is as asked for", hint: "'qpx trials' lists what there is")
        }
        guard trials.count == 1 else {
            let names = selectors.map(\.text).joined(separator: " ")
            throw Failure.usage(
                "\(names.isEmpty ? "that" : "'\(names)'") names \(trials.count) trials, \(verb) takes one",
                hint: "name one, as search/7 or search/best, or add --limit 1")
        }
        return trial
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
