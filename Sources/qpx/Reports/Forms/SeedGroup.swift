internal import Store

/// Searches that differ in nothing but their seed, and in how they were carried out.
struct SeedGroup {
    /// The searches, in the order asked for.
    var searches: [SearchRecord]

    /// Settings that change no expected value.
    private static let irrelevant: Set<String> = ["name", "seed", "threads", "workers", "lease", "save_every", "reuse"]

    /// Groups, in the order of their first searches.
    static func groups(_ searches: [SearchRecord]) -> [SeedGroup] {
        var groups: [(key: String, group: SeedGroup)] = []
        for search in searches {
            let key = key(search)
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].group.searches.append(search)
            } else {
                groups.append((key, SeedGroup(searches: [search])))
            }
        }
        return groups.map(\.group)
    }

    /// The settings of a search that a group has in common, in alphabetic order.
    static func settings(_ search: SearchRecord) -> [(key: String, value: JSONValue)] {
        JSONText.members(search.specification).filter { !irrelevant.contains($0.key) }
    }

    private static func key(_ search: SearchRecord) -> String {
        let settings = settings(search).map { "\($0.key)=\($0.value.compact)" }
        return (["\(search.modelID)", search.objective] + settings).joined(separator: "\n")
    }
}
