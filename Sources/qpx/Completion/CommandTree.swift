internal import ArgumentParser

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The commands and their arguments as the parser describes them: what completion goes by, so that a new command or flag
/// completes without being named anywhere else.
struct CommandTree: Decodable {
    /// A command.
    struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var shouldDisplay: Bool?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    /// A flag, an option or a positional argument.
    struct Argument: Decodable {
        /// Its spelling.
        struct Name: Decodable {
            var kind: String
            var name: String

            /// With its dashes.
            var spelled: String { (kind == "long" ? "--" : "-") + name }
        }

        var kind: String
        var shouldDisplay: Bool?
        var isRepeating: Bool?
        var parsingStrategy: String?
        var names: [Name]?
        var valueName: String?
        var abstract: String?

        var isPositional: Bool { kind == "positional" }
        var takesValue: Bool { kind == "option" }
        /// Whether several values may follow one name.
        var takesValues: Bool { parsingStrategy == "upToNextOption" || parsingStrategy == "allRemainingInput" }
    }

    var command: Command

    /// The tree of a program; nil where the parser describes it in a way that is not known here.
    static func of(_ root: any ParsableCommand.Type) -> CommandTree? {
        try? JSONDecoder().decode(CommandTree.self, from: Data(root._dumpHelp().utf8))
    }
}
