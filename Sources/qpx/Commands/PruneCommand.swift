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
        abstract: "Remove heads and MLP channels, hidden channels or whole layers from a checkpoint.",
        discussion: """
            Key/value heads go with their query heads, MLP channels with their rows of gate and up and their column of \
            down, hidden channels with their part of every matrix and norm. The result is a checkpoint with its own \
            widths per layer, really smaller on disk and in memory. The pruning ratio (of structures, in the pruned \
            layers) and the fraction of parameters removed are not the same; both are printed.

            With --dry-run nothing is computed or written: the shapes and counts that a local pruning leaves follow from \
            config.json alone, and --model may name that file or a folder that holds nothing else.

            EXAMPLES
              qpx prune --model models/llama --ratio 0.25 --calibration train.txt --out pruned
              qpx prune --model models/llama --parameters-removed 0.2 --importance l2 --out pruned
              qpx prune --model models/llama --ratio 0.25 --ranking global --prune-steps 4 --round-to 32 \
            --calibration train.txt --out pruned
              qpx prune --model models/llama --ratio 0.25 --structure layer --block-score similarity \
            --calibration train.txt --out pruned
              qpx prune --model models/llama/config.json --parameters-removed 0.2 --dry-run

            JSON
              {"model", "out", "dry_run", "structure", "ranking", "ratio", "parameters_removed", "importance",
                "prune_reduction", "seed", "layers", "parameters_before", "parameters", "hidden", "bytes_before", "bytes",
                "layer_shapes": [{"heads", "kv_heads", "head_dim", "intermediate"}],
                "kept": [{"layer", "kv_heads": [index], "channels": [index]}], "kept_hidden": [index],
                "kept_layers": [index]}
              "ratio" is the pruning ratio, "parameters_removed" the fraction of all parameters that is gone; "layers"
              counts those of the model before. "kept" has the pruned layers only, "kept_layers" too; all count from 0 in
              the model before. "kept_hidden" is null unless hidden channels are pruned, "kept_layers" unless layers are.
              Of a dry run "out", "bytes_before", "bytes" and everything kept are null.
            """)

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint, or its hub id.", valueName: "folder"))
    var model: String

    @OptionGroup var pruning: PruningOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Seed of the calibration samples and of random importance (default: \(Specification.Defaults.seed)).",
            valueName: "number"))
    var seed: String?

    @Option(name: .long, help: ArgumentHelp("New folder for the pruned checkpoint.", valueName: "folder"))
    var out: String?

    @Flag(name: .long, help: "Only say which shapes and how many parameters are left, from config.json alone.")
    var dryRun = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let request = try request()
        guard let out = request.out else { return try showShapes(request, console) }
        let model = try ModelFolder.open(request.model, says: "--model")
        let line = console.progress()
        line.begin("pruning by \(request.pruning.importance)")
        defer { line.finish() }
        let pruned = try PruningStep.run(
            request.pruning, model: model, seed: request.seed, parallelism: Parallelism(threads: request.threads))
        try pruned.model.save(to: URL(filePath: out), source: model.checkpoint)
        line.finish()
        let view = PruningView(request: request, original: model.model, pruned: pruned)
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    /// What pruning would leave, without weights.
    private func showShapes(_ request: Request, _ console: Console) throws {
        let configuration = try ModelFolder.configuration(request.model, says: "--model")
        guard let shapes = try request.pruning.shapes(of: configuration) else {
            throw Failure.usage(
                "--dry-run: which shapes a global ranking, or removing layers that differ, leaves depends on scores",
                hint: "leave out --dry-run")
        }
        let layers = try request.pruning.layers.layers(of: configuration.layers.count)
        let view = PruningView(request: request, before: configuration, shapes: shapes, layers: layers)
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    /// What is to be pruned, checked.
    func request(folder: String = FileManager.default.currentDirectoryPath) throws(Failure) -> Request {
        var settings = pruning.settings.over(threads.settings)
        settings.set("model", flag: model)
        settings.set("out", flag: out)
        settings.set("seed", flag: seed)
        guard let model = try settings.model(folder: folder) else { throw .usage("--model is missing") }
        let specification = try PruningSpecification(settings, folder: folder, needsText: !dryRun)
        guard specification.isPruning else {
            throw .usage(
                "nothing to prune: say how much with --ratio or --parameters-removed",
                hint: "--ratio is the fraction of structures in the pruned layers, as 0.25")
        }
        if dryRun, settings.has("out") {
            throw .usage("--out: a dry run writes nothing", hint: "leave out --out or --dry-run")
        }
        return Request(
            model: model, pruning: specification, out: dryRun ? nil : try OutputFolder.new(settings, folder: folder),
            seed: try settings.seed("seed") ?? Specification.Defaults.seed, threads: try settings.threads())
    }

    /// What `qpx prune` is asked to do.
    struct Request: Sendable, Equatable {
        var model: String
        var pruning: PruningSpecification
        /// Nil: only shapes are asked for.
        var out: String?
        var seed: UInt64
        var threads: Int
    }
}
