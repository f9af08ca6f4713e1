internal import Store

/// Which trials the page asks for.
struct PageTrialsRequest: Sendable {
    /// The search's name; nil for all searches.
    var search: String?
    /// What must hold of the trials; empty for all.
    var condition = ""
    /// By what they are sorted; empty for their number.
    var sort = ""
    var offset = 0
    var limit = 100

    init() {}

    /// Reads the parameters of an address.
    /// - Throws: `Failure` with status 64, naming the parameter.
    init(_ parameters: [String: String]) throws(Failure) {
        search = parameters["search"].flatMap { $0.isEmpty ? nil : $0 }
        condition = parameters["where"] ?? ""
        sort = parameters["sort"] ?? ""
        var settings = Settings()
        settings.set("offset", flag: parameters["offset"])
        settings.set("limit", flag: parameters["limit"])
        offset = try settings.integer("offset", in: 0...1_000_000_000) ?? 0
        limit = try settings.integer("limit", in: 0...PageData.largestPage) ?? 100
    }

    /// The filter that this asks for.
    func filter(_ store: Store) throws -> TrialFilter {
        var filter = TrialFilter()
        if let search { filter.searches = [try store.search(named: search).id] }
        return filter
    }
}
