internal import ArgumentParser

/// What `qpx help` answers.
enum HelpPages {
    /// The overview: commands, topics, and how to read more.
    static var overview: String {
        var commands = Table(title: "COMMANDS", [.word(""), .text("")])
        for command in Qpx.commands where command.configuration.shouldDisplay {
            commands.add([
                Table.Cell("  " + command._commandName), Table.Cell(command.configuration.abstract),
            ])
        }
        var topics = Table(title: "TOPICS", isSeparate: true, [.word(""), .text("")])
        for topic in HelpTopics.all { topics.add([Table.Cell("  " + topic.name), Table.Cell(topic.abstract)]) }
        return commands.rendered(width: nil) + topics.rendered(width: nil)
            + "\n'qpx help COMMAND' and 'qpx help TOPIC' say more.\n"
    }

    /// The page that words name: a topic, a command, or a command of a command.
    static func page(_ words: [String], root: any ParsableCommand.Type = Qpx.self) throws(Failure) -> String {
        guard let first = words.first else { return overview }
        if words.count == 1, let topic = HelpTopics.all.first(where: { $0.name == first }) {
            return "\(topic.name): \(topic.abstract)\n\n\(topic.text)\n"
        }
        var command = root
        var path = [root._commandName]
        for word in words {
            let subcommands = command.configuration.subcommands
            guard let next = subcommands.first(where: { $0._commandName == word }) else {
                let isFirst = path.count == 1
                let known = subcommands.map { $0._commandName } + (isFirst ? HelpTopics.all.map(\.name) : [])
                throw .usage(
                    "no help on '\((path.dropFirst() + [word]).joined(separator: " "))'."
                        + Suggestion.question(for: word, in: known),
                    hint: "'qpx help' lists commands and topics")
            }
            command = next
            path.append(word)
        }
        return root.helpMessage(for: command, columns: nil) + "\n"
    }
}
