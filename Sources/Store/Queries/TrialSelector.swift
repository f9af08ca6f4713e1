/// Trials as the command line names them: `search`, `search/7`, `search/3-9`, `search/best`, `search/1,4-6,best`, and the
/// same of all searches that a pattern fits, `brown*/best`.
public struct TrialSelector: Equatable, Sendable {
    /// Which of a search's trials.
    public enum Part: Equatable, Sendable {
        /// All that are not archived.
        case all
        /// Those with these numbers.
        case numbers(ClosedRange<Int>)
        /// The best one; see `BestTrial`.
        case best
    }

    /// The search's name, its beginning, or a pattern with `*` and `?`.
    public let search: String
    /// Which trials, in the order asked for.
    public let parts: [Part]
    /// The text that was parsed.
    public let text: String

    /// Reads a selector.
    /// - Throws: `StoreError.badSelector`, saying what is wrong.
    public init(_ text: String) throws {
        self.text = text
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = halves.first, !name.isEmpty else {
            throw StoreError.badSelector(text: text, reason: "the name of a search is missing")
        }
        search = String(name)
        guard halves.count == 2 else {
            parts = [.all]
            return
        }
        parts = try halves[1].split(separator: ",", omittingEmptySubsequences: false).map { part in
            try Self.part(part, of: text)
        }
    }

    private static func part(_ part: Substring, of text: String) throws -> Part {
        if part == "best" { return .best }
        let bounds = part.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = bounds.compactMap { bound in
            bound.allSatisfy { $0.isASCII && $0.isNumber } ? Int(bound) : nil
        }
        guard numbers.count == bounds.count, let first = numbers.first, let last = numbers.last, numbers.count <= 2
        else {
            throw StoreError.badSelector(text: text, reason: "'\(part)' is no number, range or 'best'")
        }
        guard first >= 1, first <= last else {
            throw StoreError.badSelector(text: text, reason: "'\(part)' must go from 1 upwards")
        }
        return .numbers(first...last)
    }
}

extension Store {
    /// The trials that a selector names, each once, in the order asked for.
    ///
    /// - Throws: `StoreError.noSearch`, `ambiguous`; `noTrial` when a part names none.
    public func trials(_ selector: TrialSelector) throws -> [TrialRecord] {
        try read { database in
            var found: [TrialRecord] = []
            var ids: Set<Int> = []
            for search in try database.searches(matching: selector.search) {
                for part in selector.parts {
                    for trial in try database.trials(part, of: search, selector: selector.text)
                    where ids.insert(trial.id).inserted { found.append(trial) }
                }
            }
            return found
        }
    }
}

extension Database {
    fileprivate func trials(
        _ part: TrialSelector.Part, of search: SearchRecord, selector: String
    ) throws -> [TrialRecord] {
        switch part {
        case .all:
            return try trials([], of: search)
        case .best:
            guard let best = try best(of: search)?.trial else {
                throw StoreError.noTrial(
                    selector: selector, hint: "search '\(search.name)' has no complete trial within its budget yet")
            }
            return [best]
        case .numbers(let range):
            let trials = try trials([range], of: search)
            guard !trials.isEmpty else {
                let hint = try trialHint(search, asked: range.count == 1 ? range.lowerBound : nil)
                throw StoreError.noTrial(selector: selector, hint: hint)
            }
            return trials
        }
    }
}
