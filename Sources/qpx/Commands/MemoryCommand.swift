internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx memory`: what a model needs, from its configuration alone.
struct MemoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "Say what a model needs in memory: weights, inference, recovery, here and on a GPU.",
        discussion: """
            Needs shapes only: --config names a config.json, of a model that need not be here. Weights are exact, scales \
            included; peaks follow the formulas that the JSON lists part by part. On a GPU: PyTorch with 16-bit \
            activations, without what the driver takes. Here: this program, float32 activations; --measure runs it with \
            weights made from a seed and prints the measured peak beside.

            The methods are those of the QPruner paper: the intact model; LLM-Pruner (pruned, 16 bits, LoRA); QPruner 1 \
            (pruned, nf4); QPruner 2 and 3 (pruned, mixed: a quarter of the way from nf4 to int8, or --allocation).

            EXAMPLES
              qpx memory --config llama-7b/config.json
              qpx memory --config llama-7b/config.json --ratio 0.25 --prune-layers 4-29 --precision nf4
              qpx memory --model models/llama --allocation layers.json --batch 8 --sequence-length 128 --measure

            JSON
              {"parameters_before", "parameters", "parameters_removed", "adapter_parameters", "allocation",
                "weights": {"projections", "embedding", "head", "norms", "total", "bits_per_weight"},
                "loaded_16_bit": bytes, "gpu": {"inference", "recovery"}, "qpx": {"inference", "recovery"},
                "methods": [{"method", "parameters", "weights", "inference", "recovery"}],
                "measured": {"overhead", "inference", "recovery"} or null}
              Bytes throughout. Each of "inference" and "recovery" of "gpu" and "qpx" is {"total", "parts": {name:
              bytes}}. "overhead" is what the program had resident before there \
              were weights. "loaded_16_bit" is what PyTorch says after loading 16-bit weights as LLM-Pruner does.
            """)

    @Option(name: .long, help: ArgumentHelp("A config.json; no weights are needed.", valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("Folder of a checkpoint, instead of --config.", valueName: "folder"))
    var model: String?

    @OptionGroup(title: "Pruning") var pruning: PruningOptions

    @Option(
        name: .long,
        help: ArgumentHelp("One precision for all layers: \(PrecisionChoices.forms).", valueName: "precision"))
    var precision: String?

    @Option(name: .long, help: ArgumentHelp("File that names a precision for each layer.", valueName: "file"))
    var allocation: String?

    @Option(name: .long, help: ArgumentHelp("Sequences computed together (default: 4).", valueName: "count"))
    var batch: String?

    @Option(name: .long, help: ArgumentHelp("Tokens of a sequence (default: 256).", valueName: "tokens"))
    var sequenceLength: String?

    @Option(name: .long, help: ArgumentHelp("Rank of the LoRA adapters (default: 8).", valueName: "count"))
    var rank: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp("Matrices with an adapter (default: all).", valueName: "name"))
    var targets: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tokens of the key/value cache on a GPU (default: the model's context).", valueName: "tokens"))
    var cachedTokens: String?

    @Flag(
        name: .long, help: "Keep only the blocks' inputs and compute the rest again (gradient checkpointing on a GPU).")
    var recompute = false

    @Flag(name: .long, help: "Keep attention probabilities (an attention that is not fused, on a GPU).")
    var keepProbabilities = false

    @Flag(name: .long, help: "Keep dropout masks (adapters with dropout, on a GPU).")
    var dropout = false

    @Flag(name: .long, help: "Also run this program with weights of these shapes and print its peaks.")
    var measure = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let view = try view(progress: console.progress())
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    private func view(progress: ProgressLine) throws -> MemoryView {
        defer { progress.finish() }
        let settings = settings
        let folder = FileManager.default.currentDirectoryPath
        let original = try original(settings, folder: folder)
        let pruned = try pruned(original, settings)
        let allocation = try allocation(settings, layers: pruned.layers.count, folder: folder)
        let workload = try workload(settings, contextLength: original.contextLength)
        let parallelism = Parallelism(threads: try settings.threads())
        if let smallest = Projection.allCases.map({ p in
            pruned.layers.indices.map {
                min(pruned.shape(of: p, layer: $0).rows, pruned.shape(of: p, layer: $0).columns)
            }
            .min() ?? 0
        }).min(), workload.rank > smallest {
            throw Failure.usage("--rank: \(workload.rank) is larger than the smallest matrix side of \(smallest)")
        }
        var measured: MemoryMeasurement.Result?
        if measure {
            measured = try MemoryMeasurement(
                configuration: pruned, allocation: allocation, workload: workload, parallelism: parallelism
            ).run(progress: progress)
            guard measured != nil else {
                throw Failure(.failed, "--measure: this system does not say what a process has resident")
            }
        }
        return try MemoryView(
            original: original, pruned: pruned, allocation: allocation, workload: workload,
            threads: parallelism.threads, measured: measured)
    }

    private var settings: Settings {
        var settings = pruning.settings.over(threads.settings)
        settings.set("config", flag: config)
        settings.set("model", flag: model)
        settings.set("precision", flag: precision)
        settings.set("allocation", flag: allocation)
        settings.set("batch", flag: batch)
        settings.set("sequence-length", flag: sequenceLength)
        settings.set("rank", flag: rank)
        settings.set("targets", flag: targets)
        settings.set("cached-tokens", flag: cachedTokens)
        return settings
    }

    private func original(_ settings: Settings, folder: String) throws -> ModelConfiguration {
        switch (try settings.path("config", folder: folder), try settings.model(folder: folder)) {
        case (let path?, nil):
            guard FilePath.exists(path) else {
                throw Failure.notFound("--config: \(path) does not exist", hint: "name a config.json")
            }
            let file = FilePath.isFolder(path) ? path + "/config.json" : path
            return try ConfigurationReader.read(URL(filePath: file))
        case (nil, let path?): return try ModelFolder.checkpoint(path, says: "--model").configuration
        case (nil, nil): throw Failure.usage("say the shapes with --config FILE, or name a checkpoint with --model")
        case (_?, _?): throw Failure.usage("--config and --model: only one can be given")
        }
    }

    private func pruned(_ original: ModelConfiguration, _ settings: Settings) throws -> ModelConfiguration {
        // Shapes do not depend on what ranks structures, so no text is needed.
        let pruning = try PruningSpecification(settings, folder: "/", needsText: false)
        guard pruning.isPruning else { return original }
        guard let shapes = try pruning.shapes(of: original) else {
            throw Failure.usage(
                "which shapes a global ranking, or removing layers that differ, leaves depends on scores",
                hint: "prune with 'qpx prune', then name the result with --model")
        }
        return shapes.configuration
    }

    private func allocation(_ settings: Settings, layers: Int, folder: String) throws -> Allocation? {
        switch (try settings.text("precision"), try settings.path("allocation", folder: folder)) {
        case (nil, nil): return nil
        case (let text?, nil):
            return Allocation(
                uniform: try PrecisionChoices.precision(text, says: "--precision").name, layers: layers)
        case (nil, let path?):
            let names = try AllocationFile.names(
                try TextFile.read(path, says: "--allocation"), says: "--allocation: \(path)")
            guard names.count == layers else {
                throw Failure.usage("--allocation: \(path) names \(names.count) layers, the model has \(layers)")
            }
            return Allocation(names)
        case (_?, _?): throw Failure.usage("--precision and --allocation: only one can be given")
        }
    }

    private func workload(_ settings: Settings, contextLength: Int) throws -> MemoryWorkload {
        let defaults = MemoryWorkload()
        let length =
            try settings.integer("sequence-length", in: 2...1_000_000) ?? min(defaults.sequenceLength, contextLength)
        guard length <= contextLength else {
            throw Failure.usage("--sequence-length: the model reads \(contextLength) tokens, not \(length)")
        }
        return MemoryWorkload(
            batch: try settings.integer("batch", in: 1...65_536) ?? defaults.batch, sequenceLength: length,
            rank: try settings.integer("rank", in: 1...65_536) ?? defaults.rank,
            targets: try settings.words("targets", Projection.self) ?? defaults.targets, dropsOut: dropout,
            recomputes: recompute, keepsProbabilities: keepProbabilities,
            cachedTokens: try settings.integer("cached-tokens", in: 1...100_000_000) ?? contextLength)
    }
}
