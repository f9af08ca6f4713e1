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
        offset = try Self.integer("offset", parameters, in: 0...1_000_000_000) ?? 0
        limit = try Self.integer("limit", parameters, in: 0...PageData.largestPage) ?? 100
    }

    private static func integer(
        _ name: String, _ parameters: [String: String], in range: ClosedRange<Int>
    ) throws(Failure) -> Int? {
        guard let text = parameters[name], !text.isEmpty else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw .usage("\(name): '\(text)' is no whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The filter that this asks for.
    /// - Throws: `Failure` with status 64 where condition or order say nothing, and the place; `StoreError`.
    func filter(_ store: Store) throws -> TrialFilter {
        var filter = TrialFilter()
        filter.offset = offset
        filter.limit = limit
        if let search { filter.searches = [try store.search(named: search).id] }
        let builder = TrialExpressionBuilder(catalogue: TrialNameCatalogue(store))
        if condition.contains(where: { !$0.isWhitespace }) {
            filter.condition = try ExpressionFlag.read("where") { try builder.condition(condition) }
        }
        switch sort {
        case "", "number": filter.order = .number
        // In the order of their ids, which an index has: those of a search are numbered in it.
        case "-number": filter.order = .newest
        default: filter.order = .values(try ExpressionFlag.read("sort") { try builder.keys(sort) })
        }
        return filter
    }
}
