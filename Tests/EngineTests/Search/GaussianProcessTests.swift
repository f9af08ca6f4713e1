import Testing

@testable import Engine

@Suite("A Gaussian process") struct GaussianProcessTests {
    @Test("agrees with reference libraries", .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)))
    func golden() throws {
        // Means are relative to the targets' scale of about 1, all else relative to itself.
        for item in try GoldenGaussianProcess.load().cases {
            for (name, expected) in item.results.sorted(by: { $0.key < $1.key }) {
                let isotropic = [Double](repeating: expected.length_scale ?? 1, count: item.d)
                switch name {
                case "matern52_ard":
                    try check(
                        Matern52(variance: item.signal_variance, lengthScales: item.length_scales), item, expected)
                case "matern52_iso":
                    try check(Matern52(variance: item.signal_variance, lengthScales: isotropic), item, expected)
                case "rbf_ard":
                    try check(
                        RadialBasis(variance: item.signal_variance, lengthScales: item.length_scales), item, expected)
                default:
                    let scales = try #require(expected.length_scales)
                    let all = scales.count == item.d ? scales : [Double](repeating: scales[0], count: item.d)
                    try check(HammingKernel(variance: item.signal_variance, lengthScales: all), item, expected)
                }
            }
        }
    }

    private func check<K: Kernel>(
        _ kernel: K, _ item: GoldenGaussianProcess.Case, _ expected: GoldenGaussianProcess.Result
    ) throws where K.Point == [Double] {
        let noise = [Double](repeating: item.noise_variance + 1e-10, count: item.n)
        let process = try #require(GaussianProcess(kernel: kernel, points: item.X, noise: noise, targets: item.y))
        #expect(difference(process.logMarginalLikelihood, expected.log_marginal_likelihood, floor: 1e-3) < 1e-8)
        for (i, point) in item.X_test.enumerated() {
            let (mean, deviation) = process.posterior(kernel: kernel, points: item.X, at: point)
            #expect(difference(mean, expected.mean[i]) < 1e-8)
            #expect(difference(deviation, expected.std_latent[i], floor: 1e-3) < 1e-8)
            let reference = (expected.mean[i], expected.std_latent[i])
            func found(_ acquisition: any Acquisition) -> Double {
                acquisition.value(mean: reference.0, deviation: reference.1, best: item.best)
            }
            #expect(difference(found(LogExpectedImprovement()), expected.acquisition.log_ei[i]) < 1e-9)
            #expect(difference(found(ExpectedImprovement()), expected.acquisition.ei[i], floor: 1e-300) < 1e-8)
            #expect(difference(found(UpperConfidenceBound(beta: 2)), expected.acquisition.ucb[i]) < 1e-12)
            #expect(
                difference(found(ProbabilityOfImprovement()), expected.acquisition.log_pi[i], floor: 1e-300) < 1e-8)
            let whole = LogExpectedImprovement().value(mean: mean, deviation: deviation, best: item.best)
            #expect(difference(whole, expected.acquisition.log_ei[i]) < 1e-8)
        }
    }

    @Test("passes through its data without noise and knows nothing far away") func interpolates() throws {
        let kernel = Matern52(variance: 2, lengthScales: [0.5, 0.7, 1.1])
        var random = RandomSource(seed: 4)
        let points = (0..<9).map { _ in (0..<3).map { _ in random.uniform() } }
        let targets = points.map { _ in random.normal() }
        let noise = [Double](repeating: 0, count: 9)
        let process = try #require(GaussianProcess(kernel: kernel, points: points, noise: noise, targets: targets))
        for (point, target) in zip(points, targets) {
            let (mean, deviation) = process.posterior(kernel: kernel, points: points, at: point)
            #expect(abs(mean - target) < 1e-9 && deviation < 1e-5)
        }
        let far = process.posterior(kernel: kernel, points: points, at: [1000, 1000, 1000])
        #expect(abs(far.mean) < 1e-12 && abs(far.deviation - 2.0.squareRoot()) < 1e-12)
    }

    @Test("appending an observation equals conditioning on all") func append() throws {
        let kernel = RadialBasis(variance: 1, lengthScales: [0.4, 0.4])
        var random = RandomSource(seed: 9)
        let points = (0..<12).map { _ in (0..<2).map { _ in random.uniform() } }
        let targets = points.map { _ in random.normal() }
        let noise = points.map { _ in 0.01 + random.uniform() }
        let whole = try #require(GaussianProcess(kernel: kernel, points: points, noise: noise, targets: targets))
        var grown = try #require(
            GaussianProcess(
                kernel: kernel, points: Array(points[..<5]), noise: Array(noise[..<5]), targets: Array(targets[..<5])))
        for i in 5..<12 {
            let cross = points[..<i].map { kernel.covariance($0, points[i]) }
            let appended = grown.append(cross: cross, variance: 1, noise: noise[i], target: targets[i])
            #expect(appended)
        }
        #expect(abs(grown.logMarginalLikelihood - whole.logMarginalLikelihood) < 1e-10)
        for (a, b) in zip(grown.weights, whole.weights) { #expect(abs(a - b) < 1e-9) }
    }
}

@Suite("A Cholesky factor") struct CholeskyTests {
    @Test("reproduces matrix, solution and determinant", arguments: [1, 2, 3, 5, 17]) func factor(count: Int) throws {
        var random = RandomSource(seed: UInt64(count))
        let root = (0..<count * count).map { _ in random.normal() }
        var matrix = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0..<count {
                for k in 0..<count { matrix[i * count + j] += root[i * count + k] * root[j * count + k] }
                if i == j { matrix[i * count + j] += 0.5 }
            }
        }
        let factor = try #require(Cholesky(matrix, count: count))
        #expect(factor.jitter == 0)
        let b = (0..<count).map { _ in random.normal() }
        let x = factor.solve(b)
        for i in 0..<count {
            var sum = 0.0
            for j in 0..<count { sum += matrix[i * count + j] * x[j] }
            #expect(abs(sum - b[i]) < 1e-9)
        }
        var columns = b.map { SIMD8<Double>(repeating: $0) }
        let norms = factor.squaredNormsOfSolveLower(&columns)
        let norm = factor.solveLower(b).reduce(0.0) { $0 + $1 * $1 }
        #expect(abs(norms[0] - norm) < 1e-12 * max(1, norm) && norms[0] == norms[7])
    }

    @Test("solves for eight vectors with the bits of solving row by row, on every code set", arguments: 1...13)
    func eight(count: Int) throws {
        var random = RandomSource(seed: UInt64(count))
        var matrix = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            matrix[i * count + i] = 3
            for j in 0..<i {
                matrix[i * count + j] = random.normal() / Double(count)
                matrix[j * count + i] = matrix[i * count + j]
            }
        }
        let factor = try #require(Cholesky(matrix, count: count))
        let sides = (0..<count).map { _ in
            var side = SIMD8<Double>.zero
            for lane in 0..<8 { side[lane] = random.normal() }
            return side
        }
        var expected = sides
        var norms = SIMD8<Double>.zero
        for i in 0..<count {
            let row = i * (i + 1) / 2
            for k in 0..<i { expected[i] -= expected[k] * factor.lower[row + k] }
            expected[i] /= factor.lower[row + i]
            norms += expected[i] * expected[i]
        }
        defer { Kernels.CodeSet.current = .best }
        for set in Kernels.CodeSet.allCases {
            Kernels.CodeSet.current = set
            var columns = sides
            let found = factor.squaredNormsOfSolveLower(&columns)
            #expect(columns == expected && found == norms)
        }
    }

    @Test("grown row by row has the bits of one made at once, and inverts the matrix", arguments: [1, 4, 9, 23])
    func grown(count: Int) throws {
        var random = RandomSource(seed: UInt64(count))
        let columns = (0..<count).map { _ in (0..<count + 2).map { _ in random.normal() } }
        var matrix = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0..<count { matrix[i * count + j] = zip(columns[i], columns[j]).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        let whole = try #require(Cholesky(matrix, count: count))
        var grown = try #require(Cholesky([matrix[0]], count: 1))
        for i in 1..<max(1, count) {
            let isAppended = grown.append(
                cross: (0..<i).map { matrix[i * count + $0] }, diagonal: matrix[i * count + i])
            #expect(isAppended)
        }
        #expect(grown.lower == whole.lower)
        let inverse = whole.inverse()
        for i in 0..<count {
            for j in 0..<count {
                var sum = 0.0
                for k in 0..<count { sum += matrix[i * count + k] * inverse[max(k, j) * count + min(k, j)] }
                #expect(abs(sum - (i == j ? 1 : 0)) < 1e-6)
            }
        }
    }

    @Test("of a nearly singular matrix takes jitter, of an impossible one is refused") func singular() throws {
        let ones = [Double](repeating: 3, count: 36)
        let factor = try #require(Cholesky(ones, count: 6))
        #expect(factor.jitter > 0 && factor.jitter <= 3e-4)
        #expect(factor.lower.allSatisfy { $0.isFinite })
        #expect(Cholesky([1, 2, 2, 1], count: 2) == nil)
        #expect(Cholesky([.nan], count: 1) == nil)
    }
}
