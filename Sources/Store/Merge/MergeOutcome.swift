/// What the merging of another database into this one came to.
public struct MergeOutcome: Sendable, Equatable {
    /// What is counted.
    public enum Kind: String, Sendable, CaseIterable {
        /// Checkpoints.
        case models
        /// Searches.
        case searches
        /// Trials, whatever their state.
        case trials
        /// Distinct allocations.
        case allocations
        /// Lists of questions that trials answered.
        case exampleSets = "example_sets"
        /// Layer importance that was measured outside a search.
        case importanceRuns = "importance_runs"
        /// Cached steps.
        case stages
        /// Files, by path and digest.
        case artifacts
        /// Events of searches and trials.
        case events
        /// Free text about trials and searches.
        case notes
        /// Words that trials and searches are found by.
        case tags
    }

    /// How many rows of a kind the other file has.
    public struct Count: Sendable, Equatable {
        /// What is counted.
        public var kind: Kind
        /// Rows that came.
        public var added: Int
        /// Rows that were here, or were left out: see the remarks.
        public var known: Int
    }

    /// Counts of every kind, in the order of `Kind`.
    public internal(set) var counts: [Count] = []
    /// What is not as it was in the other file, in the order in which it was met.
    public internal(set) var remarks: [MergeRemark] = []

    /// Whether there was nothing to bring.
    public var isEmpty: Bool { counts.allSatisfy { $0.added == 0 } && !remarks.contains(where: \.isChange) }
}

/// Something that a merge could not bring as it was, or decided.
public enum MergeRemark: Sendable, Equatable {
    /// Another search has the name.
    case renamedSearch(from: String, to: String)
    /// The search runs in the other file; here it is interrupted until somebody resumes it.
    case runningSearch(String)
    /// Another trial of the search has the number.
    case renumberedTrial(from: String, to: String)
    /// Both files tried the allocation: the one that came is archived.
    case archivedTwin(trial: String, twin: String)
    /// It has not finished in the other file, and was left out.
    case unfinishedTrial(String, state: String)
    /// It repeats a trial that was left out, and was left out, too.
    case repeatOfUnfinished(String)
    /// It is running here and has finished in the other file, whose results were left out.
    case runningHere(String)
    /// It was waiting here and has finished in the other file, whose results it got.
    case completedHere(String)

    /// Whether this file is another than before because of it.
    var isChange: Bool { if case .completedHere = self { true } else { false } }

    /// The word for scripts.
    public var code: String {
        switch self {
        case .renamedSearch: "search_renamed"
        case .runningSearch: "search_running"
        case .renumberedTrial: "trial_renumbered"
        case .archivedTwin: "trial_archived"
        case .unfinishedTrial: "trial_unfinished"
        case .repeatOfUnfinished: "repeat_of_unfinished"
        case .runningHere: "trial_running_here"
        case .completedHere: "trial_completed_here"
        }
    }
}

extension MergeRemark: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .renamedSearch(let from, let to): "another search is called \(from); the one that came is \(to)"
        case .runningSearch(let name): "\(name) is running elsewhere; here it is interrupted"
        case .renumberedTrial(let from, let to): "\(from) is another trial here; the one that came is \(to)"
        case .archivedTwin(let trial, let twin): "\(trial) came archived: \(twin) has the same allocation"
        case .unfinishedTrial(let trial, let state): "\(trial) is \(state) there and was left out; merge again later"
        case .repeatOfUnfinished(let trial): "\(trial) repeats a trial that was left out; merge again later"
        case .runningHere(let trial): "\(trial) is running here; what it came to there was left out; merge again later"
        case .completedHere(let trial): "\(trial) was waiting here and got its results"
        }
    }
}
