import Foundation
import Testing

@testable import Engine

private struct GradientGolden: Decodable {
    let ids: [[Int32]]
    let loss: Double
    let grad_norms: [String: Double]
}

@Suite("The backward pass agrees with PyTorch", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct GradientGoldenTests {
    @Test("in the gradient of every weight", arguments: ForwardGoldenTests.models, [1, 2])
    func gradients(name: String, threads: Int) throws {
        let golden = try Shared.json("golden/grad-\(name).json", as: GradientGolden.self)
        let tensors = try GoldenTensors("golden/grad-\(name).safetensors")
        let model = try ForwardGoldenTests.model(name).trainable()
        let loss = try LossGradient(model: model, parallelism: Parallelism(threads: threads))
            .accumulate(TokenBatch(golden.ids))
        #expect(abs(loss - golden.loss) <= 1e-5 * golden.loss)
        var compared = 0
        for (name, parameter) in model.trainedParameters {
            let gradient = parameter.gradientTensor.elements
            let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let expectedNorm = try #require(golden.grad_norms[name])
            #expect(abs(norm - expectedNorm) <= 1e-4 * expectedNorm, "\(name): \(norm) against \(expectedNorm)")
            guard tensors.names.contains("grad.\(name)") else { continue }
            let expected = try tensors.floats("grad.\(name)")
            let largest = expected.map(abs).max() ?? 0
            let difference = zip(gradient, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= 1e-4 * largest, "\(name): differs by \(difference) of \(largest)")
            compared += 1
        }
        #expect(compared >= 27)
    }
}
