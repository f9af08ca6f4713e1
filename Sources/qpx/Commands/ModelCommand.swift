internal import ArgumentParser

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
            Reads config.json and the headers of the safetensors files, not the weights.

            EXAMPLES
              qpx model inspect models/llama
              qpx model inspect models/llama --json
            """)

    @Argument(help: ArgumentHelp("Folder of the checkpoint.", valueName: "folder"))
    var folder: String

    @OptionGroup var global: GlobalOptions
}
