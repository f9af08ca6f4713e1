import Foundation
import Testing

@testable import Engine

struct LoRAGolden: Decodable {
    struct Run: Decodable {
        let r: Int
        let alpha: Double
        let lr: Double
        let weight_decay: Double
        let clip_global_norm: Double?
        let lr_per_step: [Double]
        let losses: [Double]
        let grad_norm_before_clip: [Double]
        let loss_batch0_after: Double
    }
    let steps: Int
    let runs: [String: Run]
}

@Suite("LoRA training agrees with PEFT over twenty steps", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct LoRAGoldenTests {
    static func batches(_ tensors: GoldenTensors) throws -> [TokenBatch] {
        let shape = try tensors.shape("batches")
        let ids = try tensors.int32s("batches")
        return (0..<shape[0]).map { b in
            TokenBatch(
                (0..<shape[1]).map { s in
                    let start = (b * shape[1] + s) * shape[2]
                    return Array(ids[start..<start + shape[2]])
                })
        }
    }

    @Test("in losses, gradient norms, rates and final factors", arguments: ["plain", "schedule", "loftq"], [1, 2])
    func run(name: String, threads: Int) throws {
        let golden = try Shared.json("golden/lora-stories260k.json", as: LoRAGolden.self)
        let run = try #require(golden.runs[name])
        let tensors = try GoldenTensors("golden/lora-stories260k.safetensors")
        var model = try ForwardGoldenTests.model("stories260k")
        var layers: [[Projection: LoRAAdapters.Factors]] = []
        for layer in model.blocks.indices {
            var factors: [Projection: LoRAAdapters.Factors] = [:]
            for projection in Projection.allCases {
                let weight = TensorName.projection(projection, layer: layer)
                let module = String(weight.dropLast(".weight".count))
                func parameter(_ suffix: String) throws -> Parameter {
                    let name = "\(name).init.\(module).\(suffix)"
                    return Parameter(Tensor(try tensors.floats(name), shape: try tensors.shape(name)))
                }
                factors[projection] = .init(down: try parameter("A"), up: try parameter("B"))
                if name == "loftq" {
                    let base = try tensors.floats(
                        tensors.names.contains("loftq.base.\(module)") ? "loftq.base.\(module)" : "loftq.base.\(weight)"
                    )
                    let shape = model.configuration.shape(of: projection, layer: layer)
                    model.blocks[layer][projection] = WeightMatrix(base, rows: shape.rows, columns: shape.columns)
                }
            }
            layers.append(factors)
        }
        let adapters = LoRAAdapters(rank: run.r, alpha: run.alpha, layers: layers)
        model.adapters = adapters
        let isScheduled = name == "schedule"
        let parallelism = Parallelism(threads: threads)
        let trainer = Trainer(
            model: model,
            options: TrainingOptions(
                steps: golden.steps, learningRate: run.lr, schedule: isScheduled ? .linear : .constant,
                warmUpSteps: isScheduled ? 5 : 0, weightDecay: run.weight_decay, clipNorm: run.clip_global_norm),
            parallelism: parallelism)
        let batches = try Self.batches(tensors)
        for (i, batch) in batches.enumerated() {
            let step = try trainer.update(batch)
            #expect(abs(step.loss - run.losses[i]) <= 1e-4 * run.losses[i], "loss at \(i)")
            #expect(abs(step.gradientNorm - run.grad_norm_before_clip[i]) <= 1e-3 * run.grad_norm_before_clip[i])
            #expect(abs(step.learningRate - run.lr_per_step[i]) <= 1e-12)
        }
        let after = try LossGradient(model: model).loss(batches[0])
        #expect(abs(after - run.loss_batch0_after) <= 1e-4 * run.loss_batch0_after)
        for (parameterName, parameter) in adapters.parameters {
            let module = parameterName.replacing(".weight.lora_", with: ".")
            let expected = try tensors.floats("\(name).final.\(module)")
            let largest = expected.map(abs).max() ?? 0
            let difference = zip(parameter.tensor.elements, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= 2e-3 * largest, "\(module) differs by \(difference) of \(largest)")
        }
    }
}
