extension LlamaModel {
    /// The model with every matrix rounded to bfloat16, to nearest, ties to even; norms stay float32.
    public func rounded() -> LlamaModel {
        func round(_ weight: WeightMatrix) -> WeightMatrix {
            WeightMatrix(
                half: weight.floats().map(BFloat16.rounded), .bfloat16, rows: weight.rows, columns: weight.columns)
        }
        var copy = self
        copy.embedding = round(embedding)
        copy.untiedHead = untiedHead.map(round)
        for layer in blocks.indices {
            for projection in Projection.allCases {
                copy.blocks[layer][projection] = round(blocks[layer][projection])
            }
        }
        return copy
    }
}
