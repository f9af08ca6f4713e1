import Testing

@testable import Engine

@Suite("Allocations by module") struct ModuleAllocationTests {
    private static let names = ["nf2", "nf4", "int8"]

    private func space(_ names: [String] = names, layers: Int = 3) throws -> (model: LlamaModel, space: AllocationSpace)
    {
        let widths: [ModelConfiguration.Layer] = [
            .init(heads: 4, keyValueHeads: 2, intermediate: 37), .init(heads: 3, keyValueHeads: 3, intermediate: 20),
            .init(heads: 2, keyValueHeads: 1, intermediate: 70),
        ]
        let model = TinyModel.make(layers: (0..<layers).map { widths[$0 % widths.count] })
        return (model, try model.allocationSpace(names.compactMap(Precisions.named), granularity: .module))
    }

    @Test("have one form, however the modules were written")
    func canonical() {
        let split = Allocation(["nf4/nf4/int8/nf4/nf3/nf3/nf4", "nf4"])
        let named = "v_proj=int8/q_proj=nf4/k_proj=nf4/o_proj=nf4/gate_proj=nf3/up_proj=nf3/down_proj=nf4"
        #expect(Allocation([named, "nf4/nf4/nf4/nf4/nf4/nf4/nf4"]) == split)
        #expect(split.isSplit && !Allocation(["nf4"]).isSplit)
        #expect(split.modulePrecisions(layer: 0) == ["nf4", "nf4", "int8", "nf4", "nf3", "nf3", "nf4"])
        // What is no allocation of seven modules stays what it is, and no precision has such a name.
        for entry in ["nf4/nf4", named + "/q_proj=nf4", named.replacing("v_proj", with: "w_proj")] {
            #expect(Allocation([entry]).precisions == [entry])
        }
    }

    @Test("convert to choice indices and back, with the bytes of the model that is quantized so")
    func indices() throws {
        let (model, space) = try space()
        #expect(space.units == 21 && space.layers == 3)
        #expect(space.quantizedWeights == model.configuration.projectionWeights)
        var random = RandomSource(seed: 4)
        let sampler = try #require(RandomAllocation(in: space, budgetBytes: space.maximumBytes))
        for _ in 0..<10 {
            let indices = sampler.indices(random: &random)
            let allocation = space.allocation(of: indices)
            #expect(try space.indices(of: allocation) == indices)
            #expect(try Allocation(parsing: allocation.text) == allocation)
            let quantized = try model.quantized(allocation)
            #expect(quantized.weightBytes == space.bytes(of: indices) && quantized.allocation == allocation)
            #expect(
                try model.configuration.projectionBytes(of: allocation) + model.unquantizedBytes
                    == quantized.weightBytes)
        }
        // A layer in one precision is seven modules in that precision.
        #expect(
            try space.indices(of: Allocation(["nf2", "int8", "nf4"]))
                == [0, 2, 1].flatMap { [Int](repeating: $0, count: 7) })
        #expect(space.inherited([1, 2, 3]) == [1, 2, 3].flatMap { [Int](repeating: $0, count: 7) })
    }

    @Test("have no place in a space of whole layers")
    func wholeLayers() throws {
        let (model, _) = try space()
        let layers = try model.allocationSpace(Self.names.compactMap(Precisions.named))
        let split = "nf4/nf4/int8/nf4/nf4/nf4/nf4"
        #expect(throws: AllocationError.unknownPrecision(name: split, layer: 1, known: Self.names)) {
            try layers.indices(of: Allocation(["nf4", split, "nf4"]))
        }
        #expect(throws: AllocationError.partialLayer(units: 6)) {
            try AllocationSpace(
                choices: [.init(name: "nf4", bits: 4)], unitBytes: [[Int]](repeating: [1], count: 6),
                unitWeights: [1, 1, 1, 1, 1, 1], granularity: .module)
        }
        #expect(throws: ModelQuantizationError.self) {
            try model.configuration.projectionBytes(of: Allocation(["nf4"]))
        }
        #expect(throws: PrecisionError.self) {
            try model.configuration.projectionBytes(of: Allocation(uniform: "nf5", layers: 3))
        }
    }

    @Test("are proposed within the budget, each once, also by local search", arguments: [3, 9])
    func proposals(layers: Int) throws {
        let (_, space) = try space(["nf2", "lm2", "nf4", "lm4", "int8"], layers: layers)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        var options = Proposer.Options(randomStarts: 4, climbs: 1)
        options.enumerationLimit = 100
        let importance = space.inherited((0..<layers).map { Double($0 + 1) })
        let design = try InitialDesign(space: space, budgetBytes: budget, importance: importance, count: 5, seed: 1)
        var known = design.entries.enumerated().map {
            Observation(allocation: $1.allocation, value: Double($0 % 3), origin: $1.origin)
        }
        let proposer = try Proposer(space: space, budgetBytes: budget, importance: importance, options: options)
        for trial in 0..<2 {
            guard case .proposal(let proposal) = try proposer.propose(observations: known, trial: trial, seed: 2) else {
                Issue.record("exhausted")
                return
            }
            #expect(try space.bytes(of: proposal.allocation) == proposal.bytes && proposal.bytes <= budget)
            #expect(!known.contains { $0.allocation == proposal.allocation })
            known.append(Observation(allocation: proposal.allocation, value: 1))
        }
        #expect(known.contains { $0.allocation.isSplit })
    }
}

@Suite("Choices of the same bits") struct SameBitsChoiceTests {
    private let model = TinyModel.make()

    @Test("are ordered by bits, bytes and name")
    func order() throws {
        let names = ["int8_row", "q4_0", "nf4@32", "lm4", "nf4", "nf4+dq", "int8"]
        let space = try model.allocationSpace(names.compactMap(Precisions.named))
        // Rows of this model are so short that a scale per row takes more than one per 64 weights; its matrices end in
        // short blocks, whose scale costs less in half precision.
        #expect(space.choices.map(\.name) == ["nf4+dq", "q4_0", "lm4", "nf4", "nf4@32", "int8", "int8_row"])
        let sizes = space.choices.indices.map { choice in space.bytes(of: [Int](repeating: choice, count: 3)) }
        #expect(sizes.prefix(5) == sizes.prefix(5).sorted()[...])
    }

    @Test("are worth more bits where they lose less, others exactly their bits")
    func effectiveBits() throws {
        let space = try model.allocationSpace(["nf3", "nf4", "lm4", "fp4", "int8"].compactMap(Precisions.named))
        let worth = Dictionary(uniqueKeysWithValues: space.choices.map { ($0.name, $0.effectiveBits) })
        #expect(worth["nf3"] == 3 && worth["int8"] == 8)
        let (lloyd, normal, float) = try (
            #require(worth["lm4"]), #require(worth["nf4"]), #require(worth["fp4"])
        )
        #expect(lloyd > normal && normal > float && abs(lloyd + normal + float - 12) < 1e-9)
        #expect(abs(normal - float - 0.405) < 0.03, "0.0920 and 0.122 of the norm")
    }

    @Test("are rungs of the greedy ladder only where they add bits")
    func greedy() throws {
        let space = try model.allocationSpace(["nf2", "nf4", "lm4", "nf4@32", "int8"].compactMap(Precisions.named))
        let all = GreedyUpgrade.allocation(importance: [1, 1, 1], in: space, budgetBytes: space.maximumBytes)
        #expect(all == Allocation(uniform: "int8", layers: 3))
        let four = try space.bytes(of: Allocation(uniform: "nf4", layers: 3))
        let some = GreedyUpgrade.allocation(importance: [1, 1, 1], in: space, budgetBytes: four)
        #expect(try space.bytes(of: some) <= four)
        #expect(Set(some.precisions).isSubset(of: ["nf2", "lm4", "int8"]))
    }

    @Test("are baselines each")
    func baselines() throws {
        let space = try model.allocationSpace(["nf2", "nf4", "lm4", "int8", "q8_0"].compactMap(Precisions.named))
        let design = try InitialDesign(
            space: space, budgetBytes: space.bytes(of: Allocation(uniform: "nf4", layers: 3)), count: 4, seed: 1)
        let uniform = design.entries.filter { $0.purpose == .uniform }.map { $0.allocation.precisions[0] }
        #expect(uniform == ["lm4", "nf4", "q8_0", "int8"])
        #expect(design.entries.filter(\.isFeasible).count == 4)
    }
}

@Suite("Errors of units") struct UnitErrorTests {
    @Test("are those of the quantized model, whatever the threads")
    func errors() throws {
        let model = TinyModel.make()
        let precisions = ["lm2", "nf4+dq", "q8_0", "bf16"].compactMap(Precisions.named)
        let byLayer = model.relativeErrors(precisions: precisions, granularity: .layer)
        let byModule = model.relativeErrors(precisions: precisions, parallelism: Parallelism(threads: 3))
        #expect(byModule == model.relativeErrors(precisions: precisions))
        #expect(byLayer.count == 3 && byModule.count == 21 && byModule.allSatisfy { $0.count == 4 })
        for (choice, precision) in precisions.enumerated() {
            let quantized = try model.quantized(Allocation(uniform: precision.name, layers: 3))
            for (error, expected) in zip(byLayer.map { $0[choice] }, model.relativeErrors(of: quantized)) {
                #expect(abs(error - expected) <= 1e-12 * expected)
            }
            for (unit, errors) in byModule.enumerated() {
                let weight = model.blocks[unit / 7][Projection.allCases[unit % 7]]
                let expected = weight.floats().withUnsafeBufferPointer {
                    precision.relativeError(of: $0, rows: weight.rows, columns: weight.columns)
                }
                #expect(errors[choice] == expected)
            }
        }
    }

    @Test("of embedding and head are counted in bytes; a tied head has no precision of its own")
    func ends() throws {
        let model = TinyModel.make()
        let ends = EndPrecisions(embedding: "int8_row", head: "nf4+dq")
        let quantized = try model.quantized(ends)
        #expect(try model.unquantizedBytes(ends) == quantized.unquantizedBytes)
        #expect(quantized.embedding.byteCount == 61 * 29 + 4 * 61)
        #expect(quantized.embedding.precisionName == "int8_row" && quantized.head.precisionName == "nf4+dq")
        #expect(try model.quantized(EndPrecisions()).weightBytes == model.weightBytes)

        let tied = TinyModel.make(isTied: true)
        #expect(throws: EndPrecisionError.tied(head: "nf4")) { try tied.quantized(EndPrecisions(head: "nf4")) }
        #expect(throws: EndPrecisionError.tied(head: "nf4")) {
            try tied.quantized(EndPrecisions(embedding: "int8", head: "nf4"))
        }
        let one = try tied.quantized(EndPrecisions(embedding: "int8"))
        #expect(one.head.precisionName == "int8")
        #expect(one.unquantizedBytes == one.embedding.byteCount + one.normBytes)

        // The decoded matrices give the same logits as the packed ones.
        var decoded = quantized
        decoded.embedding = WeightMatrix(quantized.embedding.floats(), rows: 61, columns: 29)
        decoded.untiedHead = WeightMatrix(quantized.head.floats(), rows: 61, columns: 29)
        let batch = TokenBatch(TinyModel.tokens([9, 30]))
        #expect(try quantized.logits(batch) == decoded.logits(batch))
    }
}
