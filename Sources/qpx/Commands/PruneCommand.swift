internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx prune`: removes structures from a checkpoint and saves what is left.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove attention heads and MLP channels from a checkpoint.",
        discussion: """
            Key/value heads go with their query heads, MLP channels with their rows of gate and up and their column of \
            down. The result is a checkpoint with its own widths per layer, really smaller on disk and in memory. The \
            pruning ratio (of structures, in the pruned layers) and the fraction of parameters removed are not the \
            same; both are printed.

            EXAMPLES
              qpx prune --model models/llama --ratio 0.25 --importance taylor --calibration train.txt --out pruned
              qpx prune --model models/llama --parameters-removed 0.2 --importance magnitude --out pruned

            JSON
              {"model", "out", "ratio", "parameters_removed", "importance", "prune_reduction", "seed", "layers",
                "parameters_before", "parameters", "bytes_before", "bytes", "layer_shapes": [{"heads", "kv_heads",
                "head_dim", "intermediate"}], "kept": [{"layer", "kv_heads": [index], "channels": [index]}]}
              "ratio" is the pruning ratio, "parameters_removed" the fraction of all parameters that is gone; "kept"
              has the pruned layers only.
            """)

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint.", valueName: "folder"))
    var model: String

    @OptionGroup var pruning: PruningOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Seed of the calibration samples and of random importance (default: \(Specification.Defaults.seed)).",
            valueName: "number"))
    var seed: String?

    @Option(name: .long, help: ArgumentHelp("New folder for the pruned checkpoint.", valueName: "folder"))
    var out: String

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let request = try request()
        let model = try ModelFolder.open(request.model, says: "--model")
        let line = console.progress()
        line.begin("pruning by \(request.pruning.importance)")
        defer { line.finish() }
        let pruned = try PruningStep.run(
            request.pruning, model: model, seed: request.seed, parallelism: Parallelism(threads: request.threads))
        try pruned.model.save(to: URL(filePath: request.out), source: model.checkpoint)
        line.finish()
        let view = PruningView(request: request, original: model.model, pruned: pruned)
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    /// What is to be pruned, checked.
    func request(folder: String = FileManager.default.currentDirectoryPath) throws(Failure) -> Request {
        var settings = pruning.settings.over(threads.settings)
        settings.set("model", flag: model)
        settings.set("out", flag: out)
        settings.set("seed", flag: seed)
        guard let model = try settings.path("model", folder: folder) else { throw .usage("--model is missing") }
        let specification = try PruningSpecification(settings, folder: folder)
        guard specification.isPruning else {
            throw .usage(
                "nothing to prune: say how much with --ratio or --parameters-removed",
                hint: "--ratio is the fraction of structures in the pruned layers, as 0.25")
        }
        return Request(
            model: model, pruning: specification, out: try OutputFolder.new(settings, folder: folder),
            seed: try settings.seed("seed") ?? Specification.Defaults.seed, threads: try settings.threads())
    }

    /// What `qpx prune` is asked to do.
    struct Request: Sendable, Equatable {
        var model: String
        var pruning: PruningSpecification
        var out: String
        var seed: UInt64
        var threads: Int
    }
}
