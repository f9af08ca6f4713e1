#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where a command's words go: results to standard output, progress and notices to standard error.
struct Console: Sendable {
    /// Whether results and errors are JSON.
    let isJSON: Bool
    /// Whether progress and notices are left out.
    let isQuiet: Bool
    /// Emphasis on standard output.
    let colour: Colour
    /// Emphasis on standard error.
    let errorColour: Colour
    /// Columns of standard output; nil when it is not a terminal.
    let width: Int?

    /// Decides from the flags, the environment and what the streams are.
    init(isJSON: Bool, isQuiet: Bool, isColourRefused: Bool) {
        let environment = ProcessInfo.processInfo.environment
        self.isJSON = isJSON
        self.isQuiet = isQuiet
        colour = Colour.decide(
            isTerminal: TerminalDevice.isTerminal(STDOUT_FILENO), environment: environment,
            isRefused: isColourRefused || isJSON)
        errorColour = Colour.decide(
            isTerminal: TerminalDevice.isTerminal(STDERR_FILENO), environment: environment, isRefused: isColourRefused)
        width = TerminalDevice.width(STDOUT_FILENO, environment: environment)
    }

    /// Writes text to standard output, all of it or an error.
    func write(_ text: String) throws(Failure) {
        guard Self.write(text, to: STDOUT_FILENO) else {
            throw Failure(.failed, code: "output", "standard output: \(SystemError.text(errno))")
        }
    }

    /// Writes a JSON value to standard output.
    func write(_ value: JSONValue) throws(Failure) { try write(value.pretty + "\n") }

    /// Writes a table to standard output, fitted to the terminal.
    func write(_ table: Table) throws(Failure) { try write(table.rendered(width: width, colour: colour)) }

    /// Writes a line to standard error, unless quiet.
    func notice(_ line: String) {
        if !isQuiet { Self.writeError(line + "\n") }
    }

    /// Progress on standard error in the form that suits it.
    func progress() -> ProgressLine {
        let environment = ProcessInfo.processInfo.environment
        let width = TerminalDevice.width(STDERR_FILENO, environment: environment)
        let style: ProgressLine.Style =
            if isQuiet { .off } else if let width, environment["TERM"] != "dumb" {
                .redrawn(width: width)
            } else { .lines(everySeconds: 5) }
        return ProgressLine(style: style, now: { MonotonicClock.seconds }, write: { Self.writeError($0) })
    }

    /// Writes text to standard error. There is nowhere left to report a failure to.
    static func writeError(_ text: String) { _ = write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = POSIX.write(descriptor, start, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return true
        }
    }
}
