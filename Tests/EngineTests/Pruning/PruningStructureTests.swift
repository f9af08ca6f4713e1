import Foundation
import Testing

@testable import Engine

@Suite("Pruning") struct PruningStructureTests {
    private static let batch = TokenBatch(TinyModel.tokens((0..<24).map { 20 + $0 % 9 }))

    private static func model(isTied: Bool = false) -> LlamaModel {
        TinyModel.make(
            layers: [ModelConfiguration.Layer](
                repeating: .init(heads: 4, keyValueHeads: 2, intermediate: 48), count: 6),
            hidden: 32, headDimension: 8, isTied: isTied)
    }

    /// A model that a folder keeps and one in memory must be the same.
    private func expectSurvivesDisk(_ model: LlamaModel) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pruned-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try model.save(to: folder, source: nil)
        let loaded = try LlamaModel(checkpoint: Checkpoint.open(directory: folder))
        #expect(loaded.configuration.layers == model.configuration.layers)
        #expect(loaded.configuration.hidden == model.configuration.hidden)
        #expect(loaded.configuration.headDimension == 8)
        #expect(try LossGradient(model: loaded).loss(Self.batch) == LossGradient(model: model).loss(Self.batch))
        // Once more, from mapped weights with their old names.
        let again = FileManager.default.temporaryDirectory.appending(path: "pruned-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: again) }
        try loaded.save(to: again, source: nil)
        let reloaded = try LlamaModel(checkpoint: Checkpoint.open(directory: again))
        #expect(try LossGradient(model: reloaded).loss(Self.batch) == LossGradient(model: model).loss(Self.batch))
    }

    @Test(
        "of every structure by every importance gives a model that computes and survives the disk, on any number of threads",
        arguments: PruningStructures.names, Importances.all.map(\.name))
    func everything(structure: String, importance: String) throws {
        for isTied in [true, false] {
            let model = Self.model(isTied: isTied)
            let pruner = try Pruner(
                PruningOptions(ratio: 0.5, layers: 1..<5, structure: structure, importance: importance, seed: 3))
            let pruned = try pruner.prune(model, calibration: Self.batch)
            let expected = try #require(try pruner.shapes(of: model.configuration)).configuration
            #expect(pruned.model.configuration == expected && expected != model.configuration)
            #expect(try LossGradient(model: pruned.model).loss(Self.batch).isFinite)
            try expectSurvivesDisk(pruned.model)
            let parallel = try pruner.prune(model, calibration: Self.batch, parallelism: Parallelism(threads: 3))
            #expect(parallel.kept == pruned.kept && parallel.keptHidden == pruned.keptHidden)
            #expect(parallel.keptBlocks == pruned.keptBlocks)
        }
    }

    @Test("of mapped layers writes them under their new numbers") func renumbered() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "whole-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try Self.model().save(to: folder, source: nil)
        let mapped = try LlamaModel(checkpoint: Checkpoint.open(directory: folder))
        let pruner = try Pruner(PruningOptions(ratio: 0.5, layers: 0..<6, structure: "layer", importance: "l2"))
        let pruned = try pruner.prune(mapped, calibration: nil)
        #expect(pruned.model.blocks.count == 3 && pruned.keptBlocks?.count == 3)
        try expectSurvivesDisk(pruned.model)
    }

    @Test("of hidden channels without weights changes nothing but the norms' mean") func deadChannels() throws {
        var model = Self.model()
        let dead = [3, 17]
        func without(_ weight: WeightMatrix, rows: Bool) -> WeightMatrix {
            var elements = weight.floats()
            for index in elements.indices where dead.contains(rows ? index / weight.columns : index % weight.columns) {
                elements[index] = 0
            }
            return WeightMatrix(elements, rows: weight.rows, columns: weight.columns)
        }
        model.embedding = without(model.embedding, rows: false)
        for layer in model.blocks.indices {
            for projection in [Projection.output, .down] {
                model.blocks[layer][projection] = without(model.blocks[layer][projection], rows: true)
            }
        }
        let pruner = try Pruner(PruningOptions(ratio: 2.0 / 32, layers: 0..<6, structure: "channel"))
        let pruned = try pruner.prune(model, calibration: Self.batch)
        #expect(pruned.keptHidden == (0..<32).filter { !dead.contains($0) })
        // RMSNorm divides by the root of a mean over 30 in place of 32 channels: the norm's weights take that back.
        let factor = Float((30.0 / 32).squareRoot())
        func scaled(_ norm: Parameter) -> Parameter {
            Parameter(Tensor(norm.tensor.elements.map { $0 / factor }, shape: norm.shape), isTrained: false)
        }
        var same = pruned.model
        same.finalNorm = scaled(same.finalNorm)
        for layer in same.blocks.indices {
            same.blocks[layer].attentionNorm = scaled(same.blocks[layer].attentionNorm)
            same.blocks[layer].mlpNorm = scaled(same.blocks[layer].mlpNorm)
        }
        let before = try LossGradient(model: model).loss(Self.batch)
        #expect(abs(try LossGradient(model: same).loss(Self.batch) - before) < 1e-3)
    }

    @Test("of layers by similarity drops the ones that change least") func similarity() throws {
        var model = Self.model()
        // Two blocks that add nothing to the residual stream.
        for layer in [2, 4] {
            for projection in [Projection.output, .down] {
                let shape = model.configuration.shape(of: projection, layer: layer)
                model.blocks[layer][projection] = WeightMatrix(
                    [Float](repeating: 0, count: shape.count), rows: shape.rows, columns: shape.columns)
            }
        }
        var options = PruningOptions(ratio: 0.5, layers: 1..<5, structure: "layer", importance: "l1")
        options.blockScore = .similarity
        let pruned = try Pruner(options).prune(model, calibration: Self.batch)
        #expect(pruned.keptBlocks == [1, 3])
        #expect(try LossGradient(model: pruned.model).loss(Self.batch) == LossGradient(model: model).loss(Self.batch))
        #expect(throws: PruningError.needsCalibration("similarity")) {
            try Pruner(options).prune(model, calibration: nil)
        }
    }

    @Test(
        "in one step is what pruning at once is, in several reaches the same widths with new samples each time",
        arguments: PruningStructures.names, Ranking.allCases)
    func iterative(structure: String, ranking: Ranking) throws {
        let model = Self.model()
        var options = PruningOptions(ratio: 0.5, layers: 1..<5, structure: structure)
        options.ranking = ranking
        options.minimumWidth = 4
        let atOnce = try Pruner(options).prune(model, calibration: Self.batch)
        var asked: [Int] = []
        options.steps = 3
        let slowly = try Pruner(options).prune(model, parallelism: .serial) { step in
            asked.append(step)
            return TokenBatch(TinyModel.tokens([30, 30, 30], seed: UInt64(step)))
        }
        #expect(asked == [0, 1, 2])
        options.steps = 1
        let once = try Pruner(options).prune(model, parallelism: .serial) { _ in Self.batch }
        #expect(once.kept == atOnce.kept && once.keptHidden == atOnce.keptHidden && once.ratio == atOnce.ratio)
        if ranking == .local {
            #expect(slowly.model.configuration == atOnce.model.configuration)
        }
        // What stayed is numbered as in the unpruned model: cutting it out at once gives the same model.
        let kind = try #require(PruningStructures.named(structure))
        let roots = kind.roots(of: model.configuration, layers: 1..<5, options)
        let kept = roots.map { root -> [Int] in
            switch root.kind {
            case .keyValueHeads(let layer): slowly.kept[layer]?.keyValueHeads ?? []
            case .channels(let layer): slowly.kept[layer]?.channels ?? []
            case .hidden: slowly.keptHidden ?? []
            case .blocks(let first): (slowly.keptBlocks ?? []).map { $0 - first }
            }
        }
        let cut = kind.cut(model, roots, keeping: kept)
        #expect(try LossGradient(model: cut).loss(Self.batch) == LossGradient(model: slowly.model).loss(Self.batch))
    }

    @Test(
        "globally removes the parameters that were asked for, also in steps",
        arguments: ScoreNormalization.allCases, [1, 2])
    func globalTarget(normalization: ScoreNormalization, steps: Int) throws {
        let model = Self.model()
        var options = PruningOptions(.parameters(0.15), layers: 0..<6)
        options.ranking = .global
        options.normalization = normalization
        options.minimumWidth = 8
        options.steps = steps
        let pruned = try Pruner(options).prune(model, calibration: Self.batch)
        let removed = model.configuration.parametersRemoved(by: pruned.model.configuration)
        // A head is 1536 of 45 632 parameters.
        #expect(removed >= 0.15 && removed < 0.15 + 0.04, "\(removed)")
        for layer in pruned.model.configuration.layers { #expect(layer.keyValueHeads >= 1 && layer.intermediate >= 8) }
        try expectSurvivesDisk(pruned.model)
    }

    @Test("with weights that are no numbers is refused") func notFinite() throws {
        var model = Self.model()
        model.blocks[2][.gate] = WeightMatrix([Float](repeating: .nan, count: 48 * 32), rows: 48, columns: 32)
        let pruner = try Pruner(PruningOptions(ratio: 0.5, layers: 1..<5, importance: "l2"))
        #expect(throws: PruningError.notFinite("an MLP channel of layer 2")) {
            try pruner.prune(model, calibration: nil)
        }
    }

    @Test("names that were used before are understood") func aliases() {
        #expect(Importances.named("taylor")?.name == "param_first" && Importances.named("magnitude")?.name == "l2")
        #expect(Importances.named("l2")?.defaultReduction == .mean)
        #expect(Importances.named("param_mix")?.defaultReduction == .sum && Importances.named("nothing") == nil)
    }
}

@Suite("Calibration documents") struct CalibrationDocumentsTests {
    /// Ten documents of which three are too short; every token says which document it is from.
    private static let documents = (0..<10).map { n in
        (0..<(n < 3 ? 15 : 40 + n)).map { Int32(100 * n + $0) }
    }

    @Test("give windows of different documents that are long enough, others in each step") func windows() throws {
        let samples = CalibrationDocuments(Self.documents, length: 16, seed: 5)
        #expect(samples.count == 7)
        var batches: [TokenBatch] = []
        for step in 0..<4 {
            let batch = try samples.batch(step: step, size: 7)
            let windows = batch.sequences.map { Array(batch.tokens[$0]) }
            #expect(windows.allSatisfy { $0.count == 16 && zip($0, $0.dropFirst()).allSatisfy { $1 == $0 + 1 } })
            #expect(windows.map { $0[0] / 100 }.sorted() == [3, 4, 5, 6, 7, 8, 9])
            #expect(try samples.batch(step: step, size: 7) == batch)
            batches.append(batch)
        }
        #expect(batches[0] != batches[1] && batches[1] != batches[2])
        #expect(batches.contains { $0.tokens[0] % 100 != 0 })
    }

    @Test("are refused when there are too few") func tooFew() throws {
        let samples = CalibrationDocuments(Self.documents, length: 16, seed: 5)
        #expect(throws: TrainingError.tooFewDocuments(count: 7, needed: 8, tokens: 16)) {
            try samples.batch(step: 0, size: 8)
        }
    }
}
