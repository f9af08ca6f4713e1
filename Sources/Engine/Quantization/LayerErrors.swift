extension LlamaModel {
    /// What quantization lost of each layer: ‖W − Q(W)‖² / ‖W‖² over all its projections, `[layers]`.
    ///
    /// Sums are float64, in the order of the weights. A layer of zeros has error 0.
    /// - Parameter quantized: this model after quantization; it has the same shapes.
    public func relativeErrors(of quantized: LlamaModel, parallelism: Parallelism = .serial) -> [Double] {
        precondition(quantized.configuration == configuration, "a quantized model keeps its shapes")
        return parallelism.map(blocks.count) { layer in
            var lost = 0.0
            var total = 0.0
            for projection in Projection.allCases {
                let weights = self.blocks[layer][projection].floats()
                let restored = quantized.blocks[layer][projection].floats()
                for i in 0..<weights.count {
                    let difference = Double(weights[i]) - Double(restored[i])
                    lost += difference * difference
                    total += Double(weights[i]) * Double(weights[i])
                }
            }
            return total > 0 ? lost / total : 0
        }
    }
}
