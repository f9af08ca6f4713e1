extension StructureScorer {
    /// Tokens whose activations are held at the same time.
    private static let tokensPerGroup = 1024

    /// 1 − the mean cosine of each block's input and output over the calibration tokens, first block to last.
    ///
    /// Source: Men et al. 2024, "ShortGPT", eq. 1.
    /// - Throws: `PruningError.needsCalibration`, `ModelError`.
    func blockInfluence() throws -> [Double] {
        guard let calibration else { throw PruningError.needsCalibration(BlockScore.similarity.rawValue) }
        try model.check(calibration)
        var sums = [Double](repeating: 0, count: model.blocks.count)
        var part: [[Int32]] = []
        var tokens = 0
        for (index, range) in calibration.sequences.enumerated() {
            part.append(Array(calibration.tokens[range]))
            tokens += range.count
            let isLast = index == calibration.sequences.count - 1
            guard isLast || tokens + calibration.sequences[index + 1].count > Self.tokensPerGroup else { continue }
            addCosines(TokenBatch(part), to: &sums)
            part = []
            tokens = 0
        }
        return sums.map { 1 - $0 / Double(max(1, calibration.tokens.count)) }
    }

    private func addCosines(_ batch: TokenBatch, to sums: inout [Double]) {
        var x = ForwardPass(model: model, batch: batch, parallelism: parallelism).embed()
        for layer in model.blocks.indices {
            let input = x.copy()
            _ = LlamaBlock(model: model, index: layer, batch: batch, parallelism: parallelism).forward(&x, saves: false)
            let output = x
            let cosines = parallelism.map(input.rows) { row in
                Self.cosine(input.row(row), output.row(row), input.columns)
            }
            sums[layer] += cosines.reduce(0, +)
        }
    }

    private static func cosine(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for i in 0..<count {
            let (x, y) = (Double(a[i]), Double(b[i]))
            ab += x * y
            aa += x * x
            bb += y * y
        }
        let lengths = aa.squareRoot() * bb.squareRoot()
        return lengths > 0 ? ab / lengths : 1
    }
}
