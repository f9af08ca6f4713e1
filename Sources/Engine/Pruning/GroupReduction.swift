/// How the scores of the matrices that a structure runs through become one score, channel by channel.
///
/// Source: LLM-Pruner's `group_reduction`.
public enum GroupReduction: String, Sendable, CaseIterable, Codable {
    /// Sum over the members.
    case sum
    /// Mean over the members.
    case mean
    /// Largest member.
    case max
    /// Product of the members.
    case prod
    /// The group's root alone: keys for heads, the gate for MLP channels, the embedding for hidden channels.
    case first
    /// The member after the root alone: queries for heads, the up-projection for MLP channels.
    case second

    /// Combines the members' scores; all have the same number of channels, the root comes first.
    func combine(_ members: [[Double]]) -> [Double] {
        guard let root = members.first else { return [] }
        return root.indices.map { channel in
            let values = members.map { $0[channel] }
            return switch self {
            case .sum: values.reduce(0, +)
            case .mean: values.reduce(0, +) / Double(values.count)
            case .max: values.max() ?? 0
            case .prod: values.reduce(1, *)
            case .first: values[0]
            case .second: values.count > 1 ? values[1] : values[0]
            }
        }
    }
}

/// Which query heads count for a key/value head when both are scored together.
public enum HeadPairing: String, Sendable, CaseIterable, Codable {
    /// Those that read it: query head a belongs to key/value head a / group.
    case model
    /// LLM-Pruner's folding: query head a counts for key/value head a mod keyValueHeads, which is another one wherever
    /// queries are grouped. What is removed with a key/value head are its own query heads all the same.
    case llmPruner = "llm-pruner"
}
