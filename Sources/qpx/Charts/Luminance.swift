#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How bright colours are, and how well they stand out from one another.
///
/// Source: W3C, "Web Content Accessibility Guidelines 2.2", relative luminance and contrast ratio.
enum Luminance {
    /// The luminance of a colour such as "#56b4e9", from 0 (black) to 1 (white); 0 for what is no colour.
    static func of(_ colour: String) -> Double {
        guard colour.hasPrefix("#"), colour.utf8.count == 7, let number = Int(colour.dropFirst(), radix: 16) else {
            return 0
        }
        let parts = [number >> 16 & 255, number >> 8 & 255, number & 255].map { part in
            let value = Double(part) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    /// The contrast of two colours, from 1 (none) to 21.
    static func contrast(_ one: String, _ other: String) -> Double {
        let (a, b) = (of(one), of(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }
}
