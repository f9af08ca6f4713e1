extension LlamaModel {
    /// The model with only the given structures left in the given layers; other layers are shared with this one.
    func keeping(_ kept: [Int: KeptStructures]) -> LlamaModel {
        var configuration = configuration
        var blocks = blocks
        for (layer, structures) in kept {
            let old = configuration.layers[layer]
            let coupled = CoupledStructures(layer: old, headDimension: configuration.headDimension)
            let queries = coupled.queryChannels(ofKeyValueHeads: structures.keyValueHeads)
            let keys = coupled.keyChannels(ofKeyValueHeads: structures.keyValueHeads)
            var block = blocks[layer]
            func cut(_ projection: Projection, rows: [Int]? = nil, columns: [Int]? = nil) {
                let weight = block[projection]
                block[projection] = weight.selecting(
                    rows: rows ?? Array(0..<weight.rows), columns: columns ?? Array(0..<weight.columns))
            }
            cut(.query, rows: queries)
            cut(.key, rows: keys)
            cut(.value, rows: keys)
            cut(.output, columns: queries)
            cut(.gate, rows: structures.channels)
            cut(.up, rows: structures.channels)
            cut(.down, columns: structures.channels)
            blocks[layer] = block
            configuration.layers[layer] = ModelConfiguration.Layer(
                heads: structures.keyValueHeads.count * coupled.group,
                keyValueHeads: structures.keyValueHeads.count, intermediate: structures.channels.count)
        }
        return LlamaModel(
            configuration: configuration, embedding: embedding, blocks: blocks, finalNorm: finalNorm,
            untiedHead: untiedHead)
    }
}
