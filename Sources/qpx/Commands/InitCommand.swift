internal import ArgumentParser
internal import Store

/// `qpx init`: a new database.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new database here.",
        discussion: """
            Makes qpx.db in this folder, or the file that --db or QPX_DB names. A database of an older qpx is brought \
            up to date instead; one that is up to date already is left as it is, with exit status 4.

            On a disk that several hosts share (NFS, SMB, Lustre, …) none is made: a write-ahead log does not work there. \
            Give each host its own and join them with 'qpx db merge'.

            EXAMPLES
              qpx init
              qpx init --db experiments/llama.db

            JSON
              {"database", "schema", "upgraded"}
            """)

    @Flag(
        name: .customLong("network-disk"),
        help: "Make it also on a disk that other hosts may share; only processes of one host may use it.")
    var networkDisk = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let path = try DatabaseLocation.new(flag: database.path)
        let folder = FilePath.parent(of: path)
        guard FilePath.isFolder(folder) else {
            throw Failure.notFound("\(path): the folder \(folder) does not exist", hint: "mkdir -p \(folder)")
        }
        guard !FilePath.isFolder(path) else {
            throw Failure(.conflict, "\(path) is a folder", hint: "name a file in it, such as \(path)/qpx.db")
        }
        let isThere = FilePath.exists(path)
        if isThere { try refuseCurrent(path) }
        if !networkDisk, let objection = FileSystem(at: folder)?.objection(to: path) { throw objection }
        _ = try Store(path: path, access: .create)
        let console = global.console
        if console.isJSON {
            try console.write([
                "database": .string(path), "schema": .int(StoreVersion.schema), "upgraded": .bool(isThere),
            ])
        } else {
            try console.write(isThere ? "\(path): brought up to date\n" : "\(path): a new database\n")
        }
    }

    private func refuseCurrent(_ path: String) throws {
        do {
            _ = try Store(path: path, access: .read)
        } catch StoreError.tooOld {
            return
        } catch StoreError.empty {
            return
        }
        throw Failure(.conflict, "\(path) exists already and is up to date", hint: "use it, or name another with --db")
    }
}
