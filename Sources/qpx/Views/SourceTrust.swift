internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How much a search believes an earlier one that its warm start took observations from.
struct SourceTrust: Sendable, Equatable {
    /// The earlier search.
    let name: String
    /// How many of its observations were taken.
    let observations: Int
    /// Whether it measured the same thing, so that its observations count as they are; nil where the records do not say.
    let isSame: Bool?
    /// Which part of the differences that it saw is expected here, 0…1, at the latest proposal; nil where its
    /// observations count as they are, or nothing was proposed yet.
    let weight: Double?

    /// The sources of a search.
    static func all(_ search: SearchRecord, _ store: Store) throws -> [SourceTrust] {
        let weights = weights(try store.latestTrust(ofSearch: search.id))
        return try store.sources(ofSearch: search.id).map { source in
            SourceTrust(
                name: source.name, observations: source.observations,
                // What cannot be read does not keep the rest from being shown.
                isSame: try? WarmStart.measuresTheSame(search, as: source.searchID, store),
                weight: weights[source.searchID])
        }
    }

    /// The weights that a suggestion recorded, by row id of the earlier search.
    static func weights(_ text: String?) -> [Int: Double] {
        guard let text, let found = try? JSONDecoder().decode([String: Double].self, from: Data(text.utf8)) else {
            return [:]
        }
        return Dictionary(
            found.compactMap { key, weight in Int(key).map { ($0, weight) } }, uniquingKeysWith: { first, _ in first })
    }

    /// "first (7 observations, believed 0.62)".
    var text: String {
        let belief =
            weight.map { ", believed \(NumberText.fixed($0, 2))" } ?? (isSame == true ? ", the same measurement" : "")
        return "\(name) (\(observations) observations\(belief))"
    }

    /// With stable keys.
    var json: JSONValue {
        [
            "search": .string(name), "observations": .int(observations), "same_objective": .optional(isSame),
            "trust": .optional(weight),
        ]
    }
}
