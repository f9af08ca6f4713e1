import Foundation
import Testing

@Suite("The page in a real browser")
struct BrowserTests {
    /// Where a program is; nil where it is nowhere.
    private static func find(_ names: [String]) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return names.flatMap { name in folders.map { "\($0)/\(name)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static let python = find(["python3"])
    private static let chromium = find(["chromium", "chromium-browser", "google-chrome"])

    @Test(
        "keys, filters, ticks and what arrives meanwhile work, with an empty console",
        .enabled(if: python != nil && chromium != nil, "no Chromium, or no Python: apt-get install chromium python3"))
    func works() throws {
        let example = try ExampleDatabase()
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "scripts/browser-test")
        let run = try Binary.run(
            [script.path, "--qpx", Binary.url.path, "--db", example.folder.path + "/qpx.db"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
            executable: URL(filePath: try #require(Self.python)))
        #expect(run.status == 0, "\(run.out)\(run.error)")
    }
}
