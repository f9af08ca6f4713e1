import Testing

@testable import Engine

@Suite("LoftQ") struct LoftQTests {
    private static func gaussian(_ rows: Int, _ columns: Int) -> [Float] {
        var random = RandomSource(seed: 17)
        return (0..<rows * columns).map { _ in Float(random.normal()) }
    }

    private static func decompose(
        _ weights: [Float], rows: Int, columns: Int, rank: Int = 8, scaling: Double, precision: any Precision = NF4(),
        options: LoftQ.Options
    ) -> LoftQ.Result<QuantizedMatrix> {
        LoftQ(rank: rank, scaling: scaling, options: options).decompose(
            weights, rows: rows, columns: columns, random: RandomSource(seed: 1)
        ) { (weights: [Float]) -> (stored: QuantizedMatrix, values: [Float]) in
            let quantized = weights.withUnsafeBufferPointer { precision.quantize($0, rows: rows, columns: columns) }
            return (quantized, quantized.dequantized())
        }
    }

    /// ‖W − Q − s·BA‖ / ‖W‖ from what the model would hold.
    private static func distance(
        _ weights: [Float], _ result: LoftQ.Result<QuantizedMatrix>, rows: Int, columns: Int, rank: Int, scaling: Double
    ) -> Double {
        let base = result.stored.dequantized()
        var lost = 0.0
        var total = 0.0
        for i in 0..<rows {
            for j in 0..<columns {
                let low = (0..<rank).reduce(0.0) {
                    $0 + Double(result.up[i * rank + $1]) * Double(result.down[$1 * columns + j])
                }
                let weight = Double(weights[i * columns + j])
                let difference = weight - Double(base[i * columns + j]) - scaling * low
                lost += difference * difference
                total += weight * weight
            }
        }
        return (lost / total).squareRoot()
    }

    @Test("comes nearer to the weights with every iteration, whatever alpha / rank is", arguments: [0.5, 1, 2])
    func corrected(scaling: Double) {
        let (rows, columns) = (256, 512)
        let weights = Self.gaussian(rows, columns)
        let result = Self.decompose(
            weights, rows: rows, columns: columns, scaling: scaling, options: .init(iterations: 10))
        let errors = result.errors
        let relative = errors.afterLowRank.map { $0 / errors.weightNorm }
        // 256 × 512 normal numbers in NF4, rank 8: 0.0920 without factors; 0.0881, 0.0848, 0.0813, 0.0794 with.
        #expect(abs(errors.relativeBefore - 0.092) < 4e-4)
        for (iteration, expected) in [(1, 0.0881), (2, 0.0848), (5, 0.0813), (10, 0.0794)] {
            #expect(abs(relative[iteration - 1] - expected) < 4e-4, "\(iteration): \(relative[iteration - 1])")
        }
        #expect(zip(relative, relative.dropFirst()).allSatisfy { $0 > $1 } && errors.kept == 9)
        let held = Self.distance(weights, result, rows: rows, columns: columns, rank: 8, scaling: scaling)
        #expect(abs(held - errors.relativeAfter) < 1e-6)
    }

    @Test("with PEFT's scaling and alpha / rank = 2 gains nothing at once and loses with every iteration")
    func peft() {
        let (rows, columns) = (256, 512)
        let weights = Self.gaussian(rows, columns)
        var options = LoftQ.Options(iterations: 10, scaling: .peft, keep: .last)
        let last = Self.decompose(weights, rows: rows, columns: columns, scaling: 2, options: options)
        let relative = last.errors.afterLowRank.map { $0 / last.errors.weightNorm }
        #expect(abs(relative[0] - last.errors.relativeBefore) < 1e-6)
        for (iteration, expected) in [(1, 0.0920), (2, 0.0940), (5, 0.1018), (10, 0.1099)] {
            #expect(abs(relative[iteration - 1] - expected) < 4e-4, "\(iteration): \(relative[iteration - 1])")
        }
        #expect(last.errors.kept == 9)
        let held = Self.distance(weights, last, rows: rows, columns: columns, rank: 8, scaling: 2)
        #expect(abs(held - relative[9]) < 1e-6)
        options.keep = .best
        let best = Self.decompose(weights, rows: rows, columns: columns, scaling: 2, options: options)
        #expect(best.errors.kept == 0)
    }

    @Test("is the start of each matrix at its own precision; floats start as plain LoRA does")
    func model() throws {
        let model = TinyModel.make()
        let allocation = Allocation(["nf4", "bf16", "nf2"])
        var options = RecoveryOptions(
            initialization: "loftq", rank: 3, alpha: 6, seed: 4, training: TrainingOptions(steps: 1, learningRate: 0.1))
        let start = try AdaptedModel(model, allocation: allocation, options: options, parallelism: .init(threads: 2))
        let again = try AdaptedModel(model, allocation: allocation, options: options)
        #expect(start.errors == again.errors && start.errors.count == 14)
        #expect(start.model.allocation.precisions == ["nf4", "bf16", "nf2"])
        #expect(start.errors.allSatisfy { $0.errors.relativeAfter < $0.errors.relativeBefore })
        func bits(_ model: LlamaModel) -> [[UInt32]] {
            (model.adapters?.parameters ?? []).map { $0.parameter.tensor.elements.map(\.bitPattern) }
        }
        #expect(bits(start.model) == bits(again.model))
        options.initialization = "kaiming"
        let plain = try AdaptedModel(model, allocation: allocation, options: options)
        for projection in Projection.allCases {
            let (mine, standard) = (
                start.model.adapters?.factors(projection, layer: 1), plain.model.adapters?.factors(projection, layer: 1)
            )
            #expect(mine?.down.tensor == standard?.down.tensor && mine?.up.tensor == standard?.up.tensor)
        }
        // The model with factors is nearer to the unquantized one.
        let batch = TokenBatch(TinyModel.tokens([30, 20]))
        let exact = try model.logits(batch).elements
        func error(_ model: LlamaModel) throws -> Double {
            zip(try model.logits(batch).elements, exact).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        }
        #expect(try error(start.model) < error(plain.model))

        options.initialization = "loftq"
        options.loftQ.iterations = 0
        let none = try AdaptedModel(model, allocation: allocation, options: options)
        #expect(none.errors.isEmpty && bits(none.model) == bits(plain.model))
    }

    @Test("leaves no dead factors where nothing is lost")
    func nothingLost() throws {
        // Zeros and ±1 in blocks of 64 are what NF4 can say exactly.
        let weights = (0..<64 * 64).map { Float($0 % 64 == 0 ? 1 : 0) }
        let module = AdaptedModule(
            name: "w", weight: WeightMatrix(weights, rows: 64, columns: 64), precision: NF4(), rank: 4, scaling: 2,
            loftQ: .init(), random: RandomSource(seed: 2))
        let start = try LoftQInitialization().start(module)
        let plain = try KaimingInitialization().start(module)
        #expect(start.errors?.relativeBefore == 0 && start.down == plain.down && start.up == plain.up)
    }
}

@Suite("Starts of adapters") struct AdapterInitializationTests {
    @Test("have names of their own and draw what they say", arguments: AdapterInitializations.all.map(\.name))
    func draws(name: String) throws {
        #expect(AdapterInitializations.all.count { $0.name == name } == 1)
        let initialization = try #require(AdapterInitializations.named(name))
        let module = AdaptedModule(
            name: "w", weight: WeightMatrix([Float](repeating: 0.5, count: 50 * 400), rows: 50, columns: 400),
            precision: nil, rank: 4, scaling: 2, loftQ: .init(), random: RandomSource(seed: 2))
        let start = try initialization.start(module)
        #expect(start.up.elements.allSatisfy { $0 == 0 } && start.up.shape == [50, 4])
        #expect(start.down.shape == [4, 400] && start.errors == nil)
        let deviation = (start.down.elements.reduce(0.0) { $0 + Double($1) * Double($1) } / 1600).squareRoot()
        // Uniform in ±1/√400 has deviation 0.05/√3; the normal one 1/4.
        let expected = name == "gaussian" ? 0.25 : 0.05 / 3.0.squareRoot()
        #expect(abs(deviation - expected) < 0.05 * expected)
        if name != "gaussian" { #expect(start.down.elements.allSatisfy { abs($0) <= 0.05 }) }
    }

    @Test("the standard adapters are the kaiming start") func standard() throws {
        let model = TinyModel.make()
        let options = RecoveryOptions(
            rank: 2, alpha: 4, targets: [.query, .down], seed: 6,
            training: TrainingOptions(steps: 1, learningRate: 0.1))
        let start = try AdaptedModel(model, allocation: nil, options: options)
        let standard = LoRAAdapters.standard(
            for: model.configuration, targets: [.query, .down], rank: 2, alpha: 4, seed: 6)
        #expect(start.model.adapters?.parameters.map(\.name) == standard.parameters.map(\.name))
        #expect(start.model.adapters?.parameters.map(\.parameter.tensor) == standard.parameters.map(\.parameter.tensor))
    }

    @Test("are refused by an unknown name and a rank beyond the smallest side") func refused() throws {
        let model = TinyModel.make()
        var options = RecoveryOptions(rank: 11, training: TrainingOptions(steps: 1, learningRate: 0.1))
        #expect(throws: TrainingError.rankTooLarge(rank: 11, limit: 10)) {
            try AdaptedModel(model, allocation: nil, options: options)
        }
        options.rank = 2
        options.initialization = "xavier"
        #expect(throws: TrainingError.self) { try AdaptedModel(model, allocation: nil, options: options) }
    }
}
