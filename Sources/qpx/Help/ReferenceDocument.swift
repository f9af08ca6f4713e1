internal import ArgumentParser
internal import Store

/// The reference documentation in `docs/reference`, made from the program itself: `qpx reference` writes it, a test
/// compares it.
struct ReferenceDocument {
    /// Name of the file, such as "commands.md".
    let name: String
    /// Its text.
    let text: String

    /// Every document.
    static func all() throws -> [ReferenceDocument] {
        [
            ReferenceDocument(name: "commands.md", text: commands),
            ReferenceDocument(name: "json.md", text: json),
            ReferenceDocument(name: "schema.md", text: schema(try SchemaDescription.current())),
            ReferenceDocument(name: "topics.md", text: topics),
        ]
    }

    private static let origin = "Made by `make docs` from the program; `make test` compares.\n"

    // MARK: Commands

    /// A command with the words that lead to it.
    private struct Entry {
        var words: [String]
        var command: any ParsableCommand.Type
    }

    private static var entries: [Entry] {
        func collect(_ command: any ParsableCommand.Type, _ words: [String]) -> [Entry] {
            guard command.configuration.shouldDisplay else { return [] }
            let own = words + [command._commandName]
            return [Entry(words: own, command: command)]
                + command.configuration.subcommands.flatMap { collect($0, own) }
        }
        return Qpx.commands.flatMap { collect($0, ["qpx"]) }
    }

    private static var commands: String {
        var text = "# Commands\n\n" + origin + "\n"
        for entry in entries where entry.words.count == 2 {
            let name = entry.words.joined(separator: " ")
            text += "- [`\(name)`](#\(anchor(name))): \(entry.command.configuration.abstract)\n"
        }
        for entry in entries {
            text += "\n## \(entry.words.joined(separator: " "))\n\n```\n"
            text += lines(Qpx.helpMessage(for: entry.command, includeHidden: false, columns: 110))
            text += "```\n"
        }
        return text
    }

    private static func anchor(_ title: String) -> String { String(title.map { $0 == " " ? "-" : $0 }) }

    /// Lines without blanks at their ends, ending with one line feed.
    private static func lines(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop(while: \.isWhitespace).reversed())
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: JSON

    /// What a command's help says under JSON; nil where it says nothing.
    static func jsonSection(of command: any ParsableCommand.Type) -> String? {
        let lines = command.configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
        // "JSON", or "JSON (what holds for all of it)".
        guard let start = lines.firstIndex(where: { $0 == "JSON" || $0.hasPrefix("JSON (") }) else { return nil }
        let remark = lines[start].dropFirst("JSON ".count)
        let section = lines[(start + 1)...].prefix { $0.isEmpty || $0.hasPrefix(" ") }
        return self.lines(((remark.isEmpty ? [] : ["  " + remark]) + section).joined(separator: "\n"))
    }

    private static var json: String {
        var text = "# What `--json` prints\n\n" + origin + "\n`qpx help json` says what holds for all of it.\n"
        for entry in entries {
            guard let section = jsonSection(of: entry.command) else { continue }
            text += "\n## \(entry.words.joined(separator: " "))\n\n```\n\(section)```\n"
        }
        return text
    }

    // MARK: Schema

    private static func schema(_ schema: SchemaDescription) -> String {
        var text = "# The database\n\n" + origin
        text += """

            One SQLite file (version \(schema.version) of the schema). Times are RFC 3339 UTC text with milliseconds, digests \
            SHA-256 in lower-case hex, booleans 0 or 1. Reading it with other programs is welcome; write through qpx.

            """
        for table in schema.tables {
            text += "\n## \(table.name)\n\n"
            if !table.remark.isEmpty { text += table.remark + "\n\n" }
            text += "| column | type | | |\n| --- | --- | --- | --- |\n"
            for column in table.columns {
                let marks = [column.isKey ? "key" : nil, column.isRequired ? nil : "may be NULL"].compactMap(\.self)
                let reference = column.references.map { "[\($0)](#\($0))" } ?? ""
                text +=
                    "| `\(column.name)` | \(column.type) | \(marks.joined(separator: ", ")) | \(reference) |\n"
            }
        }
        return text
    }

    // MARK: Topics

    private static var topics: String {
        var text = "# Topics\n\n" + origin
        for topic in HelpTopics.all {
            text += "\n## \(topic.name)\n\n\(topic.abstract)\n\n```\n\(lines(topic.text))```\n"
        }
        return text
    }
}
