internal import Store

/// What the page of a report holds: everything that `qpx ui` would be asked for, as far as one file has room for it.
struct PageReport {
    /// Rows of one search at most; of more, the best ones and those that have a name.
    static let mostRows = 1000
    /// Trials up to which each one has its details in the file.
    static let mostDetailed = 500
    /// Points of a training curve at most.
    static let mostPoints = 200

    private let store: Store
    private let searches: [SearchRecord]
    private let data: PageData
    /// Ids of the trials that are shown; nil for all.
    private let chosen: Set<Int>?

    init(_ store: Store, searches: [SearchRecord], chosen: Set<Int>? = nil) {
        self.store = store
        self.searches = searches
        self.chosen = chosen
        data = PageData(store: store)
    }

    /// The data of the page without its tables.
    func members() throws -> [(String, JSONValue)] {
        let summaries = try store.searches().filter { summary in searches.contains { $0.id == summary.search.id } }
        let total = summaries.reduce(0) { $0 + $1.trials }
        var rows: [JSONValue] = []
        var details: [(String, JSONValue)] = []
        var isCut = false
        for search in searches {
            var shown = try trials(of: search)
            if let chosen { shown.trials = shown.trials.filter { chosen.contains($0.id) } }
            isCut = isCut || shown.isCut
            rows += try data.rows(shown.trials, try store.metrics(ofSearch: search.id))
            let detailed =
                total <= Self.mostDetailed
                ? shown.trials : try named(shown.trials, in: search)
            for trial in detailed { details.append((trial.name, try self.details(trial))) }
        }
        return [
            (
                "searches",
                [
                    "database": .string(FilePath.name(of: store.path)), "version": .string(ProgramVersion.text),
                    "searches": .array(summaries.map(SearchesCommand.json)),
                ]
            ),
            ("details", .object(try searches.map { ($0.name, try data.search($0)) })),
            ("trials", .array(rows)), ("trial_details", .object(details)),
            ("plots", .array(try plots())),
            ("note", note(total: total, isCut: isCut)),
        ]
    }

    /// What the reader has to know of what is not there.
    private func note(total: Int, isCut: Bool) -> JSONValue {
        guard total > Self.mostDetailed else { return .null }
        let rows =
            isCut
            ? "Of each search the \(NumberText.grouped(Self.mostRows)) best trials and those that have a name. " : ""
        return .string(
            rows + "Details only of the best trials, the baselines and the references: there are "
                + "\(NumberText.grouped(total)) trials.")
    }

    /// The trials of a search by number; of very many, the best and those that stand for something.
    private func trials(of search: SearchRecord) throws -> (trials: [TrialRecord], isCut: Bool) {
        let filter = TrialFilter(search: search.id)
        var first = filter
        first.limit = Self.mostRows + 1
        let all = try store.trials(first)
        guard all.count > Self.mostRows else { return (all, false) }
        var best = filter
        best.order = .objective(search.direction)
        best.limit = Self.mostRows
        var others = filter
        others.kinds = [.reference, .baseline, .initial, .replicate]
        others.limit = Self.mostRows
        var ids: Set<Int> = []
        let shown = (try store.trials(best) + store.trials(others)).filter { ids.insert($0.id).inserted }
        return (shown.sorted { $0.number < $1.number }, true)
    }

    /// Trials that a reader of the tables asks about: what has a name, and what the search holds for best.
    private func named(_ trials: [TrialRecord], in search: SearchRecord) throws -> [TrialRecord] {
        let recommended = Set(try store.recommendations(ofSearch: search.id).map(\.trialID))
        let best = try store.best(ofSearch: search.id)
        let named = trials.filter { trial in
            trial.kind != .proposal && trial.kind != .rerun || recommended.contains(trial.id)
                || trial.id == best?.trial.id || trial.id == best?.observed.id
        }
        return Array(named.prefix(Self.mostDetailed))
    }

    /// What the page cannot put together from what it has of the search.
    private func details(_ trial: TrialRecord) throws -> JSONValue {
        guard case .object(let members) = try TrialDetails(store, trial: trial).json else { return .null }
        return .object(
            members.map { name, value in
                guard name == "training", case .array(let steps) = value else { return (name, value) }
                return (name, .array(Self.thinned(steps)))
            })
    }

    /// Some of many points: the first, the last and those between at even distances.
    static func thinned(_ points: [JSONValue]) -> [JSONValue] {
        guard points.count > mostPoints, let last = points.indices.last else { return points }
        return (0..<mostPoints).map { points[$0 * last / (mostPoints - 1)] }
    }

    private func plots() throws -> [JSONValue] {
        let pictures = PagePictures(store: store)
        return try searches.flatMap { search in
            try pictures.all(search).map { plot in
                [
                    "search": .string(search.name), "kind": .string(plot.kind), "title": .string(plot.title),
                    "svg": .string(plot.text),
                ]
            }
        }
    }
}
