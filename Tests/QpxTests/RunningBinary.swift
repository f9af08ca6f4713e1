import Foundation
import Store

/// The program while it runs, started as a user starts it in another terminal.
final class RunningBinary {
    private let process = Process()
    private let scratch: TemporaryFolder
    private let error: String

    /// Starts the program in a folder.
    init(_ arguments: [String], in folder: String) throws {
        scratch = try TemporaryFolder()
        error = try scratch.file("error")
        process.executableURL = Binary.url
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": scratch.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: error)
        try process.run()
    }

    /// Its process number.
    var pid: Int { Int(process.processIdentifier) }

    /// Sends a signal.
    func send(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits until something is so, or the program ends.
    /// - Returns: whether it was so while the program ran.
    func wait(until isSo: () throws -> Bool) rethrows -> Bool {
        while process.isRunning {
            if try isSo() { return process.isRunning }
            usleep(1000)
        }
        return false
    }

    /// Waits for the end: the exit status, or 128 and the signal's number, and what went to standard error.
    func end() throws -> (status: Int32, error: String) {
        process.waitUntilExit()
        let status = process.terminationStatus
        return (
            process.terminationReason == .exit ? status : 128 + status,
            try String(contentsOfFile: error, encoding: .utf8)
        )
    }

    deinit {
        // One that is stopped hears nothing else.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}
