import Testing

@testable import Engine

@Suite("Importance measured part by part") struct CalibrationPartsTests {
    @Test("is that of the whole batch, also when its sequences differ in length") func sameAsWhole() throws {
        let model = TinyModel.make()
        // 5,700 tokens: more than one part, and the parts have different numbers of targets.
        let lengths = (0..<120).map { 31 + $0 * 7 % 33 }
        let batch = TokenBatch(TinyModel.tokens(lengths))
        #expect(batch.tokens.count > 5000)
        let options = PruningOptions(ratio: 0.5, layers: 0..<3, importance: "param_first", reduction: .first)
        let scores = try Pruner(options).structureScores(model, calibration: batch)

        let trained = model.trainable()
        try LossGradient(model: trained).accumulate(batch)
        for layer in 0..<3 {
            guard case .parameter(let gate) = trained.blocks[layer][.gate].storage else {
                Issue.record("the gate is not trained")
                continue
            }
            let products = zip(gate.tensor.elements, gate.gradientTensor.elements).map { abs(Double($0) * Double($1)) }
            let width = model.configuration.hidden
            let expected = (0..<model.configuration.layers[layer].intermediate).map { channel in
                products[channel * width..<(channel + 1) * width].reduce(0, +)
            }
            let found = try #require(scores[layer]).channels
            let largest = try #require(expected.max())
            for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-5 * largest) }
            #expect(found.count == expected.count && largest > 0)
        }
    }
}
