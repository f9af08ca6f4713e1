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
    private func sample(strength: Float, hidden: Int, samples: Int) -> (Tensor, [Int32]) {
        var random = RandomSource(seed: 3)
        let predictions = (0..<samples).map { _ in Int32(random.integer(below: 5)) }
        var values = (0..<samples * hidden).map { _ in Float(random.normal()) }
        for row in 0..<samples { values[row * hidden + 1] += strength * Float(predictions[row]) }
        return (Tensor(values, shape: [samples, hidden]), predictions)
    }

    @Test("grows with what the output tells and is nothing without", arguments: [20, 500]) func grows(hidden: Int) {
        func corrected(_ strength: Float) -> Double {
            let (outputs, predictions) = sample(strength: strength, hidden: hidden, samples: 400)
            return LayerImportance.mutualInformation(layerOutputs: outputs, predictions: predictions, seed: 1).corrected
        }
        let none = corrected(0)
        let much = corrected(4)
        #expect(none < 0.1 && much > none + 0.3 && much < DeterministicMath.log(5))
        // In many dimensions a weak direction is not among the principal components.
        if hidden == 20 {
            let some = corrected(1)
            #expect(some > none + 0.05 && much > some + 0.05)
        }
    }

    @Test("is the same with any number of threads", arguments: LayerImportance.Estimator.allCases)
    func threads(estimator: LayerImportance.Estimator) {
        let (outputs, predictions) = sample(strength: 2, hidden: 37, samples: 150)
        var options = LayerImportance.Options()
        options.estimator = estimator
        let serial = LayerImportance.mutualInformation(
            layerOutputs: outputs, predictions: predictions, options: options, seed: 4)
        options.parallelism = Parallelism(threads: 3)
        let parallel = LayerImportance.mutualInformation(
            layerOutputs: outputs, predictions: predictions, options: options, seed: 4)
        #expect(serial == parallel)
        #expect(serial.nullDeviation >= 0 && serial.corrected >= 0)
    }

    @Test("leaves out rows that are not finite and keeps frequent classes") func degenerate() {
        var (outputs, predictions) = sample(strength: 2, hidden: 4, samples: 60)
        outputs[0, 2] = .nan
        let estimate = LayerImportance.mutualInformation(layerOutputs: outputs, predictions: predictions, seed: 4)
        #expect(estimate.value.isFinite && estimate.nullMean.isFinite)
        predictions = [9, 9, 4, 4, 7, 7, 7, 1]
        #expect(LayerImportance.frequentClasses(predictions, keeping: 2) == [2, 2, 1, 1, 0, 0, 0, 2])
        let empty = LayerImportance.mutualInformation(layerOutputs: Tensor(zeros: 1, 4), predictions: [3], seed: 1)
        #expect(empty == LayerImportance.Estimate(value: 0, nullMean: 0, nullDeviation: 0))
        let flat = LayerImportance.mutualInformation(
            layerOutputs: Tensor(zeros: 9, 4), predictions: [1, 2, 1, 2, 1, 2, 1, 2, 1], seed: 1)
        #expect(flat.value.isFinite)
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
