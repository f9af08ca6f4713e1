import Testing

@testable import Engine

@Suite("Gradients agree with central differences") struct FiniteDifferenceTests {
    @Test("for weights, norms, embedding and head, tied and untied", arguments: [true, false])
    func weights(isTied: Bool) throws {
        let model = TinyModel.make(isTied: isTied).trainable()
        let batch = TokenBatch(TinyModel.tokens([7, 1, 19]))
        let gradient = LossGradient(model: model)
        try gradient.accumulate(batch)
        var random = RandomSource(seed: 11)
        for (name, parameter) in model.trainedParameters {
            let analytic = parameter.gradientTensor.elements
            let norm = analytic.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            // Along a random direction, so that float32 noise of single weights averages out.
            let direction = analytic.map { _ in Float(random.normal()) }
            let original = parameter.tensor
            func loss(_ step: Float) throws -> Double {
                let moved = zip(original.elements, direction).map { $0 + step * $1 }
                parameter.set(Tensor(moved, shape: original.shape))
                return try gradient.loss(batch)
            }
            let h: Float = 2e-3 / Float(Double(direction.count).squareRoot())
            let numeric = try (loss(h) - loss(-h)) / Double(2 * h)
            parameter.set(original)
            let expected = zip(analytic, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let difference = abs(numeric - expected)
            #expect(difference <= 0.02 * norm + 2e-3, "\(name): \(numeric) against \(expected)")
        }
    }

    @Test("and padding whose labels are ignored changes nothing")
    func padding() throws {
        let sequences = TinyModel.tokens([7, 12, 19])
        let padded = TokenBatch(sequences.map { $0 + [Int32](repeating: 0, count: 19 - $0.count) })
        var labels: [Int32] = []
        for sequence in sequences {
            labels += sequence.dropFirst() + [TokenBatch.ignored]
            labels += [Int32](repeating: TokenBatch.ignored, count: 19 - sequence.count)
        }
        let ragged = TinyModel.make().trainable()
        let filled = TinyModel.make().trainable()
        let loss = try LossGradient(model: ragged).accumulate(TokenBatch(sequences))
        #expect(try LossGradient(model: filled).accumulate(padded, labels: labels) == loss)
        for (a, b) in zip(ragged.trainedParameters, filled.trainedParameters) {
            for (x, y) in zip(a.parameter.gradientTensor.elements, b.parameter.gradientTensor.elements) {
                #expect(abs(x - y) <= 1e-5 * max(1, abs(x)), "\(a.name)")
            }
        }
    }
}
