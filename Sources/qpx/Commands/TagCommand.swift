internal import ArgumentParser
internal import Store

/// `qpx tag`: words by which trials and searches are found again.
struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Tag trials and searches, and list tags.",
        discussion: """
            A tag is a word without blanks and commas. A search named alone bears it as a whole, and --where 'tag = WORD' \
            finds all its trials.

            EXAMPLES
              qpx tag
              qpx tag paper my-search/best other/7
              qpx tag good --where 'search = my-search and accuracy > 0.6'
              qpx tag paper my-search/7 --remove
              qpx trials --where 'tag = paper'

            JSON
              {"tags": [{"tag", "trials": how many, "searches": how many}]}; of a change {"tag", "changed": how many,
                "names": [trial or search]}
            """)

    @Argument(help: "The tag; without it, all tags are listed.")
    var tag: String?

    @Argument(help: ArgumentHelp("Trials or searches.", valueName: "search|trial"))
    var selectors: [String] = []

    @Flag(name: .long, help: "Take the tag away.")
    var remove = false

    @OptionGroup var options: SelectionOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        guard let tag else { return try list() }
        let store = try database.openForWriting()
        let selection = try OwnerSelection(store, selectors, options)
        let records = selection.owners.map(\.record)
        let changed = try remove ? store.removeTag(tag, from: records) : store.addTag(tag, to: records)
        let console = global.console
        if console.isJSON {
            return try console.write([
                "tag": .string(tag), "changed": .int(changed),
                "names": .array(selection.owners.map { .string($0.name) }),
            ])
        }
        console.notice(
            changed == 0
                ? "\(selection.text): \(remove ? "not tagged" : "tagged already") '\(tag)'"
                : "\(remove ? "took" : "gave") '\(tag)' \(remove ? "from" : "to") \(changed) of \(records.count)")
    }

    private func list() throws {
        let tags = try database.openForReading().tags()
        let console = global.console
        if console.isJSON {
            return try console.write([
                "tags": .array(
                    tags.map {
                        ["tag": .string($0.name), "trials": .int($0.trials), "searches": .int($0.searches)]
                    })
            ])
        }
        guard !tags.isEmpty else { return console.notice("no tags") }
        var table = Table([.word("tag"), .number("trials"), .number("searches")])
        for tag in tags {
            table.add([Table.Cell(tag.name, .bold), Table.Cell(String(tag.trials)), Table.Cell(String(tag.searches))])
        }
        try console.write(table)
    }
}
