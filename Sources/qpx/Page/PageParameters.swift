/// The parameters behind the question mark of an address.
struct PageParameters: Sendable {
    /// By name; of a name that is there twice, the last.
    private(set) var values: [String: String] = [:]

    /// - Throws: `Failure` with status 64 where the escapes make no text.
    init(query: String?) throws(Failure) {
        for pair in (query ?? "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = halves.first else { continue }
            values[try Self.decoded(name)] = halves.count > 1 ? try Self.decoded(halves[1]) : ""
        }
    }

    /// Text with its escapes (`%2F`) resolved.
    /// - Throws: `Failure` with status 64 where they make no text.
    static func decoded(_ text: Substring) throws(Failure) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2 else { throw .usage("'\(text)' in the address ends in the middle of an escape") }
            bytes.append(UInt8(truncatingIfNeeded: digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw .usage("'\(text)' in the address is no text")
        }
        return decoded
    }
}
