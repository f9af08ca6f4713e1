internal import ArgumentParser
internal import Store

/// `qpx note`: what people want to remember of a trial or a search.
struct NoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note",
        abstract: "Write, list and remove notes about a trial or a search.",
        discussion: """
            Notes are numbered; --remove takes the number. 'qpx show' prints them as well, --where 'note ~ "*text*"' \
            finds by them.

            EXAMPLES
              qpx note my-search/7 'the seed that went into table 2'
              qpx note my-search
              qpx note my-search/7 --remove 3

            JSON
              {"name": trial or search, "notes": [{"note": number, "text", "created_at"}]}
            """)

    @Argument(help: ArgumentHelp("One trial or one search.", valueName: "search|trial"))
    var selector: String

    @Argument(help: "What to write; without it, the notes are listed.")
    var text: String?

    @Option(name: .long, help: ArgumentHelp("Take the note with this number away.", valueName: "number"))
    var remove: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var settings = Settings()
        settings.set("remove", flag: remove)
        let number = try settings.integer("remove", in: 1...Int.max)
        guard text == nil || number == nil else {
            throw Failure.usage("--remove: there is a text to write as well", hint: "do one after the other")
        }
        let store = text == nil && number == nil ? try database.openForReading() : try database.openForWriting()
        let owners = try OwnerSelection(store, [selector], .unset).owners
        guard owners.count == 1, let owner = owners.first else {
            throw Failure.usage("'\(selector)' names \(owners.count) trials, a note is about one")
        }
        if let text {
            guard text.contains(where: { !$0.isWhitespace }) else { throw Failure.usage("the note is empty") }
            try store.addNote(text, to: owner.record)
        }
        if let number {
            guard try store.notes(of: owner.record).contains(where: { $0.id == number }) else {
                throw Failure.notFound(
                    "--remove: \(owner.name) has no note \(number)", hint: "'qpx note \(owner.name)' lists them")
            }
            try store.removeNote(id: number)
        }
        try write(owner.name, try store.notes(of: owner.record))
    }

    private func write(_ name: String, _ notes: [NoteRecord]) throws {
        let console = global.console
        if console.isJSON {
            return try console.write(["name": .string(name), "notes": .array(notes.map(\.json))])
        }
        guard !notes.isEmpty else { return console.notice("no notes about \(name)") }
        var table = Table([.number("note"), .word("time (UTC)"), .text("text")])
        for note in notes {
            table.add([Table.Cell(String(note.id)), Table.Cell(note.createdAt), Table.Cell(note.text)])
        }
        try console.write(table)
    }
}

extension NoteRecord {
    /// The note with stable keys.
    var json: JSONValue { ["note": .int(id), "text": .string(text), "created_at": .string(createdAt)] }
}
