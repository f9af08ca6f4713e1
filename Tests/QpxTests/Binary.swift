import Foundation

/// The built program, run as a user runs it.
enum Binary {
    /// What a run left behind.
    struct Run {
        var status: Int32
        var out: String
        var error: String

        /// Standard output decoded as JSON.
        func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: Data(out.utf8))
        }
    }

    /// The program lies beside the test bundle.
    static let url: URL = {
        let beside = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "qpx")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".build/debug/qpx")
    }()

    /// Runs the program, or another one, in a folder, with an environment of its own.
    static func run(
        _ arguments: [String], in folder: String = "/", environment: [String: String] = [:],
        executable: URL = Binary.url
    ) throws -> Run {
        // Files, not pipes: a pipe that nobody empties stops the program.
        let scratch = try TemporaryFolder()
        let out = try scratch.file("out")
        let error = try scratch.file("error")
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": scratch.path].merging(environment) { _, mine in mine }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: error)
        try process.run()
        process.waitUntilExit()
        return Run(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            out: try String(contentsOfFile: out, encoding: .utf8),
            error: try String(contentsOfFile: error, encoding: .utf8))
    }
}

/// The JSON object of an error.
struct ErrorEnvelope: Decodable {
    struct Body: Decodable {
        var code: String
        var status: Int32
        var message: String
        var hint: String?
    }
    var error: Body
}
