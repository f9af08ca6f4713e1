/// Times as text.
enum TimeText {
    /// An RFC 3339 time without seconds for tables: "2025-03-01 12:30" (UTC); any other text as it is.
    static func short(_ time: String) -> String {
        let parts = time.split(separator: "T")
        guard parts.count == 2, time.hasSuffix("Z"), parts[1].count >= 5 else { return time }
        return "\(parts[0]) \(parts[1].prefix(5))"
    }
}
