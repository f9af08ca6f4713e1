internal import Store

/// Searches that differ in nothing but their seed, and in how they were carried out.
struct SeedGroup {
    /// The searches, by seed.
    var searches: [SearchRecord]

    /// Settings that change no expected value.
    private static let irrelevant: Set<String> = ["name", "seed", "threads", "workers", "lease", "save_every", "reuse"]

    /// The setting that names other searches.
    private static let sources = "warm_start"

    /// Groups, in the order of their first searches.
    static func groups(_ searches: [SearchRecord], in store: Store) throws -> [SeedGroup] {
        var groups: [(key: String, group: SeedGroup)] = []
        for search in searches {
            let key = try key(search, in: store)
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].group.searches.append(search)
            } else {
                groups.append((key, SeedGroup(searches: [search])))
            }
        }
        // Which of several that ran at the same time came first is chance.
        return groups.map { entry in
            var group = entry.group
            group.searches = group.searches.enumerated()
                .sorted { ($0.element.seed, $0.offset) < ($1.element.seed, $1.offset) }.map(\.element)
            return group
        }
    }

    /// The settings of a search that a group has in common, in alphabetic order.
    static func settings(_ search: SearchRecord) -> [(key: String, value: JSONValue)] {
        JSONText.members(search.specification).filter { !irrelevant.contains($0.key) }
    }

    /// The settings as they are compared: a search that a warm start comes from counts by its settings, not by its name.
    static func comparable(_ search: SearchRecord, in store: Store) throws -> [(key: String, value: String)] {
        try comparable(search, in: store, within: [])
    }

    private static func comparable(
        _ search: SearchRecord, in store: Store, within outer: Set<Int>
    ) throws -> [(key: String, value: String)] {
        try settings(search).map { setting in
            guard setting.key == sources, case .array(let names) = setting.value else {
                return (setting.key, setting.value.compact)
            }
            let known = try store.sources(ofSearch: search.id)
            let keys = try names.map { name -> String in
                let id = known.first { $0.name == name.plainText }?.searchID
                let source = try id.map { try store.search(id: $0) } ?? store.search(exactly: name.plainText)
                // A file may say anything, also that a search comes from itself.
                guard let source, source.id != search.id, !outer.contains(source.id) else { return name.compact }
                return try key(source, in: store, within: outer.union([search.id]))
            }
            return (setting.key, JSONValue.array(keys.map(JSONValue.string)).compact)
        }
    }

    private static func key(_ search: SearchRecord, in store: Store, within outer: Set<Int> = []) throws -> String {
        let settings = try comparable(search, in: store, within: outer).map { "\($0.key)=\($0.value)" }
        return (["\(search.modelID)", search.objective] + settings).joined(separator: "\n")
    }
}
