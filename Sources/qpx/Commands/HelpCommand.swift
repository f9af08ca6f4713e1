internal import ArgumentParser

/// `qpx help …`: commands, and what is the same for many of them.
struct HelpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help",
        abstract: "Explain a command or a topic; without one, list them.",
        discussion: """
            Topics are \(HelpTopics.all.map(\.name).joined(separator: ", ")).

            EXAMPLES
              qpx help
              qpx help selection
              qpx help db merge

            JSON
              {"topics": [{"topic", "abstract"}],
                "commands": [{"command", "abstract"}]}, or {"help": [word], "text"}
            """)

    @Argument(help: ArgumentHelp("A topic, or a command.", valueName: "topic|command"))
    var words: [String] = []

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        guard console.isJSON else { return try console.write(HelpPages.page(words)) }
        guard words.isEmpty else {
            return try console.write([
                "help": .array(words.map(JSONValue.string)), "text": .string(HelpPages.page(words)),
            ])
        }
        try console.write([
            "topics": .array(
                HelpTopics.all.map { ["topic": .string($0.name), "abstract": .string($0.abstract)] }),
            "commands": .array(
                Qpx.commands.filter { $0.configuration.shouldDisplay }.map {
                    ["command": .string($0._commandName), "abstract": .string($0.configuration.abstract)]
                }),
        ])
    }
}
