import Testing

@testable import Engine

private struct LoftQGolden: Decodable {
    struct Entry: Decodable {
        let residual_after_quant: [Double]
        let residual_after_low_rank: [Double]
        let weight_norm: Double
    }
    let rank: Int
    let iterations: Int
    let results: [String: Entry]
}

@Suite("LoftQ agrees with the alternation of PEFT", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct LoftQGoldenTests {
    static let weights = ["model.layers.2.mlp.gate_proj.weight", "model.layers.1.self_attn.q_proj.weight"]

    /// Row by row, round(127 w / max|w|), half to even.
    private static func rowwise(_ weights: [Float], columns: Int) -> [Float] {
        stride(from: 0, to: weights.count, by: columns).flatMap { start -> [Float] in
            let row = weights[start..<start + columns]
            let scale = row.reduce(0) { max($0, abs($1)) }
            return row.map { scale > 0 ? ($0 * 127 / scale).rounded(.toNearestOrEven) * scale / 127 : 0 }
        }
    }

    @Test(
        "in norms over five iterations and in the product BA of the first", arguments: weights,
        ["nf4", "nf2_loftq", "int8_rowwise"])
    func golden(weight: String, method: String) throws {
        let golden = try Shared.json("golden/loftq.json", as: LoftQGolden.self)
        let tensors = try GoldenTensors("golden/loftq.safetensors")
        let entry = try #require(golden.results["\(weight)/\(method)"])
        let values = try tensors.floats("\(weight).W")
        let shape = try tensors.shape("\(weight).W")
        let (rows, columns) = (shape[0], shape[1])
        let quantize: ([Float]) -> (stored: Int, values: [Float]) = { weights in
            switch method {
            case "int8_rowwise": (0, Self.rowwise(weights, columns: columns))
            default:
                (
                    0,
                    weights.withUnsafeBufferPointer {
                        (method == "nf4" ? NF4() as any Precision : NF2()).quantize($0, rows: rows, columns: columns)
                            .dequantized()
                    }
                )
            }
        }
        for iterations in [1, golden.iterations] {
            let result = LoftQ(
                rank: golden.rank, scaling: 1, options: .init(iterations: iterations, scaling: .corrected, keep: .last)
            ).decompose(values, rows: rows, columns: columns, random: RandomSource(seed: 3), quantize: quantize)
            for t in 0..<iterations {
                let (quant, low) = (entry.residual_after_quant[t], entry.residual_after_low_rank[t])
                #expect(abs(result.errors.afterQuantization[t] - quant) <= 1e-3 * quant)
                #expect(abs(result.errors.afterLowRank[t] - low) <= 1e-3 * low)
            }
            #expect(abs(result.errors.weightNorm - entry.weight_norm) <= 1e-6 * entry.weight_norm)
            guard iterations == 1 else { continue }
            let expected = try tensors.floats("\(weight).\(method).T1.BA")
            let largest = expected.map(abs).max() ?? 0
            let rank = golden.rank
            for i in 0..<rows {
                for j in 0..<columns {
                    let product = (0..<rank).reduce(Float(0)) {
                        $0 + result.up[i * rank + $1] * result.down[$1 * columns + j]
                    }
                    #expect(abs(product - expected[i * columns + j]) <= 1e-4 * largest)
                }
            }
        }
    }

    @Test("and trains as PEFT's does from there") func training() throws {
        let tensors = try GoldenTensors("golden/lora-stories260k.safetensors")
        let golden = try Shared.json("golden/lora-stories260k.json", as: LoRAGolden.self)
        let run = try #require(golden.runs["loftq"])
        let original = try ForwardGoldenTests.model("stories260k")
        let options = RecoveryOptions(
            initialization: "loftq", rank: run.r, alpha: run.alpha,
            training: TrainingOptions(steps: golden.steps, learningRate: run.lr, clipNorm: run.clip_global_norm))
        let start = try AdaptedModel(
            original, allocation: Allocation(uniform: "nf4", layers: original.blocks.count), options: options)
        for layer in original.blocks.indices {
            for projection in Projection.allCases {
                let module = TensorName.projection(projection, layer: layer).replacing(".weight", with: "")
                let base = try tensors.floats("loftq.base.\(module)")
                let mine = start.model.blocks[layer][projection].floats()
                #expect(zip(mine, base).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(module)")
            }
        }
        let trainer = Trainer(model: start.model, options: options.training)
        for (i, batch) in try LoRAGoldenTests.batches(tensors).enumerated() {
            let step = try trainer.update(batch)
            #expect(abs(step.loss - run.losses[i]) <= 1e-4 * run.losses[i], "loss at \(i)")
        }
    }
}
