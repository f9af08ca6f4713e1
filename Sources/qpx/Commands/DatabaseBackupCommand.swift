internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx db backup`: a copy of the database while it is in use.
struct DatabaseBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a copy of the database, also while searches write to it.",
        discussion: """
            The copy holds everything as it was at one moment, in one file; a copy by 'cp' of a database in use may not. \
            It is written whole or not at all, without the room that removed rows had. Files in the artifacts folder are \
            not in it.

            Without a file the copy stands beside the database, with the time in its name.

            EXAMPLES
              qpx db backup
              qpx db backup /backup/qpx.db --force

            JSON
              {"database", "backup": path, "bytes"}
            """)

    @Argument(help: ArgumentHelp("The copy (default: beside the database).", valueName: "file"))
    var file: String?

    @Flag(name: .long, help: "Replace the file if it is there.")
    var force = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let path = try DatabaseLocation.existing(flag: database.path)
        let target = try target(of: path)
        let bytes = try Store.backUp(path, to: target, replaces: force)
        let console = global.console
        if console.isJSON {
            try console.write(["database": .string(path), "backup": .string(target), "bytes": .int(bytes)])
        } else {
            try console.write("\(target): \(ByteText.exact(bytes))\n")
        }
    }

    private func target(of path: String) throws(Failure) -> String {
        guard let file else {
            let time = Timestamp.now().prefix(19).filter { $0.isNumber || $0 == "T" }
            return "\(FilePath.parent(of: path))/\(FilePath.stem(of: path))-\(time)Z.db"
        }
        guard !file.isEmpty else { throw .usage("the file's path is empty") }
        let target = FilePath.absolute(file, in: FileManager.default.currentDirectoryPath)
        let folder = FilePath.parent(of: target)
        guard FilePath.isFolder(folder) else {
            throw .notFound("\(target): the folder \(folder) does not exist", hint: "make it with 'mkdir -p \(folder)'")
        }
        guard !FilePath.isFolder(target) else { throw .usage("\(target) is a folder", hint: "name a file in it") }
        guard !FilePath.exists(target) || force else {
            throw Failure(.conflict, "\(target) exists already", hint: "name another file, or replace it with --force")
        }
        let (mine, theirs) = (FileIdentity(path), FileIdentity(target))
        guard mine == nil || mine != theirs else { throw .usage("\(target) is the database itself") }
        return target
    }
}
