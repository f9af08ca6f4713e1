import Foundation
import Testing

@testable import Engine

private struct GradientGolden: Decodable {
    let ids: [[Int32]]
    let loss: Double
}

@Suite("A gradient sweep") struct GradientSweepTests {
    /// Everything that a sweep shows, by checkpoint name.
    private struct Seen {
        var loss = 0.0
        var layers: [Int] = []
        var first: [String: [Float]] = [:]
        var second: [String: [Float]] = [:]
    }

    private func sweep(
        _ model: LlamaModel, _ batch: TokenBatch, secondOrder: Bool = false, layers: Range<Int>? = nil,
        threads: Int = 1, scale: FisherScale = .one, checkpointBytes: Int = 1 << 30, withEdges: Bool = true
    ) throws -> Seen {
        var seen = Seen()
        let sweep = GradientSweep(
            model: model, parallelism: Parallelism(threads: threads), fisherScale: scale,
            checkpointBytes: checkpointBytes)
        let visit: (BlockGradients) throws -> Void = { block in
            seen.layers.append(block.layer)
            for projection in Projection.allCases {
                let name = TensorName.projection(projection, layer: block.layer)
                seen.first[name] = block.first(projection)
                seen.second[name] = block.second(projection)
            }
            for (norm, name) in [
                (BlockNorm.attention, TensorName.attentionNorm(layer: block.layer)),
                (.mlp, TensorName.mlpNorm(layer: block.layer)),
            ] {
                seen.first[name] = block.first(norm)
                seen.second[name] = block.second(norm)
            }
        }
        let edges: (EdgeGradients) throws -> Void = { edge in
            let name =
                switch edge.part {
                case .embedding: TensorName.embedding
                case .finalNorm: TensorName.finalNorm
                case .head: TensorName.head
                }
            seen.first[name] = edge.first
            seen.second[name] = edge.second
        }
        seen.loss = try sweep.run(
            batch, secondOrder: secondOrder, layers: layers, visit: visit, edges: withEdges ? edges : nil)
        return seen
    }

    private func expectNear(_ found: [Float]?, _ expected: [Float], _ tolerance: Float, _ name: String) throws {
        let found = try #require(found, "\(name) was not shown")
        let largest = expected.map(abs).max() ?? 0
        let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(
            found.count == expected.count && difference <= tolerance * largest, "\(name): \(difference) of \(largest)")
    }

    /// More than one group of samples, of different lengths, one without a target.
    private static let batch = TokenBatch(TinyModel.tokens([64, 1] + (0..<40).map { 20 + $0 * 7 % 41 }))

    @Test("gives the gradients of the whole pass, of every weight", arguments: [true, false], [true, false])
    func sameAsWhole(isTied: Bool, secondOrder: Bool) throws {
        let model = TinyModel.make(isTied: isTied)
        #expect(Self.batch.tokens.count > 1024)
        let seen = try sweep(model, Self.batch, secondOrder: secondOrder)
        let trained = model.trainable()
        let loss = try LossGradient(model: trained).accumulate(Self.batch)
        #expect(abs(seen.loss - loss) < 1e-9 && seen.layers == [2, 1, 0])
        #expect(trained.trainedParameters.count == seen.first.count)
        for (name, parameter) in trained.trainedParameters {
            try expectNear(seen.first[name], parameter.gradientTensor.elements, 2e-5, name)
        }
        #expect(seen.second.values.allSatisfy { $0.isEmpty != secondOrder })
    }

    @Test(
        "gives the mean of the squares of each sample's own gradient, times the Fisher scale",
        arguments: [FisherScale.one, .tokens, .sum, .number(2.5)], [true, false])
    func squares(scale: FisherScale, isTied: Bool) throws {
        let model = TinyModel.make(isTied: isTied)
        let sequences = TinyModel.tokens([9, 30, 17])
        let seen = try sweep(model, TokenBatch(sequences), secondOrder: true, scale: scale)
        var expected: [String: [Double]] = [:]
        for sequence in sequences {
            let trained = model.trainable()
            try LossGradient(model: trained).accumulate(TokenBatch([sequence]))
            let factor = scale.factor(targets: sequence.count - 1) / 3
            for (name, parameter) in trained.trainedParameters {
                let squares = parameter.gradientTensor.elements.map { Double($0) * Double($0) * factor }
                expected[name] = zip(expected[name] ?? squares.map { _ in 0 }, squares).map { $0 + $1 }
            }
        }
        for (name, values) in expected {
            try expectNear(seen.second[name], values.map { Float($0) }, 1e-4, name)
        }
        #expect(expected.count == seen.second.count)
    }

    @Test("gives the same bits with any number of threads, and however few inputs are kept", arguments: [true, false])
    func deterministic(secondOrder: Bool) throws {
        let model = TinyModel.make(
            layers: [ModelConfiguration.Layer](
                repeating: .init(heads: 4, keyValueHeads: 2, intermediate: 64), count: 7),
            hidden: 64, headDimension: 16)
        let expected = try sweep(model, Self.batch, secondOrder: secondOrder)
        // 2 MB are seven inputs; 1 MB three of them, with a stride of two; 1 byte as few as possible.
        for (threads, bytes) in [(2, 1 << 30), (3, 1 << 20), (1, 1)] {
            let seen = try sweep(
                model, Self.batch, secondOrder: secondOrder, threads: threads, checkpointBytes: bytes)
            #expect(seen.loss == expected.loss && seen.layers == Array((0..<7).reversed()))
            #expect(seen.first == expected.first && seen.second == expected.second)
        }
    }

    @Test("of some layers shows those alone, with the same bits") func someLayers() throws {
        let model = TinyModel.make()
        let all = try sweep(model, Self.batch)
        let some = try sweep(model, Self.batch, layers: 1..<2, withEdges: false)
        #expect(some.layers == [1] && some.loss == all.loss)
        for (name, gradient) in some.first { #expect(all.first[name] == gradient) }
        #expect(some.first.count == 9)
    }

    @Test("leaves parameters in training alone") func leavesTrained() throws {
        let model = TinyModel.make()
        let trained = model.trainable()
        let seen = try sweep(trained, Self.batch)
        #expect(seen.first == (try sweep(model, Self.batch)).first)
        for (name, parameter) in trained.trainedParameters {
            #expect(parameter.gradientTensor.elements.allSatisfy { $0 == 0 }, "\(name)")
        }
    }

    @Test("refuses a token outside the vocabulary") func wrongToken() {
        #expect(throws: ModelError.tokenOutsideVocabulary(token: 61, vocabulary: 61)) {
            try GradientSweep(model: TinyModel.make()).run(TokenBatch([[1, 61]])) { _ in }
        }
    }

    @Test("stops when a visitor throws") func visitorThrows() {
        var visits = 0
        #expect(throws: CancellationError.self) {
            try GradientSweep(model: TinyModel.make()).run(TokenBatch([[1, 2, 3]])) { _ in
                visits += 1
                throw CancellationError()
            }
        }
        #expect(visits == 1)
    }

    @Test(
        "agrees with PyTorch in gradients and their mean squares, straight from the stored weights",
        .enabled(if: Shared.isPresent, "\(Shared.reason)"), arguments: ForwardGoldenTests.models, [1, 2])
    func golden(name: String, threads: Int) throws {
        let golden = try Shared.json("golden/grad-\(name).json", as: GradientGolden.self)
        let tensors = try GoldenTensors("golden/grad-\(name).safetensors")
        let seen = try sweep(
            ForwardGoldenTests.model(name), TokenBatch(golden.ids), secondOrder: true, threads: threads)
        #expect(abs(seen.loss - golden.loss) <= 1e-5 * golden.loss)
        for key in tensors.names {
            let expected = try tensors.floats(key)
            if key.hasPrefix("grad.") {
                try expectNear(seen.first[String(key.dropFirst(5))], expected, 1e-4, key)
            } else {
                try expectNear(seen.second[String(key.dropFirst(9))], expected, 1e-4, key)
            }
        }
        #expect(tensors.names.count >= 48)
    }
}

@Suite("A Fisher scale") struct FisherScaleTests {
    @Test("is written as it is read", arguments: ["1", "tokens", "sum", "2.5"]) func text(text: String) throws {
        let scale = try #require(FisherScale(text))
        #expect(scale.text == text)
        #expect(try JSONDecoder().decode(FisherScale.self, from: JSONEncoder().encode(scale)) == scale)
    }

    @Test("that means nothing is refused", arguments: ["", "0", "-1", "nan", "inf", "token"]) func wrong(text: String) {
        #expect(FisherScale(text) == nil)
    }
}
