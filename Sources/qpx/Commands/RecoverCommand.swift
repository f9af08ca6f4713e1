internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx recover`: trains LoRA adapters on frozen weights, which it may quantize first.
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Train LoRA adapters for a checkpoint, quantized before or here.",
        discussion: """
            The folder gets the adapters as PEFT writes them (adapter_config.json, adapter_model.safetensors) and, with \
            --precision or --allocation, the quantized weights they belong to, in base. --init loftq chooses quantized \
            weights and adapters together. While it trains, its state is kept beside the new folder, in \
            <folder>.training; a training that was interrupted goes on with --resume and the same options, to the same \
            digits.

            EXAMPLES
              qpx recover --model pruned --precision nf4 --init loftq --recovery-text train.txt --out recovered
              qpx recover --model pruned-nf4 --recovery-data alpaca.json --epochs 2 --batch 64 --micro-batch 4 \
            --out recovered
              qpx eval --model recovered/base --adapters recovered --text heldout.txt

            JSON
              {"model", "out", "base", "allocation": [name], "bits_per_weight", "adapter_parameters", "sequences",
                "skipped", "steps", "first_loss", "last_loss", "seconds", "best_step",
                "validation_loss", "loftq": {"error_before", "error", "modules": [{"layer", "module",
                "after_quantization": [number], "after_low_rank": [number], "kept"}]}, "training": [{"step", "loss",
                "learning_rate", "gradient_norm", "validation_loss"}]}
              "base" and "allocation" are null unless the weights were quantized here; "skipped" are examples of which
              nothing would be learned; "best_step" is the step whose adapters were kept (null unless --validation held
              something out); errors are |W - Q - sBA| / |W| (Frobenius), one for each alternation; "loftq" is
              null unless LoftQ was the start.
            """)

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint, or its hub id.", valueName: "folder"))
    var model: String

    @Option(
        name: .long,
        help: ArgumentHelp("Quantize all layers first: \(PrecisionChoices.forms).", valueName: "precision"))
    var precision: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Quantize first, each layer as this file names it (see 'qpx quantize').", valueName: "file"))
    var allocation: String?

    @OptionGroup(title: "Quantization") var quantization: QuantizationOptions
    @OptionGroup var recovery: RecoveryOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Seed of the adapters' start, the order of the data and dropout "
                + "(default: \(Specification.Defaults.seed)).", valueName: "number"))
    var seed: String?

    @Option(name: .long, help: ArgumentHelp("New folder for the adapters.", valueName: "folder"))
    var out: String

    @Flag(name: .long, help: "Go on with the training of this folder that was interrupted.")
    var resume = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let request = try request()
        let line = console.progress()
        defer { line.finish() }
        let result = try RecoveryRun(request: request, progress: line).run()
        line.finish()
        let view = RecoveryView(request: request, result: result)
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    /// What is to be recovered, checked.
    func request(folder: String = FileManager.default.currentDirectoryPath) throws(Failure) -> Request {
        var settings = recovery.settings.over(threads.settings).over(quantization.settings)
        settings.set("model", flag: model)
        settings.set("precision", flag: precision)
        settings.set("allocation", flag: allocation)
        settings.set("seed", flag: seed)
        settings.set("out", flag: out)
        guard let model = try settings.model(folder: folder) else { throw .usage("--model is missing") }
        let specification = try RecoverySpecification(settings, folder: folder)
        guard specification.hasData else {
            throw .usage(
                "--recovery-text is missing", hint: "name a text file, or instructions with --recovery-data")
        }
        guard specification.epochs != nil || specification.steps > 0 else {
            throw .usage("--recovery-steps: 0 trains nothing", hint: "'qpx quantize' quantizes alone")
        }
        let precisions = try QuantizeCommand.Precisions(settings, folder: folder)
        let ends = try EndPrecisions(settings)
        guard precisions != nil || ends == EndPrecisions() else {
            throw .usage(
                "--embedding-precision and --head-precision: say --precision or --allocation for the layers too")
        }
        guard specification.initialization != "loftq" || precisions != nil else {
            throw .usage(
                "--init: loftq begins with what quantization loses",
                hint: "say --precision or --allocation, with the unquantized checkpoint as --model")
        }
        guard !resume || specification.saveEvery > 0 else {
            throw .usage("--resume and --save-every 0: without a state there is nothing to resume")
        }
        return Request(
            model: model, precisions: precisions, ends: ends, recovery: specification,
            seed: try settings.seed("seed") ?? Specification.Defaults.seed,
            out: try OutputFolder.new(settings, folder: folder), resumes: resume, threads: try settings.threads())
    }

    /// What `qpx recover` is asked to do.
    struct Request: Sendable, Equatable {
        var model: String
        /// What the weights are quantized to first; nil leaves them as they are.
        var precisions: QuantizeCommand.Precisions?
        /// What embedding and output head are quantized to first.
        var ends: EndPrecisions
        var recovery: RecoverySpecification
        var seed: UInt64
        var out: String
        var resumes: Bool
        var threads: Int
    }
}
