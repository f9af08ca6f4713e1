/// The structures of a block that can only be removed together, found from the architecture.
///
/// A key/value head with the query heads that read it: rows of q, k and v, columns of o. An MLP channel: a row of gate
/// and up, a column of down. Source: Ma et al. 2023, "LLM-Pruner", section 3.1.
struct CoupledStructures {
    let layer: ModelConfiguration.Layer
    let headDimension: Int

    /// The matrices of an attention head's group, root first, with the axis on which the head lies.
    static let attentionMembers: [(projection: Projection, axis: ChannelAxis)] = [
        (.key, .rows), (.query, .rows), (.value, .rows), (.output, .columns),
    ]
    /// The matrices of an MLP channel's group, root first.
    static let mlpMembers: [(projection: Projection, axis: ChannelAxis)] = [
        (.gate, .rows), (.up, .rows), (.down, .columns),
    ]

    /// Query heads per key/value head.
    var group: Int { layer.heads / layer.keyValueHeads }

    /// The rows of q (columns of o) of the query heads that belong to the given key/value heads.
    func queryChannels(ofKeyValueHeads heads: [Int]) -> [Int] {
        heads.flatMap { Array($0 * group * headDimension..<($0 + 1) * group * headDimension) }
    }

    /// The rows of k and v of the given key/value heads.
    func keyChannels(ofKeyValueHeads heads: [Int]) -> [Int] {
        heads.flatMap { Array($0 * headDimension..<($0 + 1) * headDimension) }
    }

    /// Scores of query channels, folded onto the key/value channels that they belong to: channel c of query head a
    /// counts for channel c of key/value head a / group.
    ///
    /// (LLM-Pruner folds query head a onto head a mod keyValueHeads, which is not the model's grouping.)
    func foldedOntoKeyChannels(_ scores: [Double]) -> [Double] {
        guard group > 1, scores.count == layer.heads * headDimension else { return scores }
        var folded = [Double](repeating: 0, count: layer.keyValueHeads * headDimension)
        for (channel, score) in scores.enumerated() {
            let head = channel / headDimension
            folded[head / group * headDimension + channel % headDimension] += score
        }
        return folded
    }
}
