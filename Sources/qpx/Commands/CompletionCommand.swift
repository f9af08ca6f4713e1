internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx completion`: the script that makes a shell complete qpx's commands.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the script by which a shell completes commands, flags, searches and trials.",
        discussion: """
            Searches and trials are those of the database in reach: --db where it is typed already, else QPX_DB, else \
            qpx.db here or above. Precisions, importances, states and other lists complete as well.

            EXAMPLES
              bash   qpx completion bash > ~/.local/share/bash-completion/completions/qpx
                     (or in ~/.bashrc: source <(qpx completion bash))
              zsh    qpx completion zsh > ~/.zfunc/_qpx
                     (with 'fpath=(~/.zfunc $fpath)' before 'compinit' in ~/.zshrc)
              fish   qpx completion fish > ~/.config/fish/completions/qpx.fish

            The script asks the program, so it stays as it is when qpx is updated.
            """)

    @Argument(help: ArgumentHelp("The shell: bash, zsh or fish.", valueName: "shell"))
    var shell: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let names = CompletionScript.allCases.map(\.rawValue)
        guard let shell = CompletionScript(rawValue: shell) else {
            throw Failure.usage(
                "there is no completion for '\(shell)'." + Suggestion.question(for: shell, in: names),
                hint: "shells are \(names.joined(separator: ", "))")
        }
        let console = global.console
        if console.isJSON {
            return try console.write(["shell": .string(shell.rawValue), "script": .string(shell.script)])
        }
        try console.write(shell.script)
    }
}

/// `qpx __complete SHELL -- WORDS…`: what a completion script asks. Says nothing where it knows nothing.
struct CompleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "__complete", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var words: [String] = []

    func run() throws {
        guard let shell = words.first.flatMap(CompletionScript.init(rawValue:)), words.dropFirst().first == "--",
            let tree = CommandTree.of(Qpx.self)
        else { return }
        let typed = Array(words.dropFirst(2))
        let values = CompletionValues(database: { Self.database(typed) })
        let completion = Completer(tree: tree, values: values.values).complete(typed)
        try Console(isJSON: false, isQuiet: true, isColourRefused: true).write(shell.text(completion))
    }

    /// The database of the command line that is being typed. Nobody waits for one that is busy.
    private static func database(_ words: [String]) -> Store? {
        let flag = words.lastIndex(of: "--db").flatMap { index in
            index + 1 < words.count - 1 ? words[index + 1] : nil
        }
        guard let path = try? DatabaseLocation.existing(flag: flag) else { return nil }
        return try? Store(path: path, access: .read, busySeconds: 0.2)
    }
}
