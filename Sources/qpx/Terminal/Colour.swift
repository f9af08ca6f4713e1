#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Whether and how text is emphasised on a terminal.
///
/// Colour is on only when the stream is a terminal, and off with `--no-color`, with any non-empty `NO_COLOR`, and with
/// `TERM=dumb` (https://no-color.org).
struct Colour: Sendable, Equatable {
    /// What a piece of text is drawn in.
    enum Style: String, Sendable, CaseIterable {
        case bold = "1"
        case dim = "2"
        case underline = "4"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// Whether escape sequences are written at all.
    let isOn: Bool

    /// Plain text.
    static let off = Colour(isOn: false)

    /// Decides from what is known about the stream.
    static func decide(isTerminal: Bool, environment: [String: String], isRefused: Bool) -> Colour {
        guard isTerminal, !isRefused, environment["TERM"] != "dumb" else { return .off }
        return Colour(isOn: (environment["NO_COLOR"] ?? "").isEmpty)
    }

    /// The text between escape sequences, or the text alone when colour is off.
    func paint(_ text: String, _ styles: [Style]) -> String {
        guard isOn, !styles.isEmpty, !text.isEmpty else { return text }
        return "\u{1B}[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}

/// Facts about the terminal that a stream is connected to.
enum TerminalDevice {
    /// Whether the file descriptor is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of the terminal; nil when the stream is a pipe or a file and `COLUMNS` does not say.
    static func width(_ descriptor: Int32, environment: [String: String]) -> Int? {
        guard isTerminal(descriptor) else { return nil }
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        if let columns = environment["COLUMNS"].flatMap(Int.init), columns > 0 { return columns }
        return 80
    }
}
