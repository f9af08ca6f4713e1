import Testing

@testable import Engine

/// Configurations of published models, written from their papers.
enum PublishedModels {
    static let llama7B = ModelConfiguration(
        hidden: 4096, headDimension: 128, vocabulary: 32_000, contextLength: 2048,
        layers: [ModelConfiguration.Layer](
            repeating: .init(heads: 32, keyValueHeads: 32, intermediate: 11_008), count: 32))

    /// LLaMA-7B with that fraction of the heads and MLP channels of the given layers removed.
    static func pruned(_ ratio: Double, layers: Range<Int>) throws -> ModelConfiguration {
        try Pruner(PruningOptions(ratio: ratio, layers: layers)).shapes(of: llama7B)?.configuration ?? llama7B
    }
}

@Suite("Memory from configurations alone") struct PublishedMemoryTests {
    @Test(
        "what LLM-Pruner prints for LLaMA-7B comes out",
        arguments: [
            (0.0, 0..<32, 6_738_415_616, 12884.52), (0.25, 4..<30, 5_422_977_024, 10375.52),
            (0.60, 3..<31, 3_350_188_032, 6533.99),
        ])
    func loaded(ratio: Double, layers: Range<Int>, parameters: Int, mebibytes: Double) throws {
        let configuration = try PublishedModels.pruned(ratio, layers: layers)
        #expect(configuration.parameterCount == parameters)
        #expect(abs(Double(CachingAllocator.loaded(configuration)) / 1_048_576 - mebibytes) < 0.005)
    }

    @Test(
        "the adapters of rank 8 on all projections have the published number of weights",
        arguments: [(0.0, 0..<32, 19_988_480), (0.25, 4..<30, 17_419_264), (0.60, 3..<31, 13_370_848)])
    func adapters(ratio: Double, layers: Range<Int>, parameters: Int) throws {
        let configuration = try PublishedModels.pruned(ratio, layers: layers)
        #expect(MemoryWorkload().adapterParameters(configuration) == parameters)
    }

    /// GB of the weights: 16 bit, int8, 8 layers of 32 at int8 and the others at nf4, nf4, nf2.
    @Test(
        "weights at each precision, scales included",
        arguments: [
            (0.0, 0..<32, [13.477, 7.406, 4.977, 4.168, 2.549]), (0.25, 4..<30, [10.846, 6.008, 4.136, 3.428, 2.137]),
            (0.60, 3..<31, [6.700, 3.806, 2.769, 2.262, 1.490]),
        ] as [(Double, Range<Int>, [Double])])
    func weights(ratio: Double, layers: Range<Int>, gigabytes: [Double]) throws {
        let configuration = try PublishedModels.pruned(ratio, layers: layers)
        let mixed = Allocation((0..<32).map { $0 < 8 ? "int8" : "nf4" })
        let allocations: [Allocation?] = [
            nil, Allocation(uniform: "int8", layers: 32), mixed, Allocation(uniform: "nf4", layers: 32),
            Allocation(uniform: "nf2", layers: 32),
        ]
        for (allocation, expected) in zip(allocations, gigabytes) {
            let memory = try WeightMemory(configuration, allocation: allocation, normBytes: 2)
            #expect(abs(Double(memory.total) / 1e9 - expected) < 0.00051)
        }
    }

    @Test("an allocation for another number of layers is refused, an unknown precision named") func refused() {
        #expect(throws: ModelQuantizationError.self) {
            try WeightMemory(PublishedModels.llama7B, allocation: Allocation(["nf4"]), normBytes: 2)
        }
        #expect(throws: PrecisionError.self) {
            try WeightMemory(
                PublishedModels.llama7B, allocation: Allocation(uniform: "nf5", layers: 32), normBytes: 2)
        }
    }

    @Test("the weights of a model in memory are those of the formula", arguments: ["nf3", "int8", "bf16"])
    func native(name: String) throws {
        let model = TinyModel.make()
        let allocation = Allocation(uniform: name, layers: 3)
        let memory = try WeightMemory(model.configuration, allocation: allocation, elementBytes: 4, normBytes: 4)
        #expect(memory.total == (try model.quantized(allocation)).weightBytes)
    }
}
