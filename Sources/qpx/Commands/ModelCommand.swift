internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx model …`: what a checkpoint is.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Look at a checkpoint.", subcommands: [ModelInspectCommand.self])
}

/// `qpx model inspect`: architecture, widths, parameters, bytes.
struct ModelInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Print architecture, layers, parameters and bytes of a checkpoint.",
        discussion: """
            Reads config.json and the headers of the safetensors files; the weights only with --digest. Bytes are those \
            held for all weights, scales included; norms are held in float32.

            EXAMPLES
              qpx model inspect models/llama
              qpx model inspect models/llama --json

            JSON
              {"model", "architecture", "layers", "parameters", "bytes", "hidden", "vocabulary", "context_length",
                "tied", "element_types", "quantized", "allocation", "embedding_precision", "head_precision",
                "bits_per_weight", "sha256", "layer_shapes": [{"heads", "kv_heads", "head_dim", "intermediate"}]}
              "allocation" has one precision per layer (seven with "/" between them where its modules differ) and is null unless the checkpoint is quantized; "sha256" is
              null without --digest.
            """)

    @Argument(help: ArgumentHelp("Folder of the checkpoint, or its hub id.", valueName: "folder"))
    var folder: String

    @Flag(name: .long, help: "Also print the SHA-256 by which a database knows the checkpoint; reads all weights.")
    var digest = false

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        guard !folder.isEmpty else { throw Failure.usage("the folder's path is empty") }
        let path = try ModelFolder.path(folder, folder: FileManager.default.currentDirectoryPath, says: "model")
        let checkpoint = try ModelFolder.checkpoint(path, says: "model")
        let view = ModelView(
            path: path, description: try CheckpointDescription(checkpoint), sha256: digest ? checkpoint.digest : nil)
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }
}
