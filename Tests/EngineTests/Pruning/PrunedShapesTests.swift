import Testing

@testable import Engine

/// Shapes and counts from configurations alone, against published counts.
@Suite("The shapes that pruning leaves") struct PrunedShapesTests {
    static func uniform(
        layers: Int, hidden: Int, heads: Int, keyValueHeads: Int, intermediate: Int, vocabulary: Int
    ) -> ModelConfiguration {
        ModelConfiguration(
            hidden: hidden, headDimension: hidden / heads, vocabulary: vocabulary, contextLength: 2048,
            layers: [ModelConfiguration.Layer](
                repeating: .init(heads: heads, keyValueHeads: keyValueHeads, intermediate: intermediate), count: layers)
        )
    }

    static let llama7B = uniform(
        layers: 32, hidden: 4096, heads: 32, keyValueHeads: 32, intermediate: 11008, vocabulary: 32000)
    static let llama38B = uniform(
        layers: 32, hidden: 4096, heads: 32, keyValueHeads: 8, intermediate: 14336, vocabulary: 128_256)
    static let tinyLlama = uniform(
        layers: 22, hidden: 2048, heads: 32, keyValueHeads: 4, intermediate: 5632, vocabulary: 32000)

    private func shapes(
        _ configuration: ModelConfiguration, _ options: PruningOptions
    ) throws -> (configuration: ModelConfiguration, ratio: Double) {
        try #require(try Pruner(options).shapes(of: configuration))
    }

    @Test(
        "of LLaMA-7B are those that LLM-Pruner reports, at each of its settings",
        arguments: [
            (4..<30, 0.20, 26, 8806, 5_707_747_328), (4..<30, 0.25, 24, 8256, 5_422_977_024),
            (4..<30, 0.375, 20, 6880, 4_765_257_728), (4..<30, 0.40, 20, 6604, 4_677_079_040),
            (4..<30, 0.60, 13, 4403, 3_592_204_288), (4..<30, 0.65, 12, 3852, 3_361_640_448),
            (3..<31, 0.25, 24, 8256, 5_321_789_440), (3..<31, 0.60, 13, 4403, 3_350_188_032),
        ])
    func llama(layers: Range<Int>, ratio: Double, heads: Int, width: Int, parameters: Int) throws {
        #expect(Self.llama7B.parameterCount == 6_738_415_616)
        let pruned = try shapes(Self.llama7B, PruningOptions(ratio: ratio, layers: layers)).configuration
        for layer in layers {
            #expect(pruned.layers[layer] == .init(heads: heads, keyValueHeads: heads, intermediate: width))
        }
        #expect(pruned.layers[0] == Self.llama7B.layers[0] && pruned.layers[31] == Self.llama7B.layers[31])
        #expect(pruned.parameterCount == parameters)
    }

    @Test(
        "of models with grouped queries are those that were published",
        arguments: [
            (llama38B, 4..<30, 8_030_261_248, 6_612_586_496), (tinyLlama, 4..<18, 1_100_048_384, 945_907_712),
        ])
    func grouped(model: ModelConfiguration, layers: Range<Int>, before: Int, after: Int) throws {
        #expect(model.parameterCount == before)
        let pruned = try shapes(model, PruningOptions(ratio: 0.25, layers: layers)).configuration
        #expect(pruned.parameterCount == after)
        let layer = pruned.layers[layers.lowerBound]
        #expect(layer.heads / layer.keyValueHeads == model.layers[0].heads / model.layers[0].keyValueHeads)
    }

    @Test(
        "remove the fraction of parameters that was asked for, and with less ratio they would not",
        arguments: ["block", "channel", "layer"], [0.1, 0.1952, 0.5])
    func target(structure: String, target: Double) throws {
        let options = PruningOptions(.parameters(target), layers: 3..<31, structure: structure)
        let found = try shapes(Self.llama7B, options)
        #expect(Self.llama7B.parametersRemoved(by: found.configuration) >= target)
        var less = options
        less.amount = .ratio(found.ratio - 1e-6)
        let before = try shapes(Self.llama7B, less).configuration
        #expect(Self.llama7B.parametersRemoved(by: before) < target)
    }

    @Test("have widths that are multiples of what was asked for, rounded up", arguments: ["block", "channel"])
    func rounded(structure: String) throws {
        var options = PruningOptions(ratio: 0.2, layers: 4..<30, structure: structure)
        options.roundTo = 256
        let pruned = try shapes(Self.llama7B, options).configuration
        if structure == "block" {
            // 8806 without rounding. LLM-Pruner rounds the 2202 that go down to 2048, which is the same here.
            #expect(pruned.layers[4].intermediate == 8960 && pruned.layers[4].heads == 26)
        } else {
            #expect(pruned.hidden == 3328 && pruned.headDimension == 128 && pruned.layers == Self.llama7B.layers)
        }
        // A width that is no multiple itself never grows.
        options.roundTo = 10_000
        #expect(
            try shapes(Self.llama7B, options).configuration.layers[4].intermediate
                == (structure == "block" ? 10_000 : 11008))
        options.roundTo = 20_000
        #expect(try shapes(Self.llama7B, options).configuration.layers[4].intermediate == 11008)
    }

    @Test("keep a head and the smallest width, however high the ratio") func floors() throws {
        var options = PruningOptions(ratio: 0.9999, layers: 0..<32)
        var pruned = try shapes(Self.llama38B, options).configuration
        #expect(pruned.layers[0] == .init(heads: 4, keyValueHeads: 1, intermediate: 1))
        options.minimumWidth = 32
        pruned = try shapes(Self.llama38B, options).configuration
        #expect(pruned.layers[0].intermediate == 32)
        options.structure = "layer"
        #expect(try shapes(Self.llama38B, options).configuration.layers.count == 1)
        options.structure = "channel"
        #expect(try shapes(Self.llama38B, options).configuration.hidden == 1)
    }

    @Test("of hidden channels and layers follow from the counts") func others() throws {
        let channels = try shapes(Self.llama7B, PruningOptions(ratio: 0.25, layers: 0..<32, structure: "channel"))
        #expect(channels.configuration.hidden == 3072)
        // Everything but nothing is proportional to the hidden dimension.
        #expect(channels.configuration.parameterCount == Self.llama7B.parameterCount / 4 * 3)
        let layers = try shapes(Self.llama7B, PruningOptions(ratio: 0.25, layers: 4..<30, structure: "layer"))
        #expect(layers.configuration.layers.count == 32 - 7)
    }

    @Test("are not known before scores are, where they depend on them") func unknown() throws {
        var global = PruningOptions(ratio: 0.25, layers: 4..<30)
        global.ranking = .global
        #expect(try Pruner(global).shapes(of: Self.llama7B) == nil)
        var uneven = Self.llama7B
        uneven.layers[9].intermediate = 8000
        #expect(try Pruner(PruningOptions(ratio: 0.25, layers: 4..<30, structure: "layer")).shapes(of: uneven) == nil)
    }

    @Test("are refused when they cannot be") func refused() throws {
        #expect(throws: PruningError.layers(30..<33, count: 32)) {
            try Pruner(PruningOptions(ratio: 0.2, layers: 30..<33)).shapes(of: Self.llama7B)
        }
        #expect(throws: PruningError.self) {
            try Pruner(PruningOptions(.parameters(0.9), layers: 4..<10)).shapes(of: Self.llama7B)
        }
        for ratio in [-0.1, 1, .nan] {
            #expect(throws: PruningError.self) { try Pruner(PruningOptions(ratio: ratio, layers: 0..<2)) }
        }
        #expect(throws: PruningError.unknownStructure("row")) {
            try Pruner(PruningOptions(ratio: 0.1, layers: 0..<2, structure: "row"))
        }
        var options = PruningOptions(ratio: 0.1, layers: 0..<2)
        options.steps = 0
        #expect(throws: PruningError.notPositive("the number of steps", 0)) { try Pruner(options) }
    }
}
