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
