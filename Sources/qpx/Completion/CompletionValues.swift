internal import ArgumentParser
internal import Engine
internal import Store

/// What may stand for the values of arguments, by what the help calls them.
struct CompletionValues {
    /// Opens the database in reach; nil where there is none, or it does not open at once.
    let database: () -> Store?

    /// Trials beyond these are not listed: whoever wants one of them types a digit.
    private static let mostTrials = 500

    /// What may stand for a value that begins with `typed`.
    func values(_ argument: CommandTree.Argument, _ typed: String) -> Completion {
        let kinds = (argument.valueName ?? "").split(separator: "|").map(String.init)
        let name = argument.names?.first { $0.kind == "long" }?.name ?? ""
        if let words = named(name) ?? kinds.lazy.compactMap(named).first {
            return Completion(words: continuing(typed, words))
        }
        if kinds.contains("topic") {
            let topics = HelpTopics.all.map { Completion.Word(text: $0.name, about: $0.abstract) }
            let commands = Qpx.commands.filter { $0.configuration.shouldDisplay }.map {
                Completion.Word(text: $0._commandName, about: $0.configuration.abstract)
            }
            return Completion(words: commands + topics)
        }
        var completion = Completion()
        if kinds.contains("trial") {
            completion.words = trials(typed)
        } else if kinds.contains("search") {
            completion.words = searches()
        }
        if kinds.contains("folder") {
            completion.paths = .folders
        } else if kinds.contains("file") || kinds.contains("path") {
            completion.paths = .files
        }
        if completion == Completion() {
            completion.words = continuing(typed, Self.listed(in: argument.abstract ?? ""))
        }
        return completion
    }

    /// Lists of the parts that qpx is made of.
    private func named(_ name: String) -> [String]? {
        switch name {
        case "precision": Precisions.all.map(\.name)
        case "importance": Importances.all.map(\.name)
        case "layer-importance", "measure": LayerMeasures.all.map(\.name)
        case "state": TrialState.allCases.map(\.rawValue)
        case "kind": TrialKind.allCases.map(\.rawValue)
        case "shell": CompletionScript.allCases.map(\.rawValue)
        default: nil
        }
    }

    /// Words that go on where a list between commas has come to.
    private func continuing(_ typed: String, _ words: [String]) -> [Completion.Word] {
        let begun = typed.lastIndex(of: ",").map { String(typed[...$0]) } ?? ""
        return words.map { Completion.Word(text: begun + $0) }
    }

    private func searches() -> [Completion.Word] {
        let summaries = (try? database()?.searches()) ?? []
        return summaries.map { summary in
            Completion.Word(
                text: summary.search.name,
                about: "\(summary.search.state.rawValue), \(summary.complete) trials, \(summary.search.objective)")
        }
    }

    /// Searches, and behind a slash their trials.
    private func trials(_ typed: String) -> [Completion.Word] {
        guard let slash = typed.firstIndex(of: "/") else {
            return searches().flatMap { [$0, Completion.Word(text: $0.text + "/", about: "its trials")] }
        }
        guard let store = database(), let search = try? store.search(named: String(typed[..<slash])) else { return [] }
        let begun = typed.lastIndex(of: ",").map { String(typed[...$0]) } ?? String(typed[...slash])
        var filter = TrialFilter(search: search.id)
        filter.order = .newest
        filter.limit = Self.mostTrials
        let trials = (try? store.trials(filter)) ?? []
        return [Completion.Word(text: begun + "best", about: "the best trial")]
            + trials.map { trial in
                let view = TrialView(trial)
                let value = view.objective.isEmpty ? trial.state.rawValue : view.objective
                return Completion.Word(text: begun + String(trial.number), about: "\(view.kind), \(value)")
            }
    }

    /// The words of a help text that lists what there is: "Sort by …: number, newest or bytes (default: number)."
    static func listed(in help: String) -> [String] {
        let text = help.firstRange(of: " (").map { help[..<$0.lowerBound] } ?? help[...]
        guard let colon = text.lastIndex(of: ":") else { return [] }
        let list = text[text.index(after: colon)...].replacing(" or ", with: ", ").replacing(" and ", with: ", ")
        let words = list.split(separator: ",").map { word in
            var word = word.drop { $0 == " " }
            while word.last == "." || word.last == " " { word.removeLast() }
            return String(word)
        }
        let isList =
            words.count > 1
            && words.allSatisfy { word in
                !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_+@".contains($0)) }
            }
        return isList ? words : []
    }
}
