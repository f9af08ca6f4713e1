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

    /// What each precision would lose of each unit: ‖W − Q(W)‖² / ‖W‖² over the unit's projections, `[unit][choice]`.
    ///
    /// Units are those of an `AllocationSpace` of that granularity, choices in the order of `precisions`. One projection at
    /// a time is held as floats on each thread. Sums are float64, in the order of the weights and of the projections, so
    /// the digits do not depend on the threads. A unit of zeros has error 0.
    public func relativeErrors(
        precisions: [any Precision], granularity: AllocationSpace.Granularity = .module,
        parallelism: Parallelism = .serial
    ) -> [[Double]] {
        let modules = Projection.allCases.count
        let sums = parallelism.map(blocks.count * modules) { module -> (total: Double, lost: [Double]) in
            let weight = self.blocks[module / modules][Projection.allCases[module % modules]]
            let weights = weight.floats()
            let total = weights.reduce(0.0) { $0 + Double($1) * Double($1) }
            return weights.withUnsafeBufferPointer { weights in
                (total, precisions.map { $0.squaredError(of: weights, rows: weight.rows, columns: weight.columns) })
            }
        }
        let width = modules / granularity.unitsPerLayer
        return stride(from: 0, to: sums.count, by: width).map { first in
            let unit = sums[first..<first + width]
            let total = unit.reduce(0) { $0 + $1.total }
            return precisions.indices.map { choice in
                total > 0 ? unit.reduce(0) { $0 + $1.lost[choice] } / total : 0
            }
        }
    }
}
