#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Numbers as text, the same in every locale.
enum NumberText {
    /// What stands for a missing value.
    static let missing = "-"

    /// A number with a fixed count of decimals, correctly rounded: `fixed(0.12345, 3)` is "0.123".
    static func fixed(_ value: Double?, _ decimals: Int) -> String {
        guard let value else { return missing }
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let text = formatted("%.\(max(0, min(decimals, 17)))f", value)
        // "-0.000" says something that is not there.
        return text.hasPrefix("-") && text.allSatisfy({ "-0.".contains($0) }) ? String(text.dropFirst()) : text
    }

    /// A number with its sign always written: "+0.012", "-0.300", "0.000".
    static func signed(_ value: Double?, _ decimals: Int) -> String {
        let text = fixed(value, decimals)
        guard let value, value > 0, text.contains(where: { ("1"..."9").contains($0) }) else { return text }
        return "+" + text
    }

    /// A fraction in percent with a fixed count of decimals, without the sign: `percent(0.25, 1)` is "25.0".
    static func percent(_ fraction: Double?, _ decimals: Int = 1) -> String {
        fixed(fraction.map { $0 * 100 }, decimals)
    }

    /// The shortest text that reads back as the same number.
    static func exact(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return "\(value)"
    }

    /// A whole number in groups of three: "3,428,480".
    static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var groups = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { groups.append(",") }
            groups.append(digit)
        }
        return value < 0 ? "-" + groups : groups
    }

    private static func formatted(_ format: String, _ value: Double) -> String {
        // 309 digits before the point are the most that a Double has, 17 after it the most that is asked for.
        var buffer = [CChar](repeating: 0, count: 340)
        let written = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
        return String(decoding: buffer.prefix(max(0, Int(written))).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Bytes as text.
enum ByteText {
    /// Bytes in binary units with three digits: "512 B", "12.3 KiB", "1.21 MiB".
    static func short(_ bytes: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = Double(bytes)
        var unit = 0
        // 1023.95 would be rounded to "1024".
        while abs(value) >= 1023.5, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        guard unit > 0 else { return "\(bytes) B" }
        let decimals = abs(value) >= 99.95 ? 0 : abs(value) >= 9.995 ? 1 : 2
        return "\(NumberText.fixed(value, decimals)) \(units[unit])"
    }

    /// Bytes in binary units and exactly: "1.21 MiB (1,268,736 bytes)".
    static func exact(_ bytes: Int) -> String {
        bytes < 1024 ? "\(bytes) bytes" : "\(short(bytes)) (\(NumberText.grouped(bytes)) bytes)"
    }

    /// Mebibytes with two decimals and without unit, for columns headed "MiB".
    static func mebibytes(_ bytes: Int?) -> String {
        NumberText.fixed(bytes.map { Double($0) / 1_048_576 }, 2)
    }
}

/// Durations as text.
enum DurationText {
    /// A duration in the two largest units: "0.42 s", "12.3 s", "3 min 05 s", "2 h 07 min", "4 d 03 h".
    static func short(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e12 else { return NumberText.missing }
        if seconds < 9.995 { return "\(NumberText.fixed(seconds, 2)) s" }
        if seconds < 59.95 { return "\(NumberText.fixed(seconds, 1)) s" }
        let whole = Int(seconds.rounded())
        let (minutes, hours, days) = (whole / 60, whole / 3600, whole / 86_400)
        if minutes < 60 { return "\(minutes) min \(twoDigits(whole % 60)) s" }
        if hours < 48 { return "\(hours) h \(twoDigits(minutes % 60)) min" }
        return "\(days) d \(twoDigits(hours % 24)) h"
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
