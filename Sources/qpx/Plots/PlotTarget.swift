#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where `qpx plot --out` writes: one file, or a folder that gets a file per picture.
struct PlotTarget: Sendable, Equatable {
    private let path: String
    private let isFolder: Bool

    /// The file or folder that `--out` says, found wanting before anything is drawn; nil where it was not given.
    /// - Throws: `Failure`.
    init?(_ text: String?, isAll: Bool, in folder: String = FileManager.default.currentDirectoryPath) throws(Failure) {
        guard let text else { return nil }
        path = FilePath.absolute(text, in: folder)
        isFolder = isAll || text.hasSuffix("/") || FilePath.isFolder(path)
        guard !isFolder || FilePath.isFolder(path) || !FilePath.exists(path) else {
            throw .usage("--out: \(path) is a file", hint: "name a folder: there are several pictures")
        }
        if !isFolder, !path.lowercased().hasSuffix(".svg") {
            throw .usage(
                "--out: '\(text)': pictures are written as SVG",
                hint: "name it .svg; programs such as rsvg-convert "
                    + "and Inkscape make PDF and PNG of it")
        }
        let parent = FilePath.parent(of: path)
        guard FilePath.isFolder(parent) else {
            throw .notFound("--out: the folder \(parent) does not exist", hint: "make it with 'mkdir -p \(parent)'")
        }
    }

    /// The file of a picture.
    func path(of plot: any Plot) -> String { isFolder ? "\(path)/\(plot.name).svg" : path }

    /// Makes the folder, if it is to be made.
    func prepare() throws(Failure) {
        guard isFolder, !FilePath.isFolder(path) else { return }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        } catch {
            throw Failure(
                .failed, code: "unwritable", "--out: the folder \(path) cannot be made",
                hint: "check the permissions of \(FilePath.parent(of: path))")
        }
    }
}
