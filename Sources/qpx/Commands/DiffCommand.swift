internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx diff`: how two specifications differ.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say how two specifications differ: of searches, trials or files.",
        discussion: """
            Each is a search, a trial (its search's specification and where the trial departs from it), or a YAML file, \
            whose defaults are filled in as for 'qpx search --spec'; paths in it count from the current folder.

            EXAMPLES
              qpx diff first-search second-search
              qpx diff my-search next.yaml
              qpx diff my-search/3 my-search/rerun --exit-code

            JSON
              {"first", "second", "differing": [{"name", "first", "second"}], "same": how many}
            """)

    @Argument(help: ArgumentHelp("A search, a trial or a YAML file.", valueName: "first"))
    var first: String

    @Argument(help: ArgumentHelp("Another one.", valueName: "second"))
    var second: String

    @Flag(name: .long, help: "Also print settings that are the same.")
    var all = false

    @Flag(name: .long, help: "Exit with status 7 if they differ.")
    var exitCode = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let sources = try [first, second].map { try SpecificationSource($0, database) }
        let names = Set(sources.flatMap { $0.settings.map(\.name) }).sorted()
        let rows = names.map { name in
            (name: name, values: sources.map { source in source.settings.first { $0.name == name }?.value ?? .null })
        }
        let differing = rows.filter { $0.values[0] != $0.values[1] }
        let console = global.console
        if console.isJSON {
            try console.write([
                "first": .string(first), "second": .string(second),
                "differing": .array(
                    differing.map { ["name": .string($0.name), "first": $0.values[0], "second": $0.values[1]] }),
                "same": .int(rows.count - differing.count),
            ])
        } else if differing.isEmpty, !all {
            console.notice("no difference in \(rows.count) settings")
        } else {
            var table = Table([.word("setting"), .text(first), .text(second)])
            for row in all ? rows : differing {
                let style: [Colour.Style] = row.values[0] == row.values[1] ? [] : [.bold]
                table.add(
                    [Table.Cell(row.name)]
                        + row.values.map { value in
                            var cell = Table.Cell(value.plainText)
                            cell.styles = style
                            return cell
                        })
            }
            if !all { table.footnotes.append("\(rows.count - differing.count) more are the same (--all shows them)") }
            try console.write(table)
        }
        if exitCode, !differing.isEmpty {
            throw Failure(.checkFailed, code: "differs", "\(differing.count) settings differ")
        }
    }
}

/// Where a specification comes from.
private struct SpecificationSource {
    /// Every setting with its default, in the specification's words.
    let settings: [(name: String, value: JSONValue)]

    init(_ text: String, _ database: DatabaseOptions) throws {
        if [".yaml", ".yml"].contains(where: text.hasSuffix) {
            let path = FilePath.absolute(text, in: FileManager.default.currentDirectoryPath)
            let settings = try SettingsFile.settings(
                from: try TextFile.read(path, says: text), path: path, known: Specification.settingNames)
            let specification = try Specification(settings, folder: FileManager.default.currentDirectoryPath)
            self.settings = JSONText.members(try specification.canonicalJSON()).map { (name: $0.key, value: $0.value) }
            return
        }
        let store = try database.openForReading()
        let selector = try TrialSelector(text)
        let search = try store.search(named: selector.search)
        var members = JSONText.members(search.specification)
        if selector.parts != [.all] {
            let trials = try store.trials(selector)
            guard trials.count == 1, let trial = trials.first else {
                throw Failure.usage("'\(text)' names \(trials.count) trials, diff takes one")
            }
            for own in trial.specification.map(JSONText.members) ?? [] {
                members.removeAll { $0.key == own.key }
                members.append(own)
            }
            members.append((key: "allocation", value: .optional(trial.allocation)))
        }
        settings = members.map { (name: $0.key, value: $0.value) }
    }
}
