internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx export --format …`: models for other programs.
struct ExportModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Write a compressed model for other programs (what 'qpx export' does unless told otherwise).",
        discussion: """
            hf: a plain folder that Transformers opens, adapters merged; needs the same widths in every layer, or --pad, \
            which fills narrower layers up with zeros and changes nothing else.

            peft: such a folder in OUT/base, and the adapters beside it in PEFT's format.

            gguf: one file for llama.cpp and what builds on it, its tokenizer included; heads and MLP widths may differ \
            from layer to layer. Policies: faithful (default) keeps the behaviour: weights as the model computes with \
            them, adapters merged, in half precision or what --dtype says. deployable keeps the size: each module is \
            quantized once more, to the block format of about its bits (2: q2_k, 3: q3_k, 4: iq4_nl, 8: q8_0; q4_0 and \
            iq4_nl where rows are no multiple of 256). exact keeps the codes: for models on the grids q4_0, iq4_nl, q8_0 \
            (matrices whose rows are no whole blocks as the same numbers in f32); adapters go into a file of their own, \
            OUT-lora.gguf.

            With --task or --text the model is measured before, and what was written after, by the same numbers.

            EXAMPLES
              qpx export --format gguf --model recovered/base --adapters recovered --out model.gguf
              qpx export --format gguf --policy exact --model recovered/base --adapters recovered --out base.gguf
              qpx export --format gguf --policy deployable --model tuned --text heldout.txt --out small.gguf
              qpx export --format hf --model pruned --adapters recovered --out plain
              qpx export --format peft --model recovered/base --adapters recovered --out tuned

            JSON
              {"model", "adapters", "format", "policy", "out", "adapter_out", "architecture", "bytes_before", "bytes",
                "encodings": [{"encoding", "matrices", "bytes"}], "notes",
                "measured": [{"metric", "before", "after"}]}
              Sizes in bytes; policy, adapter_out and encodings are null unless the format is gguf, measured unless \
              something is evaluated.
            """)

    /// What is written.
    enum Format: String, CaseIterable { case hf, gguf, peft }

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What is written: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
    var format: String?

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint, or its hub id.", valueName: "folder"))
    var model: String?

    @Option(name: .long, help: ArgumentHelp("Folder of LoRA adapters for it, in PEFT's format.", valueName: "folder"))
    var adapters: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "For gguf: \(GGUFPolicy.allCases.map(\.rawValue).joined(separator: ", ")) (default: faithful).",
            valueName: "name"))
    var policy: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Number format of matrices that stay numbers: f16, bf16, f32; for faithful gguf any block format as well "
                + "(default: f16; for hf the model's own where nothing was quantized or merged).", valueName: "name"))
    var dtype: String?

    @Flag(name: .long, help: "For hf and peft: fill narrower layers up with zeros.")
    var pad = false

    @Option(name: .long, help: ArgumentHelp("New folder, or new file for gguf.", valueName: "path"))
    var out: String?

    @OptionGroup var evaluation: EvaluationOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let request = try request(folder: FileManager.default.currentDirectoryPath)
        let checkpoint = try ModelFolder.checkpoint(request.model, says: "--model")
        let step = try request.evaluation.map { try EvaluationStep($0) }
        let tokenizer = try step.map { _ in try Tokenizer.load(directory: checkpoint.directory) }
        var model = try LlamaModel(checkpoint: checkpoint)
        if let path = request.adapters {
            model.adapters = try ModelFolder.adapters(path, for: model.configuration)
        }
        let line = console.progress()
        line.begin("exporting")
        defer { line.finish() }
        var view: ExportView
        let written: () throws -> LlamaModel
        switch request.format {
        case .hf, .peft:
            let export = try TransformersExport(
                model, elementType: request.elementType, keepsAdapters: request.format == .peft,
                fillsUp: request.pads, parallelism: Parallelism(threads: request.threads))
            try export.write(to: URL(filePath: request.out), source: checkpoint)
            written = {
                var model = export.model
                model.adapters = export.adapters
                return model
            }
            view = ExportView(
                request: request, before: model.weightBytes, after: export.model.weightBytes,
                architecture: export.model.configuration.architecture, notes: export.notes)
        case .gguf:
            var options = GGUFOptions(request.policy)
            if let plain = request.encoding { options.plain = plain }
            options.name = URL(filePath: request.model).lastPathComponent
            let export = try GGUFExport(model, tokenizer: checkpoint.directory, options: options)
            let adapterURL = export.hasAdapter ? URL(filePath: request.adapterOut) : nil
            try export.write(to: URL(filePath: request.out), adapter: adapterURL)
            view = ExportView(
                request: request, before: model.weightBytes, after: export.byteCount,
                architecture: export.architecture, notes: export.notes, matrices: export.matrices,
                adapterOut: adapterURL?.path)
            let adapters = export.hasAdapter ? model.adapters : nil
            written = {
                var model = try LlamaModel(gguf: GGUFFile(URL(filePath: request.out)))
                model.adapters = adapters
                return model
            }
        }
        if let step, let tokenizer {
            let check = ExportCheck(
                step: step, tokenizer: tokenizer, parallelism: Parallelism(threads: request.threads))
            view.measured = try check.rows(before: model, after: written(), progress: line)
        }
        line.finish()
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    /// What is asked for, checked.
    struct Request {
        var model: String
        var adapters: String?
        var format: Format
        var policy: GGUFPolicy
        var elementType: ElementType?
        var encoding: (any GGUFEncoding)?
        var pads: Bool
        /// What both models are measured on, if anything.
        var evaluation: EvaluationSpecification?
        var out: String
        var threads: Int

        /// Where adapters go that stand apart from their GGUF file.
        var adapterOut: String {
            let stem = out.lowercased().hasSuffix(".gguf") ? String(out.dropLast(5)) : out
            return stem + "-lora.gguf"
        }
    }

    private func request(folder: String) throws(Failure) -> Request {
        var settings = evaluation.settings.over(threads.settings)
        settings.set("format", flag: format)
        settings.set("model", flag: model)
        settings.set("adapters", flag: adapters)
        settings.set("policy", flag: policy)
        settings.set("dtype", flag: dtype)
        settings.set("out", flag: out)
        guard let format = try settings.word("format", Format.self) else {
            throw .usage("--format is missing: hf, gguf or peft; for searches see 'qpx export optuna --help'")
        }
        guard let model = try settings.model(folder: folder) else { throw .usage("--model is missing") }
        guard format == .gguf || !settings.has("policy") else { throw .usage("--policy is for --format gguf") }
        guard format != .gguf || !pad else {
            throw .usage("--pad is for hf and peft: GGUF has widths layer by layer")
        }
        let policy = try settings.word("policy", GGUFPolicy.self) ?? .faithful
        let out =
            format == .gguf
            ? try OutputFolder.newFile(settings, folder: folder) : try OutputFolder.new(settings, folder: folder)
        var request = Request(
            model: model, adapters: try settings.path("adapters", folder: folder), format: format, policy: policy,
            pads: pad, out: out, threads: try settings.threads())
        let evaluation = try EvaluationSpecification(settings, folder: folder)
        if !evaluation.tasks.isEmpty || !evaluation.texts.isEmpty { request.evaluation = evaluation }
        if format == .gguf, policy == .exact {
            guard request.adapters == nil || !FilePath.exists(request.adapterOut) else {
                throw Failure(
                    .conflict, "--out: \(request.adapterOut) exists already, where the adapters would go",
                    hint: "name another file, or remove this one")
            }
            guard dtype == nil else { throw .usage("--dtype: an exact export has every matrix as it is") }
        }
        if format == .gguf, let dtype {
            guard let encoding = GGUFEncodings.named(dtype) else {
                throw .usage(
                    "--dtype: there is no '\(dtype)'; known: "
                        + GGUFEncodings.all.map(\.name).joined(separator: ", "))
            }
            request.encoding = encoding
        } else {
            request.elementType = try settings.word("dtype", MergeCommand.DataType.self)?.elementType
        }
        return request
    }
}
