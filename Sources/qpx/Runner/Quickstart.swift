internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where the bundled example is.
enum ExampleFolder {
    /// What a folder must hold to be the example.
    private static let specification = "quickstart.yaml"

    /// The flag's folder, else `example` in the current folder or one above it, else in one above the program.
    static func find(flag: String?, currentDirectory: String) throws(Failure) -> String {
        if let flag {
            let path = FilePath.absolute(flag, in: currentDirectory)
            guard FilePath.isFile(path + "/" + specification) else {
                throw .notFound("--example: there is no \(specification) in \(path)")
            }
            return path
        }
        let program = FilePath.absolute(CommandLine.arguments.first ?? "", in: currentDirectory)
        let resolved = URL(filePath: program).resolvingSymlinksInPath().path
        for start in [FilePath.absolute(currentDirectory, in: "/"), FilePath.parent(of: resolved)] {
            var folder = start
            while true {
                let candidate = (folder == "/" ? "" : folder) + "/example"
                if FilePath.isFile(candidate + "/" + specification) { return candidate }
                guard folder != "/" else { break }
                folder = FilePath.parent(of: folder)
            }
        }
        throw .notFound(
            "the bundled example is neither in this folder, nor above it, nor above the program",
            hint: "run this in a clone of the repository, or name its folder with --example")
    }
}

/// A complete search on the bundled example, with its reports.
struct Quickstart {
    let example: String
    let out: String
    let threads: Int?
    let console: Console

    func run() throws {
        let database = out + "/qpx.db"
        guard !FilePath.exists(database) else {
            throw Failure(
                .conflict, "\(out) has a quickstart already", hint: "name another folder with --out, or remove this one"
            )
        }
        let path = example + "/quickstart.yaml"
        var settings = try SettingsFile.settings(
            from: try TextFile.read(path, says: "quickstart"), path: path, known: Specification.settingNames)
        if let threads { settings.set("threads", flag: String(threads)) }
        let specification = try Specification(settings, folder: example)
        do {
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        } catch {
            throw Failure(.failed, "--out: the folder \(out) cannot be made", hint: "check who may write there")
        }
        let store = try Store(path: database, access: .create)
        console.notice("A small model, pruned, searched, recovered and evaluated; everything goes to \(database)")
        let search = try SearchRunner(store: store, console: console)
            .start(specification, commandLine: CommandLineText.current)
        try SearchOutcome(store: store, search: search).write(to: console)
        let table = try ResultsTable(store, searches: [search])
            .table(commands: [search.commandLine ?? "", "qpx report \(search.name)"])
        for name in ["markdown", "csv", "latex"] {
            let format = try ReportFormats.named(name)
            let file = out + "/report." + format.fileExtension
            try TextFile.write(format.render([table]), to: file)
            console.notice("wrote \(file)")
        }
        guard !console.isJSON, let best = try store.bestTrial(ofSearch: search.id) else { return }
        let four = try store.trials(TrialFilter(search: search.id)).first { $0.label == "uniform 4-bit" }
        console.notice(
            """

            Try next:
              qpx compare --db \(database) \(four?.name ?? "\(search.name)/1") \(best.name)
              qpx show --db \(database) \(best.name)
              qpx rerun --db \(database) \(best.name)
            """)
    }
}
