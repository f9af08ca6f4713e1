internal import ArgumentParser

/// From arguments to an exit status: parses, runs, and turns every error into one line or one JSON object.
enum CommandLineEntry {
    /// Runs the command that the arguments name.
    static func run(_ arguments: [String], root: any ParsableCommand.Type = Qpx.self) -> ExitStatus {
        let isJSON = arguments.prefix { $0 != "--" }.contains("--json")
        do {
            if let failure = unknownCommand(arguments, root: root) { throw failure }
            var command = try parse(arguments, root: root)
            try command.run()
            return .done
        } catch let code as ExitCode {
            return ExitStatus(rawValue: code.rawValue) ?? .failed
        } catch {
            return report(error, arguments: arguments, root: root, isJSON: isJSON)
        }
    }

    private static func parse(
        _ arguments: [String], root: any ParsableCommand.Type
    ) throws -> any ParsableCommand { try root.parseAsRoot(arguments) }

    private static func report(
        _ error: any Error, arguments: [String], root: any ParsableCommand.Type, isJSON: Bool
    ) -> ExitStatus {
        if root.exitCode(for: error).isSuccess {
            // Help and version are results, not errors.
            do {
                try Console(isJSON: false, isQuiet: false, isColourRefused: false)
                    .write(root.fullMessage(for: error) + "\n")
                return .done
            } catch {
                return report(error, arguments: arguments, root: root, isJSON: isJSON)
            }
        }
        let failure = isUsage(error, root: root) ? usage(error, arguments: arguments, root: root) : Failure(error)
        let console = Console(isJSON: isJSON, isQuiet: false, isColourRefused: arguments.contains("--no-color"))
        Console.writeError(failure.text(isJSON: isJSON, colour: console.errorColour))
        return failure.status
    }

    /// Whether the error is the parser's own.
    private static func isUsage(_ error: any Error, root: any ParsableCommand.Type) -> Bool {
        !(error is Failure) && root.exitCode(for: error) == .validationFailure
    }

    private static func usage(
        _ error: any Error, arguments: [String], root: any ParsableCommand.Type
    ) -> Failure {
        let command = path(arguments, root: root).names.joined(separator: " ")
        return .usage(root.message(for: error), hint: "'\(command) --help' lists what there is")
    }

    /// The parser takes a mistyped verb for a stray argument; this says which verbs there are.
    private static func unknownCommand(_ arguments: [String], root: any ParsableCommand.Type) -> Failure? {
        let path = path(arguments, root: root)
        let subcommands = path.command.configuration.subcommands
        guard !subcommands.isEmpty, let word = path.rest.first, !word.hasPrefix("-"), word != "help" else { return nil }
        let names = subcommands.filter { $0.configuration.shouldDisplay }.map { name(of: $0) }
        let prefix = path.names.joined(separator: " ")
        return .usage(
            "\(prefix): unknown command '\(word)'." + Suggestion.question(for: word, in: names),
            hint: "the commands are \(names.joined(separator: ", "))")
    }

    /// The command that the leading words name, and the words behind it.
    private static func path(
        _ arguments: [String], root: any ParsableCommand.Type
    ) -> (command: any ParsableCommand.Type, names: [String], rest: ArraySlice<String>) {
        var command = root
        var names = [name(of: root)]
        var rest = arguments[...]
        while let word = rest.first, let next = command.configuration.subcommands.first(where: { name(of: $0) == word })
        {
            command = next
            names.append(word)
            rest = rest.dropFirst()
        }
        return (command, names, rest)
    }

    private static func name(of command: any ParsableCommand.Type) -> String { command._commandName }
}
