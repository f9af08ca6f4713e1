import Testing

@testable import Engine

@Suite("Measures of layer importance") struct LayerMeasureTests {
    private func subject(threads: Int = 1, seed: UInt64 = 3) throws -> LayerSubject {
        let model = TinyModel.make()
        var random = RandomSource(seed: seed)
        let sequences = (0..<12).map { _ in
            (0..<20).map { _ in Int32(random.integer(below: model.configuration.vocabulary)) }
        }
        return LayerSubject(
            model: model, sequences: sequences, precisions: [NF2(), NF4()], seed: seed,
            parallelism: Parallelism(threads: threads))
    }

    @Test("the loss increase is that of the model with the one layer quantized") func lossIncrease() throws {
        let subject = try subject()
        let measurement = try LossIncrease().measure(subject)
        let costs = try #require(measurement.costs)
        let batch = TokenBatch(subject.sequences)
        let intact = try LossGradient(model: subject.model).loss(batch)
        for layer in subject.model.blocks.indices {
            for (choice, precision) in subject.precisions.enumerated() {
                var model = subject.model
                let quantized = try model.quantized(
                    Allocation(uniform: precision.name, layers: model.blocks.count))
                model.blocks[layer] = quantized.blocks[layer]
                let loss = try LossGradient(model: model).loss(batch)
                #expect(abs(costs[layer][choice] - (loss - intact)) < 1e-9)
            }
            #expect(measurement.estimates[layer].value == costs[layer].max())
        }
    }

    @Test("the quantization error is the share of the energy that is lost") func quantizationError() throws {
        let subject = try subject()
        let costs = try #require(QuantizationErrorMeasure().measure(subject).costs)
        let quantized = try subject.model.quantized(Allocation(uniform: "nf2", layers: subject.model.blocks.count))
        // The two sum in another order.
        for (cost, error) in zip(costs, subject.model.relativeErrors(of: quantized)) {
            #expect(abs(cost[0] - error) < 1e-12 * error)
        }
        #expect(costs.allSatisfy { $0[0] > $0[1] && $0[1] > 0 })
    }

    @Test("the Fisher error weighs squared errors by squared gradients, sample by sample") func fisherError() throws {
        let subject = try subject()
        let costs = try #require(FisherError().measure(subject).costs)
        let trained = subject.model.trainable()
        let layer = 1
        var expected = 0.0
        let quantized = try subject.model.quantized(Allocation(uniform: "nf2", layers: 3))
        for projection in Projection.allCases {
            var sums = [Double](repeating: 0, count: subject.model.blocks[layer][projection].count)
            for sequence in subject.sequences {
                for (_, parameter) in trained.trainedParameters { parameter.clearGradient() }
                try LossGradient(model: trained).accumulate(TokenBatch([sequence]))
                guard case .parameter(let parameter) = trained.blocks[layer][projection].storage else { continue }
                for (i, g) in parameter.gradientTensor.elements.enumerated() {
                    sums[i] += Double(g) * Double(g) * Double(sequence.count - 1) / Double(subject.sequences.count)
                }
            }
            let weights = subject.model.blocks[layer][projection].floats()
            let restored = quantized.blocks[layer][projection].floats()
            for i in weights.indices {
                let difference = Double(weights[i]) - Double(restored[i])
                expected += 0.5 * sums[i] * difference * difference
            }
        }
        #expect(abs(costs[layer][0] - expected) < 1e-5 * expected)
    }

    @Test(
        "costs of modules are those of one projection alone; they are listed layer by layer",
        arguments: ["quantization_error", "fisher_error", "loss_increase"])
    func modules(name: String) throws {
        var subject = try subject()
        let measure = try #require(LayerMeasures.named(name))
        let perLayer = try measure.measure(subject)
        subject.granularity = .module
        let perModule = try measure.measure(subject)
        let costs = try #require(perModule.costs)
        #expect(costs.count == 7 * 3 && perModule.estimates.count == 3)
        switch name {
        case "fisher_error":
            let layers = try #require(perLayer.costs)
            for layer in 0..<3 {
                let sum = costs[7 * layer..<7 * layer + 7].reduce(0) { $0 + $1[0] }
                #expect(abs(sum - layers[layer][0]) < 1e-12 * layers[layer][0])
            }
        case "loss_increase":
            var model = subject.model
            let quantized = try model.quantized(Allocation(uniform: "nf2", layers: 3))
            model.blocks[1][.down] = quantized.blocks[1][.down]
            let batch = TokenBatch(subject.sequences)
            let increase = try LossGradient(model: model).loss(batch) - LossGradient(model: subject.model).loss(batch)
            #expect(abs(costs[7 + Projection.down.index][0] - increase) < 1e-9)
        default: #expect(perModule.estimates == perLayer.estimates)
        }
    }

    @Test("every measure gives the same digits with any number of threads", arguments: LayerMeasures.all.map(\.name))
    func threads(name: String) throws {
        let measure = try #require(LayerMeasures.named(name))
        let serial = try measure.measure(subject())
        #expect(serial == (try measure.measure(subject(threads: 3))))
        #expect(serial.estimates.count == 3)
        #expect(serial.estimates.allSatisfy { $0.value.isFinite })
    }

    @Test("signals differ: the stream, what a layer adds to it, how much more it tells") func signals() throws {
        var subject = try subject()
        let measure = MutualInformation(NearestNeighbours())
        let residual = try measure.measure(subject).estimates
        subject.signal = .update
        let update = try measure.measure(subject).estimates
        subject.signal = .increment
        let increment = try measure.measure(subject).estimates
        #expect(residual != update)
        #expect(abs(increment[1].value - (residual[1].value - residual[0].value)) < 1e-12)
        let null = try #require(increment[1].nullMean)
        let nulls = residual.compactMap(\.nullMean)
        #expect(abs(null - (nulls[1] - nulls[0])) < 1e-12)
    }

    @Test("a null takes bias off and never adds importance") func corrected() {
        #expect(LayerEstimate(value: 2, nullMean: 0.5, nullDeviation: 0.1).corrected == 1.5)
        #expect(LayerEstimate(value: 2, nullMean: -0.5, nullDeviation: 0.1).corrected == 2)
        #expect(LayerEstimate(value: 0.2, nullMean: 0.5, nullDeviation: 0.1).corrected == 0)
        #expect(LayerEstimate(value: 2).corrected == 2)
    }

    @Test("rank correlation counts order alone, ties sharing their rank") func rankCorrelation() throws {
        #expect(RankCorrelation.spearman([1, 2, 3, 4], [10, 200, 3000, 40000]) == 1)
        #expect(RankCorrelation.spearman([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
        #expect(RankCorrelation.spearman([1, 1, 1], [1, 2, 3]) == nil)
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 · 5).
        let tied = try #require(RankCorrelation.spearman([1, 2, 2, 3], [1, 2, 3, 4]))
        #expect(abs(tied - 4.5 / (4.5 * 5.0).squareRoot()) < 1e-15)
    }
}
