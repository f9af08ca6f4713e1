internal import ArgumentParser

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx reference`: writes the reference documentation; for those who work on qpx.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Write the reference documentation of commands, JSON, schema and topics.",
        discussion: """
            EXAMPLES
              qpx reference docs/reference
            """,
        shouldDisplay: false)

    @Argument(help: ArgumentHelp("The folder; it is made if it is not there.", valueName: "folder"))
    var folder: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let path = FilePath.absolute(folder, in: FileManager.default.currentDirectoryPath)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure(.failed, "the folder \(path) cannot be made", hint: "check who may write there")
        }
        for document in try ReferenceDocument.all() {
            try TextFile.write(document.text, to: path + "/" + document.name)
            global.console.notice("wrote \(path)/\(document.name)")
        }
    }
}
