internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx quantize`: gives each layer a precision and saves the packed weights.
struct QuantizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Quantize a checkpoint, all layers alike or each with its own precision.",
        discussion: """
            An allocation file names one precision per layer, first to last: a JSON list (["nf4", "int8", …] or \
            [4, 8, …]), names or bits separated by blanks, or one digit per layer as qpx prints it (8844 4488). An element \
            of the list may name the modules of its layer: {"default": "nf4", "down_proj": "int8"}, or all seven as \
            "nf4/nf4/int8/nf4/nf3/nf3/nf4" (q, k, v, o, gate, up, down).

            EXAMPLES
              qpx quantize --model pruned --precision nf4 --out pruned-nf4
              qpx quantize --model pruned --precision lm3@32+dq --out pruned-lm3
              qpx quantize --model pruned --allocation layers.json --out pruned-mixed
              qpx quantize --model pruned --precision q4_0 --embedding-precision q8_0 --out pruned-q4

            JSON
              {"model", "out", "layers", "allocation": [name], "embedding_precision", "head_precision",
                "bits_per_weight", "bytes_before", "bytes", "relative_errors": [number]}
              "allocation" has a name per layer, or seven with "/" between them where its modules differ.
              "bits_per_weight" is the mean over all quantized weights, scales included; "bytes" are those of the whole
              model; "relative_errors" has |W - Q(W)|^2 / |W|^2 (Frobenius) of each layer.
            """)

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint, or its hub id.", valueName: "folder"))
    var model: String

    @Option(
        name: .long,
        help: ArgumentHelp("One precision for all layers: \(PrecisionChoices.forms).", valueName: "precision"))
    var precision: String?

    @Option(
        name: .long, help: ArgumentHelp("File that names a precision for each layer or module.", valueName: "file"))
    var allocation: String?

    @Option(name: .long, help: ArgumentHelp("New folder for the quantized checkpoint.", valueName: "folder"))
    var out: String

    @OptionGroup(title: "Quantization") var quantization: QuantizationOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let request = try request()
        let checkpoint = try ModelFolder.checkpoint(request.model, says: "--model")
        let model = try LlamaModel(checkpoint: checkpoint)
        guard !model.isQuantized else {
            throw Failure.usage(
                "\(request.model): is quantized already and cannot be quantized again",
                hint: "quantize the checkpoint that it was made from")
        }
        let allocation = request.precisions.allocation(layers: model.blocks.count)
        do throws(EndPrecisionError) {
            try request.ends.check(model.configuration)
        } catch {
            throw Failure.usage("--head-precision: \(error.description)")
        }
        let parallelism = Parallelism(threads: request.threads)
        let line = console.progress()
        line.begin("quantizing \(model.blocks.count) layers")
        defer { line.finish() }
        let quantized = try model.quantized(request.ends).quantized(allocation, parallelism: parallelism)
        let errors = model.relativeErrors(of: quantized, parallelism: parallelism)
        try quantized.save(to: URL(filePath: request.out), source: checkpoint)
        line.finish()
        let view = QuantizationView(
            request: request, original: model, quantized: quantized, allocation: allocation, relativeErrors: errors)
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    /// What is to be quantized, checked.
    func request(folder: String = FileManager.default.currentDirectoryPath) throws(Failure) -> Request {
        var settings = threads.settings.over(quantization.settings)
        settings.set("model", flag: model)
        settings.set("precision", flag: precision)
        settings.set("allocation", flag: allocation)
        settings.set("out", flag: out)
        guard let model = try settings.model(folder: folder) else { throw .usage("--model is missing") }
        guard let precisions = try Precisions(settings, folder: folder) else {
            throw .usage("say the precision of all layers with --precision, or of each with --allocation")
        }
        return Request(
            model: model, precisions: precisions, ends: try EndPrecisions(settings),
            out: try OutputFolder.new(settings, folder: folder),
            threads: try settings.threads())
    }

    /// Which layer gets which precision.
    enum Precisions: Sendable, Equatable {
        /// The same for all layers, by name.
        case uniform(String)
        /// One for each layer, first to last, by name.
        case perLayer([String])

        /// What `--precision` or `--allocation` says; nil when neither was given.
        init?(_ settings: Settings, folder: String) throws(Failure) {
            let blocks = try PrecisionChoices.Blocks(settings)
            switch (try settings.text("precision"), try settings.path("allocation", folder: folder)) {
            case (let text?, nil):
                let precision = try PrecisionChoices.precision(text, says: "--precision", blocks: blocks)
                try blocks.check([precision])
                self = .uniform(precision.name)
            case (nil, let path?):
                self = .perLayer(
                    try AllocationFile.names(
                        try TextFile.read(path, says: "--allocation"), says: "--allocation: \(path)", blocks: blocks))
            case (nil, nil): return nil
            case (_?, _?): throw .usage("--precision and --allocation: only one can be given")
            }
        }

        /// One precision for each layer of a model with that many.
        func allocation(layers: Int) -> Allocation {
            switch self {
            case .uniform(let name): Allocation(uniform: name, layers: layers)
            case .perLayer(let names): Allocation(names)
            }
        }
    }

    /// What `qpx quantize` is asked to do.
    struct Request: Sendable, Equatable {
        var model: String
        var precisions: Precisions
        var ends: EndPrecisions
        var out: String
        var threads: Int
    }
}
