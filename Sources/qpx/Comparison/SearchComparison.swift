internal import Store

/// Searches side by side: what they were asked to do, and how good they were after the same number of trials.
///
/// Differences are to the first search.
struct SearchComparison {
    /// One search.
    struct Part {
        let search: SearchRecord
        let curve: BestSoFar
        /// The trial that the search holds for the best; nil while there is none within the budget.
        let best: TrialRecord?
        /// Where its warm start came from.
        let sources: [String]
        /// From its beginning to its end, or to the end of its last candidate; pauses count.
        let wallSeconds: Double?
    }

    let parts: [Part]
    /// Settings that differ first, then those that agree; each in alphabetic order.
    let settings: [ComparedSetting]

    init(_ store: Store, searches: [SearchRecord], filter: ComparisonFilter = ComparisonFilter()) throws {
        parts = try searches.map { search in
            let course = try store.course(ofSearch: search.id)
            return Part(
                search: search,
                curve: BestSoFar(course, direction: search.direction, start: search.startedAt),
                best: try store.bestTrial(ofSearch: search.id),
                sources: try store.sources(ofSearch: search.id).map(\.name),
                wallSeconds: Elapsed.seconds(
                    from: search.startedAt, to: search.finishedAt ?? course.compactMap(\.finishedAt).max()))
        }
        let facts = try searches.map { search in
            ComparedSetting.facts(of: search, modelDigest: try store.model(id: search.modelID).sha256) + [
                (name: "objective", value: JSONValue.string(search.objective)),
                (name: "direction", value: .string(search.direction.rawValue)),
                (name: "evaluator", value: .string(search.evaluator.rawValue)),
            ]
        }
        settings = ComparedSetting.all(facts).filter(filter.shows)
    }

    /// What all of them look for; nil where they do not look for the same.
    var objective: (name: String, direction: ObjectiveDirection)? {
        guard let first = parts.first?.search,
            parts.allSatisfy({ $0.search.objective == first.objective && $0.search.direction == first.direction })
        else { return nil }
        return (first.objective, first.direction)
    }

    /// How many candidates each of them has at least.
    var commonCount: Int { parts.map(\.curve.count).min() ?? 0 }

    /// The counts at which they are put side by side; empty where their objectives differ.
    var counts: [Int] { objective == nil ? [] : BestSoFar.counts(upTo: commonCount) }

    /// The best after so many trials, of each search.
    func best(after count: Int) -> [BestSoFar.Step?] { parts.map { $0.curve.best(after: count) } }

    /// How many trials a search needed to be as good as another one ever was; nil where it never was, or where their
    /// objectives differ.
    func trials(of index: Int, toReachBestOf other: Int) -> Int? {
        guard let objective, let target = parts[other].curve.steps.last?.value else { return nil }
        return parts[index].curve.trials(toReach: target, direction: objective.direction)
    }

    /// "the objectives differ: loss, minimize (first); accuracy, maximize (second)"; nil where they agree.
    var objectiveNote: String? {
        guard objective == nil else { return nil }
        let texts = parts.map { "\(SearchView($0.search).objective) (\($0.search.name))" }
        return "the objectives differ, so their values are not compared: \(texts.joined(separator: "; "))"
    }
}
