import Foundation

/// Test material that lives beside the repository: trained models, real text, values computed with reference libraries.
enum Shared {
    /// The folder `shared` next to the repository's root.
    static let root: URL = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared")

    /// Whether the material is there.
    static var isPresent: Bool { FileManager.default.fileExists(atPath: root.appending(path: "golden").path) }

    /// What a skipped test prints.
    static let reason = "shared models and golden values are not beside this checkout"

    /// A file or folder below the root.
    static func url(_ path: String) -> URL { root.appending(path: path) }

    /// The decoded JSON of a golden file.
    static func json<T: Decodable>(_ path: String, as type: T.Type) throws -> T {
        try JSONDecoder().decode(type, from: Data(contentsOf: url(path)))
    }
}
