import Testing

@testable import Engine

@Suite("The surrogate of allocations") struct AllocationSurrogateTests {
    private func data(_ space: AllocationSpace, count: Int, seed: UInt64, sign: Double = 1) throws
        -> [AllocationSurrogate.Datum]
    {
        var random = RandomSource(seed: seed)
        let sampler = try #require(RandomAllocation(in: space, budgetBytes: space.maximumBytes))
        return (0..<count).map { _ in
            let indices = sampler.indices(random: &random)
            let value = indices.enumerated().reduce(0.0) { $0 + Double(($1.offset * 3) % 7) * Double($1.element) }
            return .init(indices: indices, value: sign * value + 0.5 * random.normal(), standardError: 0.5)
        }
    }

    @Test("fits anew ever more rarely, and never to more than there is") func fitCount() {
        var last = 0
        for count in 0..<2000 {
            let fitted = AllocationSurrogate.fitCount(count)
            #expect(fitted <= count && fitted >= last && count - fitted <= max(5, count / 10))
            if count <= 30 { #expect(fitted == count) }
            last = fitted
        }
    }

    @Test("an appended observation gives the bits of computing everything anew", arguments: [31, 33, 64])
    func append(count: Int) throws {
        let space = try Spaces.odd(layers: 9, bits: [2, 4, 8], seed: 2)
        let data = try data(space, count: count, seed: 9)
        let fitted = AllocationSurrogate.fitCount(count)
        try #require(fitted < count)
        var grown = try #require(AllocationSurrogate(data: Array(data.prefix(fitted)), space: space, importance: nil))
        for datum in data.dropFirst(fitted) {
            let isAppended = grown.append(datum)
            #expect(isAppended)
        }
        let whole = try #require(AllocationSurrogate(data: data, space: space, importance: nil))
        #expect(grown.process.weights == whole.process.weights)
        #expect(grown.process.cholesky.lower == whole.process.cholesky.lower)
        #expect(grown.kernel.hyperparameters == whole.kernel.hyperparameters)
    }

    /// Bits of each layer, loss and its standard error, of trials of a pruned model of 16 layers.
    private static let measured: [(String, Double, Double)] = [
        ("4444444444444444", 4.12884, 0.00239),
        ("8888888888888888", 4.12315, 0.00071),
        ("3333333333333333", 4.15543, 0.00154),
        ("2343334444444443", 4.25559, 0.00270),
        ("3333333344444444", 4.14378, 0.00120),
        ("2223282823348224", 4.34654, 0.00363),
        ("4484822332232342", 4.20855, 0.00202),
        ("8422442243422244", 4.17985, 0.00188),
        ("8224424242224444", 4.18425, 0.00188),
        ("8442224222442434", 4.17797, 0.00186),
        ("8422244244244422", 4.20511, 0.00213),
        ("4443422224424824", 4.19076, 0.00195),
        ("4282244444222444", 4.16794, 0.00147),
        ("8242424244434242", 4.21688, 0.00227),
        ("4424444324242444", 4.15453, 0.00132),
        ("4444444242432424", 4.17205, 0.00154),
        ("4424444324242444", 4.15519, 0.00145),
        ("4424444324242444", 4.15436, 0.00155),
    ]

    @Test("believes what was measured well rather than what would be smoother") func misfit() throws {
        let bits = [2, 3, 4, 8]
        let space = try AllocationSpace(
            choices: bits.map { AllocationSpace.Choice(name: "q\($0)", bits: $0) },
            unitBytes: Array(repeating: bits.map { 1000 * $0 }, count: 16),
            unitWeights: Array(repeating: 8000, count: 16))
        let proposer = try Proposer(space: space, budgetBytes: 56_000)
        let observations = Self.measured.map { bits, loss, error in
            Observation(allocation: Allocation(bits.map { "q\($0)" }), value: -loss, standardError: error)
        }
        let incumbent = try #require(try proposer.incumbent(observations: observations))
        #expect(incumbent.allocation == Allocation("3333333344444444".map { "q\($0)" }))
        #expect(abs(incumbent.prediction.mean + 4.14378) < 0.0012)
    }

    @Test("a proposer that has seen earlier observations proposes what a new one does") func cache() throws {
        let space = try Spaces.odd(layers: 9, bits: [2, 4, 8], seed: 2)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let known = try data(space, count: 40, seed: 5).map {
            Observation(allocation: space.allocation(of: $0.indices), value: $0.value, standardError: 0.5)
        }
        let seasoned = try Proposer(space: space, budgetBytes: budget)
        for count in [3, 31, 32, 37, 39] {
            _ = try seasoned.propose(observations: Array(known.prefix(count)), trial: count, seed: 1)
        }
        let fresh = try Proposer(space: space, budgetBytes: budget)
        #expect(
            try seasoned.propose(observations: known, trial: 40, seed: 1)
                == fresh.propose(observations: known, trial: 40, seed: 1))
    }

    @Test("predicts what it has not seen better with a source that is right, and stops believing one that is wrong")
    func trust() throws {
        let space = try Spaces.odd(layers: 9, bits: [2, 4, 8], seed: 2)
        let own = try data(space, count: 12, seed: 1)
        let test = try data(space, count: 40, seed: 77)
        func error(_ sources: [SourceModel]) throws -> (error: Double, trust: [Double]) {
            let surrogate = try #require(
                AllocationSurrogate(data: own, space: space, importance: nil, sources: sources))
            var scorer = CandidateScorer(surrogate)
            let found = scorer.posterior(test.map(\.indices))
            let squares = zip(found, test).reduce(0.0) { sum, pair in
                let difference = surrogate.centre + surrogate.scale * pair.0.mean - pair.1.value
                return sum + difference * difference
            }
            return (squares, surrogate.trust.map(\.weight))
        }
        let right = try #require(
            SourceModel(source: 3, data: try data(space, count: 40, seed: 8), space: space, importance: nil))
        let wrong = try #require(
            SourceModel(source: 4, data: try data(space, count: 40, seed: 8, sign: -1), space: space, importance: nil))
        let alone = try error([])
        let helped = try error([right])
        let misled = try error([wrong])
        #expect(helped.error < alone.error)
        #expect(helped.trust[0] > 0.6)
        #expect(misled.trust[0] < 0.2)
        #expect(misled.error < 3 * alone.error)
    }

    @Test("begins with what an earlier search says when it has seen nothing itself") func onlySources() throws {
        let space = try Spaces.odd(layers: 9, bits: [2, 4, 8], seed: 2)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let earlier = try data(space, count: 40, seed: 8)
        let proposer = try Proposer(space: space, budgetBytes: budget)
        let observations = earlier.map {
            Observation(
                allocation: space.allocation(of: $0.indices), value: $0.value, standardError: 0.5, origin: .warmStart,
                source: 12)
        }
        guard case .proposal(let proposal) = try proposer.propose(observations: observations, trial: 0, seed: 1) else {
            Issue.record("no proposal")
            return
        }
        #expect(proposal.trust == [Proposal.Trust(source: 12, weight: 0.8)])
        let indices = try space.indices(of: proposal.allocation)
        let value = indices.enumerated().reduce(0.0) { $0 + Double(($1.offset * 3) % 7) * Double($1.element) }
        let feasible = earlier.filter { space.bytes(of: $0.indices) <= budget }.map(\.value).sorted()
        #expect(value > (feasible.dropLast(2).last ?? 0))
    }
}

@Suite("The kernel of allocations") struct AllocationKernelTests {
    @Test("is the sum of effects of units, of pairs, of neighbours, and of what is smooth") func formula() throws {
        let space = try Spaces.odd(layers: 5, bits: [2, 3, 4, 8], seed: 3)
        var shape = AllocationKernel.Hyperparameters()
        (shape.tendency, shape.additive, shape.pairwise, shape.neighbour, shape.smooth) = (0.3, 0.6, 0.2, 0.7, 0)
        shape.sizeExponent = 2
        let kernel = AllocationKernel(space: space, importance: [0.2, 2, 1, 0.8, 1], hyperparameters: shape)
        let mean = kernel.weights.reduce(0, +) / 5
        #expect(abs(mean - 1) < 1e-12)
        let ratio = Double(space.unitWeights[1]) / Double(space.unitWeights[0])
        #expect(abs(kernel.weights[1] / kernel.weights[0] - ratio * ratio * 10.0.squareRoot()) < 1e-9)
        let (a, b) = ([0, 3, 1, 2, 3], [3, 1, 1, 0, 2])
        let k = (0..<5).map { unit in
            let line = kernel.levels[a[unit]] * kernel.levels[b[unit]]
            let apart = 2 * Double(a[unit] - b[unit]) / 3
            return kernel.weights[unit] * (0.7 * line + 0.3 * DeterministicMath.exp(-apart * apart / 2)) / 5
        }
        var expected = 0.3 * kernel.tendency(a) * kernel.tendency(b)
        for l in 0..<5 {
            expected += 0.6 * k[l]
            for m in 0..<5 where m != l { expected += 0.2 * 5 / 4 * k[l] * k[m] }
            if l < 4 { expected += 0.7 * 25 / 4 * k[l] * k[l + 1] }
        }
        #expect(abs(kernel.covariance(a, b) - expected) < 1e-12)
        // The same sums, rounded in another order.
        #expect(abs(kernel.matrix([a, b])[1] - kernel.covariance(a, b)) < 1e-15)
    }

    @Test("has a posterior mean that is a polynomial and what the smooth part explains") func polynomial() throws {
        let space = try Spaces.odd(layers: 6, bits: [2, 4, 8], seed: 4)
        var random = RandomSource(seed: 2)
        let sampler = try #require(RandomAllocation(in: space, budgetBytes: space.maximumBytes))
        let data = (0..<40).map { _ in
            let indices = sampler.indices(random: &random)
            let level = indices.map { Double($0) }
            return AllocationSurrogate.Datum(
                indices: indices, value: 3 * level[0] + level[2] - 2 * level[3] * level[4] + 0.1 * random.normal(),
                standardError: 0.1)
        }
        let surrogate = try #require(AllocationSurrogate(data: data, space: space, importance: nil))
        let polynomial = AllocationPolynomial(surrogate)
        var scorer = CandidateScorer(surrogate)
        let candidates = (0..<30).map { _ in sampler.indices(random: &random) }
        let kernel = surrogate.kernel
        for candidate in candidates {
            var rest = 0.0
            for (point, weight) in zip(surrogate.points, surrogate.process.weights) {
                let h = kernel.hyperparameters
                var distance = 0.0
                for unit in 0..<6 {
                    let difference = kernel.levels[candidate[unit]] - kernel.levels[point[unit]]
                    distance += kernel.weights[unit] * difference * difference
                }
                distance /= 2 * 6 * h.lengthScale * h.lengthScale
                rest += weight * h.smooth * Matern52.correlation(squaredDistance: distance)
            }
            let whole = scorer.posterior([candidate])[0].mean
            #expect(abs(polynomial.value(candidate) + rest - whole) < 1e-9)
        }
    }
}

@Suite("Candidates scored together") struct CandidateScorerTests {
    @Test("agree with the process itself, whatever the base and the group", arguments: [0, 2]) func scores(
        sources: Int
    ) throws {
        let space = try Spaces.odd(layers: 7, bits: [2, 3, 4, 8], seed: 3)
        var random = RandomSource(seed: 6)
        let sampler = try #require(RandomAllocation(in: space, budgetBytes: space.maximumBytes))
        func draw(_ count: Int) -> [AllocationSurrogate.Datum] {
            (0..<count).map { _ in
                .init(indices: sampler.indices(random: &random), value: random.normal(), standardError: 0)
            }
        }
        let models = (0..<sources).compactMap { number in
            SourceModel(source: number, data: draw(12), space: space, importance: nil)
        }
        let surrogate = try #require(
            AllocationSurrogate(data: draw(11), space: space, importance: nil, sources: models))
        let candidates = draw(21).map(\.indices)
        var scorer = CandidateScorer(surrogate)
        let free = scorer.posterior(candidates)
        let based = scorer.posterior(candidates, around: candidates[5])
        for (i, candidate) in candidates.enumerated() {
            let own = surrogate.features(candidate)
            let cross = zip(surrogate.points, surrogate.features).map {
                surrogate.kernel.covariance($0, candidate) + surrogate.foreignCovariance($1, own)
            }
            let expected = surrogate.process.posterior(
                cross: cross,
                variance: surrogate.kernel.covariance(candidate, candidate) + surrogate.foreignCovariance(own, own))
            for found in [free[i], based[i]] {
                #expect(abs(found.mean - expected.mean - surrogate.priorMean(own)) < 1e-9)
                #expect(abs(found.deviation - expected.deviation) < 1e-7)
            }
        }
    }
}
