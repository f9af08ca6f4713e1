import Testing

@testable import Engine

/// Reference values of `mi-*.json`.
private struct GoldenInformation: Decodable {
    struct Result: Decodable {
        let features: String
        let binning: String
        let bins: Int
        let mi: [Double]
        let mi_with_raw_prediction: [Double]
    }
    struct Pair: Decodable {
        let a: [Int]
        let b: [Int]
        let mi: Double
    }
    struct Reference: Decodable {
        let mi: [Double]
    }
    let layers: Int
    let results: [Result]
    let integer_pairs: [Pair]
    let knn_reference_mean: Reference
    let knn_reference_norm: Reference
}

@Suite("Mutual information") struct MutualInformationTests {
    @Test(
        "agrees with reference values, from the same codes and from its own binning",
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)), arguments: ["stories260k", "brown16"])
    func golden(model: String) throws {
        let golden = try Shared.json("golden/mi-\(model).json", as: GoldenInformation.self)
        let tensors = try GoldenTensors("golden/mi-\(model).safetensors")
        let y = try tensors.int32s("y")
        let predicted = try tensors.int32s("predicted")
        for result in golden.results {
            let codes = try tensors.int32s("codes.\(result.features).\(result.binning)\(result.bins)")
            let features = try tensors.floats("features_\(result.features)")
            let binning = try #require(Binning(rawValue: result.binning))
            for layer in 0..<golden.layers {
                let column = stride(from: layer, to: codes.count, by: golden.layers).map { Int(codes[$0]) }
                let values = stride(from: layer, to: features.count, by: golden.layers).map { features[$0] }
                #expect(binning.codes(values, bins: result.bins) == column)
                #expect(abs(PlugInInformation.value(column, y) - result.mi[layer]) < 1e-10)
                #expect(
                    abs(PlugInInformation.value(column, predicted) - result.mi_with_raw_prediction[layer]) < 1e-10)
            }
        }
        for pair in golden.integer_pairs { #expect(abs(PlugInInformation.value(pair.a, pair.b) - pair.mi) < 1e-10) }
    }

    @Test(
        "by nearest neighbours is close to another implementation that adds noise to the data",
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)), arguments: ["stories260k", "brown16"])
    func neighbourReference(model: String) throws {
        let golden = try Shared.json("golden/mi-\(model).json", as: GoldenInformation.self)
        let tensors = try GoldenTensors("golden/mi-\(model).safetensors")
        let y = try tensors.int32s("y")
        for (name, reference) in [("mean", golden.knn_reference_mean), ("norm", golden.knn_reference_norm)] {
            let features = try tensors.floats("features_\(name)")
            for layer in 0..<golden.layers {
                let values = stride(from: layer, to: features.count, by: golden.layers).map { features[$0] }
                let points = Tensor(values, shape: [values.count, 1])
                let found = max(0, NearestNeighbourInformation(points: points).value(labels: y))
                #expect(abs(found - reference.mi[layer]) < 0.01)
            }
        }
    }

    @Test("of a copy is the entropy, of independent codes nothing") func extremes() {
        let codes = (0..<300).map { $0 % 3 }
        #expect(abs(PlugInInformation.value(codes, codes.map { -7 * $0 }) - DeterministicMath.log(3)) < 1e-14)
        let rows = (0..<300).map { $0 / 100 }
        let columns = (0..<300).map { $0 % 100 }
        #expect(PlugInInformation.value(rows, columns) == 0)
        #expect(PlugInInformation.value([Int](), [Int]()) == 0)
        // 3 and 3 occupied, 3 in common: (3 + 3 − 3 − 1) / 600 on top.
        let corrected = PlugInInformation.value(codes, codes, millerMadow: true)
        #expect(abs(corrected - DeterministicMath.log(3) - 2.0 / 600) < 1e-14)
    }

    @Test("by nearest neighbours finds what separates classes and nothing in noise", arguments: 1..<4 as Range<UInt64>)
    func neighbours(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let labels = (0..<600).map { Int32($0 % 4) }
        let noise = (0..<600 * 3).map { _ in Float(random.normal()) }
        let apart = noise.enumerated().map { $1 + ($0 % 3 == 0 ? 100 * Float(labels[$0 / 3]) : 0) }
        let independent = NearestNeighbourInformation(points: Tensor(noise, shape: [600, 3]))
        let separated = NearestNeighbourInformation(points: Tensor(apart, shape: [600, 3]))
        #expect(abs(independent.value(labels: labels)) < 0.06)
        #expect(abs(separated.value(labels: labels) - DeterministicMath.log(4)) < 0.01)
        // A class of one member is left out, so it changes nothing but the number of samples.
        var lonely = labels
        lonely[599] = 77
        #expect(abs(separated.value(labels: lonely) - DeterministicMath.log(4)) < 0.01)
        #expect(NearestNeighbourInformation(points: Tensor(zeros: 5, 2)).value(labels: [0, 1, 2, 3, 4]) == 0)
    }

    @Test("survives ties: equal points tell nothing") func ties() {
        let information = NearestNeighbourInformation(points: Tensor(zeros: 60, 2))
        #expect(information.value(labels: (0..<60).map { Int32($0 % 2) }).isFinite)
        #expect(Binning.quantile.codes([1, 1, 1], bins: 4) == [0, 0, 0])
        #expect(Set(Binning.quantile.codes([1, 1, 1, 2, 3, 4], bins: 4)).count <= 4)
        #expect(Binning.equalWidth.codes([0, 0.5, 1], bins: 2) == [0, 1, 1])
    }
}

@Suite("The importance of a layer") struct LayerImportanceTests {
    /// Hidden states of which one direction carries the prediction, by `strength`.
    private func sample(strength: Float, hidden: Int, samples: Int) -> (Tensor, PredictionSamples) {
        var random = RandomSource(seed: 3)
        let predictions = (0..<samples).map { _ in Int32(random.integer(below: 5)) }
        var values = (0..<samples * hidden).map { _ in Float(random.normal()) }
        for row in 0..<samples { values[row * hidden + 1] += strength * Float(predictions[row]) }
        return (Tensor(values, shape: [samples, hidden]), self.predictions(predictions))
    }

    /// Predictions whose logits are 3 for the predicted token and 0 for the other four.
    private func predictions(_ tokens: [Int32]) -> PredictionSamples {
        let scores = tokens.flatMap { token in (0..<5).map { Int32($0) == token ? Float(3) : 0 } }
        return PredictionSamples(
            tokens: tokens, vocabulary: 64, classes: 16, scores: Tensor(scores, shape: [tokens.count, 5]))
    }

    private func estimate(
        _ sample: (Tensor, PredictionSamples), _ estimator: any InformationEstimator, threads: Int = 1
    ) -> LayerEstimate {
        MutualInformation.estimate(
            outputs: sample.0, predictions: sample.1, estimator: estimator, seed: 4,
            parallelism: Parallelism(threads: threads))
    }

    @Test(
        "grows with what the output tells and is nothing without, by every estimator that looks at directions",
        arguments: ["nearest_neighbours", "cca", "probe"], [8, 500])
    func grows(name: String, hidden: Int) throws {
        let estimator = try #require(InformationEstimators.named(name))
        func corrected(_ strength: Float) -> Double {
            estimate(sample(strength: strength, hidden: hidden, samples: 400), estimator).corrected
        }
        let none = corrected(0)
        let much = corrected(4)
        #expect(none < 0.1 && much > none + 0.3)
        // No more than there is to tell; the Gaussian model may say more of what is not Gaussian.
        if name != "cca" { #expect(much < DeterministicMath.log(5)) }
        // In many dimensions a weak direction is not among the principal components.
        if hidden == 8 {
            let some = corrected(1)
            #expect(some > none + 0.05 && much > some + 0.05)
        }
    }

    @Test("of a binned mean sees a shift of all dimensions", arguments: ["plug_in", "miller_madow"])
    func binned(name: String) throws {
        let estimator = try #require(InformationEstimators.named(name))
        var random = RandomSource(seed: 8)
        let tokens = (0..<600).map { _ in Int32(random.integer(below: 4) * 16) }
        let shifted = (0..<600 * 6).map { Float(random.normal()) + 2 * Float(tokens[$0 / 6]) / 16 }
        let noise = (0..<600 * 6).map { _ in Float(random.normal()) }
        let told = estimate((Tensor(shifted, shape: [600, 6]), predictions(tokens)), estimator)
        let nothing = estimate((Tensor(noise, shape: [600, 6]), predictions(tokens)), estimator)
        #expect(told.corrected > 0.8 && nothing.corrected < 0.05)
    }

    @Test("is the same with any number of threads", arguments: InformationEstimators.all.map(\.name))
    func threads(name: String) throws {
        let estimator = try #require(InformationEstimators.named(name))
        let sample = sample(strength: 2, hidden: 37, samples: 150)
        let serial = estimate(sample, estimator)
        #expect(serial == estimate(sample, estimator, threads: 3))
        #expect(serial.nullDeviation ?? -1 >= 0 && serial.corrected >= 0)
    }

    @Test("leaves out rows that are not finite and keeps frequent classes") func degenerate() {
        var (outputs, predictions) = sample(strength: 2, hidden: 4, samples: 60)
        outputs[0, 2] = .nan
        let estimate = estimate((outputs, predictions), NearestNeighbours())
        #expect(estimate.value.isFinite && estimate.nullMean?.isFinite == true)
        #expect(PredictionSamples.frequentClasses([9, 9, 4, 4, 7, 7, 7, 1], keeping: 2) == [2, 2, 1, 1, 0, 0, 0, 2])
        let empty = self.estimate((Tensor(zeros: 1, 4), self.predictions([3])), NearestNeighbours())
        #expect(empty == LayerEstimate(value: 0, nullMean: 0, nullDeviation: 0))
        for estimator in InformationEstimators.all {
            let flat = self.estimate((Tensor(zeros: 9, 4), self.predictions([1, 2, 1, 2, 1, 2, 1, 2, 1])), estimator)
            #expect(flat.value.isFinite)
        }
    }

    @Test("of one dimension is −½ ln(1 − ρ²) of the shrunk sample correlation", arguments: [0.3, 0.8])
    func gaussian(correlation: Double) {
        var random = RandomSource(seed: 12)
        let pairs = (0..<4000).map { _ -> (x: Float, y: Float) in
            let (x, e) = (random.normal(), random.normal())
            return (Float(x), Float(correlation * x + (1 - correlation * correlation).squareRoot() * e))
        }
        let predictions = PredictionSamples(
            tokens: [Int32](repeating: 0, count: 4000), vocabulary: 1, classes: 16,
            scores: Tensor(pairs.map(\.y), shape: [4000, 1]))
        let found = estimate((Tensor(pairs.map(\.x), shape: [4000, 1]), predictions), CanonicalCorrelation())
        func mean(_ value: ((x: Float, y: Float)) -> Double) -> Double { pairs.map(value).reduce(0, +) / 4000 }
        let (x, y) = (mean { Double($0.x) }, mean { Double($0.y) })
        let covariance = mean { (Double($0.x) - x) * (Double($0.y) - y) }
        let squared =
            covariance * covariance / mean { (Double($0.x) - x) * (Double($0.x) - x) }
            / mean { (Double($0.y) - y) * (Double($0.y) - y) }
        #expect(abs(found.value + 0.5 * DeterministicMath.log(1 - 0.99 * 0.99 * squared)) < 1e-5)
        #expect(abs(squared.squareRoot() - correlation) < 0.05 && (found.nullMean ?? 1) < 0.001)
    }

    @Test("is a bound by the probe: below the entropy, above what a line finds") func probe() {
        var random = RandomSource(seed: 13)
        let tokens = (0..<2000).map { _ in Int32(random.integer(below: 2)) }
        let values = tokens.map { Float(random.normal()) + 3 * Float($0) }
        let found = estimate((Tensor(values, shape: [2000, 1]), predictions(tokens)), Probe())
        // Two unit Gaussians 3 apart: I = ln 2 − E[ln(1 + exp(−(4.5 + 3 z)))], about 0.505 nats.
        #expect(found.value > 0.45 && found.value < 0.53)
        #expect(abs(found.nullMean ?? 1) < 0.01)
    }
}

@Suite("Principal components") struct PrincipalComponentsTests {
    @Test("are uncorrelated, of variance 1, whichever side is smaller", arguments: [(40, 7), (7, 40), (30, 30)])
    func white(samples: Int, hidden: Int) {
        var random = RandomSource(seed: 5)
        let values = (0..<samples * hidden).map { Float(random.normal()) * Float(1 + $0 % hidden) }
        let scores = PrincipalComponents.whitened(Tensor(values, shape: [samples, hidden]), count: 4)
        #expect(scores.shape == [samples, 4])
        for a in 0..<4 {
            for b in 0..<4 {
                var sum = 0.0
                for row in 0..<samples { sum += Double(scores[row, a]) * Double(scores[row, b]) }
                #expect(abs(sum / Double(samples) - (a == b ? 1 : 0)) < 1e-4)
            }
        }
    }

    @Test("the leading eigenpairs of a subspace equal those of Jacobi rotations") func eigen() {
        var random = RandomSource(seed: 6)
        let size = 25
        let root = (0..<size * size).map { _ in random.normal() }
        var matrix = [Double](repeating: 0, count: size * size)
        for i in 0..<size {
            for j in 0..<size {
                for k in 0..<size { matrix[i * size + j] += root[i * size + k] * root[j * size + k] }
            }
        }
        let all = SymmetricEigen.jacobi(matrix, size: size)
        let leading = SymmetricEigen(leading: 3, of: matrix, size: size)
        for k in 0..<3 {
            #expect(abs(leading.values[k] - all.values[k]) < 1e-7 * all.values[0])
            var overlap = 0.0
            for i in 0..<size { overlap += leading.vectors[k][i] * all.vectors[i * size + k] }
            #expect(abs(abs(overlap) - 1) < 1e-6)
        }
        #expect(SymmetricEigen(leading: 2, of: [0, 0, 0, 0], size: 2).values == [0, 0])
    }
}
