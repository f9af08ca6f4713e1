#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A file that a report goes to, in the format that its name says.
struct ReportFile {
    /// The absolute path.
    let path: String
    private let format: any ReportFormat

    /// - Throws: `Failure` if the name says no format, or its folder does not exist.
    init(_ text: String, folder: String = FileManager.default.currentDirectoryPath) throws(Failure) {
        path = FilePath.absolute(text, in: folder)
        guard let format = ReportFormats.forFile(path) else {
            throw .usage("--report: '\(text)' does not say the format", hint: "name a .md, .csv, .tex or .json file")
        }
        let parent = FilePath.parent(of: path)
        guard FilePath.isFolder(parent) else { throw .notFound("--report: the folder \(parent) does not exist") }
        self.format = format
    }

    /// Writes the table, whole or not at all.
    func write(_ table: ReportTable) throws { try TextFile.write(format.render([table]), to: path) }
}
