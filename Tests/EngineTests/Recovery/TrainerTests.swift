import Foundation
import Testing

@testable import Engine

@Suite("A training step") struct TrainerTests {
    private static func adapted(rank: Int = 3) -> LlamaModel {
        var model = TinyModel.make()
        let adapters = LoRAAdapters.standard(
            for: model.configuration, targets: Projection.allCases, rank: rank, alpha: 6, seed: 9)
        // B = 0 would leave A without a gradient.
        var random = RandomSource(seed: 5)
        for entry in adapters.parameters {
            entry.parameter.set(
                Tensor(
                    (0..<entry.parameter.count).map { _ in Float(random.normal() * 0.2) }, shape: entry.parameter.shape)
            )
        }
        model.adapters = adapters
        return model
    }

    private static func batch() -> TrainingBatch {
        let sequences = TinyModel.tokens([7, 19, 3, 30, 12])
        var labels = TrainingBatch(TokenBatch(sequences)).labels
        // As with answers alone: the beginnings are not learned, of one sequence nothing is.
        for s in labels.indices {
            for i in 0..<min(2 + s, labels[s].count) { labels[s][i] = TokenBatch.ignored }
        }
        return TrainingBatch(sequences: sequences, labels: labels)
    }

    private static func train(
        _ options: TrainingOptions, steps: Int = 3, threads: Int = 1
    ) throws -> (steps: [TrainingStep], values: [Float]) {
        let model = adapted()
        let trainer = Trainer(model: model, options: options, seed: 3, parallelism: Parallelism(threads: threads))
        let done = try (0..<steps).map { _ in try trainer.update(batch()) }
        return (done, (model.adapters?.parameters ?? []).flatMap { $0.parameter.tensor.elements })
    }

    @Test("is the same whatever part of the batch is computed together, with dropout too", arguments: [0, 0.3])
    func microBatches(dropout: Double) throws {
        var options = TrainingOptions(steps: 3, learningRate: 1e-3, dropout: dropout)
        let whole = try Self.train(options)
        for part in [1, 2, 3, 9] {
            options.microBatch = part
            let parts = try Self.train(options)
            for (a, b) in zip(whole.steps, parts.steps) {
                #expect(abs(a.loss - b.loss) <= 1e-6 * a.loss)
                #expect(abs(a.gradientNorm - b.gradientNorm) <= 1e-5 * a.gradientNorm)
            }
            // Adam divides by the gradient's size: where that is next to nothing, rounding shows.
            let differing = zip(whole.values, parts.values).count { abs($0 - $1) > 1e-4 }
            #expect(differing <= whole.values.count / 500, "\(differing) of \(whole.values.count)")
        }
        options.microBatch = 2
        #expect(try Self.train(options, threads: 3).values == Self.train(options).values)
    }

    @Test("weighs every labelled token alike, as one mean over the batch") func weights() throws {
        let options = TrainingOptions(steps: 1, learningRate: 1e-3, microBatch: 1)
        let loss = try Self.train(options, steps: 1).steps[0].loss
        let batch = Self.batch()
        let gradient = LossGradient(model: Self.adapted())
        var sum = 0.0
        for (sequence, labels) in zip(batch.sequences, batch.labels) {
            let count = labels.count { $0 >= 0 }
            sum += Double(count) * (try gradient.loss(TokenBatch([sequence]), labels: labels))
        }
        #expect(abs(loss - sum / Double(batch.targets)) <= 1e-6 * loss)
    }

    @Test("has gradients that agree with central differences under dropout") func dropout() throws {
        let model = Self.adapted()
        let batch = TokenBatch(TinyModel.tokens([7, 1, 19]))
        var gradient = LossGradient(model: model)
        let undropped = try gradient.loss(batch)
        gradient.dropout = AdapterDropout(rate: 0.4, seed: 7, step: 2, firstSequence: 0)
        #expect(try gradient.loss(batch) != undropped)
        try gradient.accumulate(batch)
        var random = RandomSource(seed: 11)
        for (name, parameter) in model.adapters?.parameters ?? [] {
            let analytic = parameter.gradientTensor.elements
            let norm = analytic.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let direction = analytic.map { _ in Float(random.normal()) }
            let original = parameter.tensor
            func loss(_ step: Float) throws -> Double {
                parameter.set(
                    Tensor(zip(original.elements, direction).map { $0 + step * $1 }, shape: original.shape))
                return try gradient.loss(batch)
            }
            let h: Float = 4e-3 / Float(Double(direction.count).squareRoot())
            let numeric = try (loss(h) - loss(-h)) / Double(2 * h)
            parameter.set(original)
            let expected = zip(analytic, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(numeric - expected) <= 0.02 * norm + 2e-3, "\(name): \(numeric) against \(expected)")
        }
    }

    @Test("drops the fraction asked for, another one every step and before every matrix") func masks() {
        let batch = TokenBatch(TinyModel.tokens([40, 60, 30]))
        let x = Activation(rows: 130, columns: 31)
        for i in 0..<x.count { x.elements[i] = 1 }
        func dropped(step: Int, layer: Int, _ projection: Projection, first: Int = 0, _ batch: TokenBatch) -> [Float] {
            let mask = AdapterDropout(rate: 0.25, seed: 1, step: step, firstSequence: first)
                .mask(layer: layer, projection: projection, batch: batch)
            let rows = Activation(rows: batch.tokens.count, columns: 31)
            let y = Activation(rows: batch.tokens.count, columns: 31)
            for i in 0..<rows.count { rows.elements[i] = 1 }
            mask.apply(to: rows, into: y, accumulate: false, parallelism: .serial)
            return y.tensor.elements
        }
        let one = dropped(step: 0, layer: 0, .query, batch)
        let zeros = one.count { $0 == 0 }
        #expect(abs(Double(zeros) / Double(one.count) - 0.25) < 0.03)
        #expect(one.allSatisfy { $0 == 0 || $0 == Float(1 / 0.75) })
        for other in [
            dropped(step: 1, layer: 0, .query, batch), dropped(step: 0, layer: 1, .query, batch),
            dropped(step: 0, layer: 0, .key, batch),
        ] { #expect(zip(one, other).count { $0 != $1 } > one.count / 4) }
        // The third sequence alone, as the third.
        let third = TokenBatch([Array(batch.tokens[batch.sequences[2]])])
        #expect(dropped(step: 0, layer: 0, .query, first: 2, third) == Array(one[(100 * 31)...]))
    }

    @Test(
        "has the rate of its schedule",
        arguments: [
            (LearningRateSchedule.linear, [0.5, 1, 1, 0.75, 0.5, 0.25]),
            (.trainer, [0, 0.5, 1, 0.75, 0.5, 0.25]), (.constant, [0.5, 1, 1, 1, 1, 1]),
            (.cosine, [0.5, 1, 1, 0.853_553_39, 0.5, 0.146_446_61]),
        ])
    func rates(schedule: LearningRateSchedule, expected: [Double]) {
        for (step, factor) in expected.enumerated() {
            #expect(abs(schedule.factor(step: step, steps: 6, warmUp: 2) - factor) < 1e-8)
        }
    }

    /// Windows of a text, of which a few sequences are held out.
    private struct HeldOut: TrainingData {
        let windows: TextWindows
        var count: Int { windows.count }
        var digest: String { windows.digest }
        var validation: TrainingBatch? { TrainingBatch(TokenBatch(TinyModel.tokens([9, 30, 14], seed: 21))) }
        func trainingBatch(step: Int, size: Int) -> TrainingBatch { windows.trainingBatch(step: step, size: size) }
    }

    @Test("keeps the adapters that did best on what is held out, also after an interruption") func validation() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "qpx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // A rate at which random tokens are soon learned by heart, and those held out get worse.
        let options = RecoveryOptions(
            rank: 3, alpha: 6, batchSize: 3, sequenceLength: 12, validateEvery: 9, seed: 4,
            training: TrainingOptions(steps: 60, learningRate: 0.1))
        let windows = try TextWindows(tokens: TinyModel.tokens([200])[0], length: 12, seed: 4)
        let data = HeldOut(windows: windows)
        let held = try #require(data.validation)
        let start = try AdaptedModel(TinyModel.make(), allocation: nil, options: options)
        let steps = try Recovery(options, data: data).train(start.model)
        let measured = steps.filter { $0.validationLoss != nil }
        #expect(measured.map(\.step) == [8, 17, 26, 35, 44, 53, 59])
        let losses = measured.compactMap(\.validationLoss)
        let best = try #require(losses.min())
        let last = try #require(losses.last)
        #expect(best < last, "the test needs a training that gets worse")
        let batch = TokenBatch(held.sequences)
        let found = try LossGradient(model: start.model).loss(batch)
        #expect(abs(found - best) <= 1e-6 * best)

        struct Stop: Error {}
        let saving = TrainingCheckpoint(file: folder.appending(path: "s"), every: 7, digest: "d")
        let cut = try AdaptedModel(TinyModel.make(), allocation: nil, options: options)
        #expect(throws: Stop.self) {
            try Recovery(options, data: data).train(cut.model, saving: saving) { if $0.step == 40 { throw Stop() } }
        }
        let resumed = try AdaptedModel(TinyModel.make(), allocation: nil, options: options)
        #expect(try Recovery(options, data: data).train(resumed.model, saving: saving) == steps)
        #expect(
            resumed.model.adapters?.parameters.map(\.parameter.tensor)
                == start.model.adapters?.parameters.map(\.parameter.tensor))
    }

    @Test("goes on from a saved state to the same bits") func resume() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "qpx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let options = RecoveryOptions(
            rank: 3, alpha: 6, batchSize: 3, sequenceLength: 12, seed: 4,
            training: TrainingOptions(
                steps: 11, learningRate: 0.01, schedule: .cosine, warmUpSteps: 2, weightDecay: 0.1, dropout: 0.2))
        let tokens = TinyModel.tokens([400])[0]
        let recovery = try Recovery(options, tokens: tokens)
        struct Stop: Error {}
        func run(_ saving: TrainingCheckpoint?, until end: Int = .max) throws -> ([TrainingStep], [[UInt32]])? {
            let start = try AdaptedModel(TinyModel.make(), allocation: nil, options: options)
            let model = start.model
            func stop(_ step: TrainingStep) throws { if step.step == end { throw Stop() } }
            do {
                let steps = try recovery.train(model, saving: saving, observe: stop)
                return (
                    steps, (model.adapters?.parameters ?? []).map { $0.parameter.tensor.elements.map(\.bitPattern) }
                )
            } catch is Stop {
                return nil
            }
        }
        let whole = try #require(try run(nil))
        for (every, end) in [(1, 0), (3, 4), (3, 5), (4, 9), (11, 10)] {
            let saving = TrainingCheckpoint(
                file: folder.appending(path: "state-\(every)-\(end).safetensors"), every: every, digest: "d")
            #expect(try run(saving, until: end) == nil)
            #expect(saving.exists == (end + 1 >= every))
            let resumed = try #require(try run(saving))
            #expect(resumed.0 == whole.0 && resumed.1 == whole.1, "every \(every), stopped after \(end)")
            let other = TrainingCheckpoint(file: saving.file, every: every, digest: "e")
            #expect(throws: TrainingStateError.otherTraining(file: saving.file.path)) { try run(other) }
            saving.remove()
            #expect(!saving.exists)
        }
        let damaged = TrainingCheckpoint(file: folder.appending(path: "x"), every: 1, digest: "d")
        try Data("no state".utf8).write(to: damaged.file)
        #expect(throws: CheckpointError.self) { try run(damaged) }
    }
}
