/// What may stand at the end of a command line that is being typed.
struct Completion: Equatable {
    /// What the shell offers beside the words.
    enum Paths: String {
        case none = "words"
        case files
        case folders
    }

    /// A word, and what it is.
    struct Word: Equatable {
        var text: String
        var about = ""
    }

    var words: [Word] = []
    var paths = Paths.none
}

/// Completes command lines from the tree of commands and from what the database in reach holds.
struct Completer {
    let tree: CommandTree
    /// What may stand for a value: by the value's name, the option's name, and what is typed of it.
    let values: (CommandTree.Argument, String) -> Completion

    private struct State {
        var command: CommandTree.Command
        var option: CommandTree.Argument?
        var positionals = 0
        var isLiteral = false
    }

    /// - Parameter words: those behind the program's name; the last is the one being typed, perhaps empty.
    func complete(_ words: [String]) -> Completion {
        guard let current = words.last else { return Completion() }
        var state = State(command: tree.command)
        for word in words.dropLast() { step(&state, word) }
        var completion = Completion()
        if let option = state.option, !(option.takesValues && current.hasPrefix("-")) {
            completion = values(option, current)
        } else if current.hasPrefix("-"), !state.isLiteral {
            if let equals = current.firstIndex(of: "="), let option = argument(current[..<equals], state.command) {
                let name = current[...equals]
                completion = values(option, String(current[current.index(after: equals)...]))
                completion.words = completion.words.map { Completion.Word(text: name + $0.text, about: $0.about) }
                if completion.paths != .none { completion = Completion() }
            } else {
                completion.words = flags(state.command)
            }
        } else {
            completion = positional(state, current)
        }
        completion.words = completion.words.filter { $0.text.hasPrefix(current) }
        return completion
    }

    private func step(_ state: inout State, _ word: String) {
        if let option = state.option, !(option.takesValues && word.hasPrefix("-")) {
            if !option.takesValues { state.option = nil }
        } else if word == "--" {
            state.isLiteral = true
            state.option = nil
        } else if word.hasPrefix("-"), word.count > 1, !state.isLiteral {
            state.option = argument(word[...], state.command).flatMap { $0.takesValue ? $0 : nil }
        } else if state.positionals == 0, let next = displayed(state.command).first(where: { $0.commandName == word }) {
            state = State(command: next)
        } else {
            state.positionals += 1
        }
    }

    private func argument(_ word: Substring, _ command: CommandTree.Command) -> CommandTree.Argument? {
        (command.arguments ?? []).first { ($0.names ?? []).contains { $0.spelled == word } }
    }

    private func displayed(_ command: CommandTree.Command) -> [CommandTree.Command] {
        (command.subcommands ?? []).filter { $0.shouldDisplay != false }
    }

    private func flags(_ command: CommandTree.Command) -> [Completion.Word] {
        (command.arguments ?? []).filter { $0.shouldDisplay != false && !$0.isPositional }.flatMap { argument in
            (argument.names ?? []).filter { $0.kind == "long" }.map {
                Completion.Word(text: $0.spelled, about: Self.sentence(argument.abstract))
            }
        }
    }

    private func positional(_ state: State, _ current: String) -> Completion {
        let subcommands = displayed(state.command)
        if state.positionals == 0, !subcommands.isEmpty {
            var seen: Set<String> = []
            return Completion(
                words: subcommands.filter { seen.insert($0.commandName).inserted }.map {
                    Completion.Word(text: $0.commandName, about: Self.sentence($0.abstract))
                })
        }
        let arguments = (state.command.arguments ?? []).filter { $0.isPositional && $0.shouldDisplay != false }
        guard let last = arguments.last else { return Completion() }
        if state.positionals < arguments.count { return values(arguments[state.positionals], current) }
        return last.isRepeating == true ? values(last, current) : Completion()
    }

    /// The first sentence.
    private static func sentence(_ text: String?) -> String {
        let line = text?.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.firstRange(of: ". ").map { String(line[..<$0.lowerBound]) } ?? line
    }
}
