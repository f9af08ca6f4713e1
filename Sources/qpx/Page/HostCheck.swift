/// Which names a browser may have for this server.
///
/// A page from elsewhere can have its own name point to this machine ("DNS rebinding") and would then be let in by the
/// browser's rules: but the name that it says is its own. An address in digits is nobody's name.
struct HostCheck: Sendable {
    /// Names beside addresses, in lower case.
    let names: Set<String>
    /// Whether only this machine's own addresses are meant.
    let isLoopback: Bool

    /// - Parameter host: what the server was told to listen on.
    init(host: String) {
        let host = Self.bare(host.lowercased())
        isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        names = ["localhost", host]
    }

    /// Whether the header `Host` may say this. The port is left alone: a tunnel has one of its own.
    func allows(_ header: String?) -> Bool {
        guard let header else { return false }
        let name = Self.withoutPort(header.lowercased())
        if isLoopback { return names.contains(name) || name == "127.0.0.1" || name == "::1" }
        return names.contains(name) || Self.isAddress(name)
    }

    /// "[::1]:8517" is "::1", "localhost:8517" is "localhost".
    private static func withoutPort(_ text: String) -> String {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return text }
            let port = text[text.index(after: end)...]
            guard port.isEmpty || isPort(port) else { return text }
            return String(text[text.index(after: text.startIndex)..<end])
        }
        guard let colon = text.firstIndex(of: ":") else { return text }
        return isPort(text[colon...]) ? String(text[..<colon]) : text
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.count <= 6 && text.dropFirst().allSatisfy { ("0"..."9").contains($0) }
    }

    private static func bare(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    /// Four numbers with dots, or hexadecimal digits with colons.
    static func isAddress(_ text: String) -> Bool {
        if text.contains(":") {
            return text.allSatisfy { $0 == ":" || $0 == "." || ($0.isASCII && $0.isHexDigit) }
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.count <= 3 && part.allSatisfy { ("0"..."9").contains($0) } && (Int(part).map { $0 < 256 } ?? false)
            }
    }
}
