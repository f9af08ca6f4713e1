#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Times as the store writes them: RFC 3339, UTC, milliseconds: `2025-01-31T09:30:00.250Z`.
public enum Timestamp {
    /// The time of the system's clock.
    @Sendable public static func now() -> String {
        var time = timespec()
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return text(milliseconds: 0) }
        return text(milliseconds: Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000)
    }

    /// A time so many seconds after another.
    ///
    /// Sums up to the year 9999, so that times can be compared as text; a text that is no time of the store counts as 1970.
    public static func adding(seconds: Double, to text: String) -> String {
        let last = 253_402_300_799_999.0
        let sum = Double(milliseconds(text) ?? 0) + (seconds * 1000).rounded()
        return Self.text(milliseconds: sum.isFinite ? Int(min(max(sum, 0), last)) : Int(last))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z of a time as the store writes it; nil for another text.
    ///
    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
    public static func milliseconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        let form = Array("dddd-dd-ddTdd:dd:dd.dddZ".utf8)
        guard bytes.count == form.count else { return nil }
        for (byte, sign) in zip(bytes, form) {
            let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            guard sign == UInt8(ascii: "d") ? isDigit : byte == sign else { return nil }
        }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) } }
        let (month, day) = (number(5..<7), number(8..<10))
        guard 1...12 ~= month, 1...31 ~= day else { return nil }
        let year = number(0..<4) - (month <= 2 ? 1 : 0)
        let (era, yearOfEra) = divided(year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19)
        return (days * 86_400 + seconds) * 1000 + number(20..<23)
    }

    /// The text of a time given in milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// Days to dates by 400-year eras that begin in March, so that a leap day ends its year.
    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    public static func text(milliseconds: Int) -> String {
        let (days, rest) = divided(milliseconds, by: 86_400_000)
        let (era, dayOfEra) = divided(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let hours = padded(rest / 3_600_000, 2)
        let minutes = padded(rest / 60_000 % 60, 2)
        return "\(date)T\(hours):\(minutes):\(padded(rest / 1000 % 60, 2)).\(padded(rest % 1000, 3))Z"
    }

    /// Quotient rounded down, and the remainder that is never negative.
    private static func divided(_ value: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
        let remainder = ((value % divisor) + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
