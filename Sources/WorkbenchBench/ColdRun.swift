import Foundation

/// A command from the start of its process to its end.
struct ColdRun {
    /// The program.
    let program: String
    /// The database, for its environment.
    let database: String

    /// Seconds that the command takes, and the bytes that it prints.
    /// - Throws: `BenchFailure` when it does not end with status 0.
    func measure(_ arguments: [String]) throws -> (seconds: Double, bytes: Int) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ["QPX_DB": database, "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let begin = ContinuousClock.now
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        let elapsed = ContinuousClock.now - begin
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchFailure("qpx \(arguments.joined(separator: " ")): status \(process.terminationStatus)")
        }
        return (Double(elapsed.components.attoseconds) / 1e18 + Double(elapsed.components.seconds), data.count)
    }
}
