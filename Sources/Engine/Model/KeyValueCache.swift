/// Keys and values of the tokens that a model has read so far, so that the next token costs one row and not the whole
/// text again.
///
/// A reference, because every block adds to it. Not for several threads at once.
final class KeyValueCache {
    /// One block's keys and values, `[capacity, keyValueHeads · d]`, of which the first `length` rows count.
    struct Past {
        let keys: Activation
        let values: Activation
        let length: Int
    }

    /// Tokens read.
    private(set) var length = 0
    private var capacity: Int
    private var layers: [(keys: Activation, values: Activation)]

    /// An empty cache for a model; it grows as tokens come.
    init(_ configuration: ModelConfiguration, capacity: Int = 128) {
        self.capacity = capacity
        layers = configuration.layers.map { layer in
            let columns = layer.keyValueHeads * configuration.headDimension
            return (
                Activation(rows: capacity, columns: columns), Activation(rows: capacity, columns: columns)
            )
        }
    }

    /// What a block has seen before the tokens that are being read.
    func past(_ layer: Int) -> Past {
        Past(keys: layers[layer].keys, values: layers[layer].values, length: length)
    }

    /// Keeps a block's rows of the tokens that are being read, `[tokens, keyValueHeads · d]`.
    func append(_ keys: Activation, _ values: Activation, layer: Int) {
        let end = length + keys.rows
        if end > layers[layer].keys.rows {
            capacity = max(capacity, 2 * end)
            layers[layer] = (Self.grown(layers[layer].keys, capacity), Self.grown(layers[layer].values, capacity))
        }
        layers[layer].keys.row(length).update(from: keys.elements, count: keys.count)
        layers[layer].values.row(length).update(from: values.elements, count: values.count)
    }

    /// Counts tokens as read, once every block has kept their rows.
    func advance(by tokens: Int) { length += tokens }

    private static func grown(_ old: Activation, _ rows: Int) -> Activation {
        let new = Activation(rows: rows, columns: old.columns)
        new.elements.update(from: old.elements, count: old.count)
        return new
    }
}
