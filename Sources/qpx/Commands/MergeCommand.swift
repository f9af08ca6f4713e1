internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx merge`: adds adapters to the weights they belong to.
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Add LoRA adapters to the weights and save a plain checkpoint.",
        discussion: """
            W' = W + (alpha / rank) B A for every adapted matrix. Packed weights become floats, so the result is larger \
            than a quantized model with its adapters; other tools can read it.

            EXAMPLES
              qpx merge --model pruned --adapters recovered --out merged
              qpx merge --model recovered/base --adapters recovered --dtype f32 --out merged

            JSON
              {"model", "adapters", "out", "merged": number of matrices, "dtype", "bytes_before", "bytes"}
            """)

    /// Number formats by the names that allocations give them.
    enum DataType: String, CaseIterable {
        case bf16
        case f16
        case f32

        var elementType: ElementType {
            switch self {
            case .bf16: .bfloat16
            case .f16: .float16
            case .f32: .float32
            }
        }
    }

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint, or its hub id.", valueName: "folder"))
    var model: String

    @Option(name: .long, help: ArgumentHelp("Folder of the adapters, in PEFT's format.", valueName: "folder"))
    var adapters: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Number format of all matrices: \(DataType.allCases.map(\.rawValue).joined(separator: ", ")) "
                + "(default: the model's).", valueName: "name"))
    var dtype: String?

    @Option(name: .long, help: ArgumentHelp("New folder for the checkpoint.", valueName: "folder"))
    var out: String

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let folder = FileManager.default.currentDirectoryPath
        var settings = threads.settings
        settings.set("model", flag: model)
        settings.set("adapters", flag: adapters)
        settings.set("dtype", flag: dtype)
        settings.set("out", flag: out)
        guard let path = try settings.model(folder: folder) else { throw Failure.usage("--model is missing") }
        guard let adaptersPath = try settings.path("adapters", folder: folder) else {
            throw Failure.usage("--adapters is missing")
        }
        let type = try settings.word("dtype", DataType.self)?.elementType
        let target = try OutputFolder.new(settings, folder: folder)
        let parallelism = Parallelism(threads: try settings.threads())
        let checkpoint = try ModelFolder.checkpoint(path, says: "--model")
        var model = try LlamaModel(checkpoint: checkpoint)
        let read = try ModelFolder.adapters(adaptersPath, for: model.configuration)
        model.adapters = read
        let line = console.progress()
        line.begin("merging")
        defer { line.finish() }
        let merged = model.merged(elementType: type, parallelism: parallelism)
        let written = type ?? model.embedding.elementType
        try merged.save(to: URL(filePath: target), source: checkpoint, elementType: written)
        line.finish()
        let name = DataType.allCases.first { $0.elementType == written }?.rawValue ?? written.rawValue
        let count = read.matrixCount
        if console.isJSON {
            try console.write(
                [
                    "model": .string(path), "adapters": .string(adaptersPath), "out": .string(target),
                    "merged": .int(count), "dtype": .string(name), "bytes_before": .int(model.weightBytes),
                    "bytes": .int(merged.weightBytes),
                ] as JSONValue)
        } else {
            var facts = FactTable(title: target)
            facts.add("merged from", path)
            facts.add("adapters", "\(adaptersPath), \(count) matrices")
            facts.add("number format", name)
            facts.add("weights", "\(ByteText.exact(model.weightBytes)) to \(ByteText.exact(merged.weightBytes))")
            try console.write(facts.table)
        }
    }
}
