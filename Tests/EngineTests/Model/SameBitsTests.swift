import Testing

@testable import Engine

/// Results must not depend on the processor's code set, the number of threads, or what is computed together.
@Suite("The same bits", .serialized) struct SameBitsTests {
    private let sequences = TinyModel.tokens([1, 17, 64, 5, 33, 16, 2, 48])

    private func gradients(threads: Int) throws -> [[UInt32]] {
        var model = TinyModel.make().trainable()
        let adapters = LoRAAdapters.standard(
            for: model.configuration, targets: Projection.allCases, rank: 3, alpha: 6, seed: 9)
        model.adapters = adapters
        let options = TrainingOptions(steps: 3, learningRate: 0.01, weightDecay: 0.1)
        let trainer = Trainer(model: model, options: options, parallelism: Parallelism(threads: threads))
        for _ in 0..<3 { _ = try trainer.update(TokenBatch(sequences)) }
        return (model.trainedParameters + adapters.parameters).map { $0.parameter.tensor.elements.map(\.bitPattern) }
    }

    @Test("of scores on every code set, with any batching and threads")
    func scores() throws {
        defer { Kernels.CodeSet.current = .best }
        let model = TinyModel.make()
        let requests = sequences.filter { $0.count > 1 }.map { ScoringRequest(tokens: $0, targetStart: 1) }
        let expected = try requests.flatMap {
            try LlamaScorer(model: model, parallelism: .serial, batchTokens: 1).score([$0])
        }
        for set in Kernels.CodeSet.allCases {
            Kernels.CodeSet.current = set
            for (threads, batchTokens) in [(1, 1000), (2, 1000), (3, 40), (2, 1)] {
                let scorer = LlamaScorer(
                    model: model, parallelism: Parallelism(threads: threads), batchTokens: batchTokens)
                #expect(try scorer.score(requests) == expected, "\(set), \(threads) threads, \(batchTokens) tokens")
            }
        }
    }

    @Test("of continuations scored after a shared context and each on its own")
    func sharedContext() throws {
        let model = TinyModel.make()
        let context = TinyModel.tokens([21])[0]
        let endings = TinyModel.tokens([1, 7, 1, 18, 2, 30], seed: 8)
        var requests = endings.map { ScoringRequest(tokens: context + $0, targetStart: context.count) }
        // A shared beginning that ends before, at, and behind where scoring starts; a duplicate; a stranger.
        requests.append(ScoringRequest(tokens: Array(context.prefix(9)) + endings[3], targetStart: 20))
        requests.append(ScoringRequest(tokens: context + endings[1], targetStart: 2))
        requests.append(requests[0])
        requests += TinyModel.tokens([3, 40], seed: 77).map { ScoringRequest(tokens: $0, targetStart: 1) }
        #expect(SharedContext.families(of: requests, tokenLimit: 5000).count < requests.count)
        let alone = try requests.flatMap { try LlamaScorer(model: model, parallelism: .serial).score([$0]) }
        for batchTokens in [1, 60, 5000] {
            let scorer = LlamaScorer(model: model, parallelism: Parallelism(threads: 2), batchTokens: batchTokens)
            #expect(try scorer.score(requests) == alone)
        }
    }

    @Test("of trained weights on every code set, with any number of threads")
    func training() throws {
        defer { Kernels.CodeSet.current = .best }
        let expected = try gradients(threads: 1)
        for set in Kernels.CodeSet.allCases {
            Kernels.CodeSet.current = set
            for threads in [1, 2, 3] { #expect(try gradients(threads: threads) == expected, "\(set), \(threads)") }
        }
    }

    /// Every precision, and options of some: blocks that divide nothing, quantized scales.
    private static let precisionNames =
        Precisions.all.map(\.name) + [
            "nf3@16", "lm2@128+dq", "nf3@32+dq", "nf4+dq", "int8@4096+dq", "dynamic8@16", "fp4@256",
        ]

    @Test("of packed weights decoded in products and decoded beforehand, on every code set", arguments: precisionNames)
    func packed(precision: String) throws {
        defer { Kernels.CodeSet.current = .best }
        let precision = try #require(Precisions.named(precision))
        var packed = TinyModel.make()
        var decoded = packed
        for layer in packed.blocks.indices {
            for projection in Projection.allCases {
                let weight = packed.blocks[layer][projection]
                let quantized = weight.floats().withUnsafeBufferPointer {
                    precision.quantize($0, rows: weight.rows, columns: weight.columns)
                }
                let matrix = WeightMatrix(quantized, rows: weight.rows, columns: weight.columns)
                #expect(matrix.byteCount == precision.byteCount(rows: weight.rows, columns: weight.columns))
                packed.blocks[layer][projection] = matrix
                decoded.blocks[layer][projection] = WeightMatrix(
                    matrix.floats(), rows: weight.rows, columns: weight.columns)
                if case .packed(let weights) = quantized { #expect(weights.dequantized() == matrix.floats()) }
            }
        }
        let batch = TokenBatch(sequences)
        let expected = try decoded.logits(batch)
        for set in Kernels.CodeSet.allCases {
            Kernels.CodeSet.current = set
            #expect(try packed.logits(batch) == expected, "\(set)")
            let weight = packed.blocks[2][.down]
            // A part that begins and ends within blocks and bytes.
            for start in [0, 1, 5, 63, 64, 67] {
                let count = min(200, weight.count - start)
                let part = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                    if let base = buffer.baseAddress { weight.decode(start: start, count: count, into: base) }
                    initialized = count
                }
                #expect(part == Array(weight.floats()[start..<start + count]))
            }
        }
    }

    @Test("of an adapted model whose B is zero and the model itself")
    func adapters() throws {
        let model = TinyModel.make()
        var adapted = model
        adapted.adapters = LoRAAdapters.standard(
            for: model.configuration, targets: Projection.allCases, rank: 4, alpha: 8, seed: 3)
        let batch = TokenBatch(sequences)
        #expect(try adapted.logits(batch) == model.logits(batch))
    }
}
