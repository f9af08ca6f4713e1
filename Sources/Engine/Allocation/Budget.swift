/// What an allocation may weigh: bytes of all weights, or bits per quantized weight.
///
/// A budget in bytes is for the whole model, including what is never quantized (embedding, norms, output head). Bits
/// per weight are the mean over all quantized weights, scales included. Both are kept and resolved in integers, so an
/// allocation that is one byte over is over.
public enum Budget: Sendable, Hashable {
    /// Bytes of all weights.
    case bytes(Int)
    /// Bits per quantized weight, in millionths of a bit.
    case bitsPerWeight(millionths: Int)

    /// Factor of each unit of bytes; decimal and binary multiples as IEC 80000-13 has them.
    static let byteUnits: [(name: String, bytes: Int)] = [
        ("B", 1), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]

    /// A budget from text: "3.6bpw", "1.5MB", "1.2MiB", "900000", "900000B".
    ///
    /// Case does not matter, a space before the unit is allowed. A fraction of a byte is rounded down.
    public init(parsing text: String) throws(BudgetError) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard let first = parts.first, !first.isEmpty, parts.count == 1 || (parts.count == 2 && !fraction.isEmpty)
        else { throw .notANumber(text: text) }
        guard fraction.count <= 6 else { throw .tooPrecise(text: text) }
        let padded = fraction + String(repeating: "0", count: 6 - fraction.count)
        guard let whole = Int(first), let part = Int(padded) else { throw .tooLarge(text: text) }
        let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000)
        if unit == "bpw" {
            guard !overflow, scaled <= 64_000_000 else { throw .tooLarge(text: text) }
            guard scaled + part > 0 else { throw .notPositive(text: text) }
            self = .bitsPerWeight(millionths: scaled + part)
            return
        }
        let name = unit.isEmpty ? "b" : unit
        guard let factor = Self.byteUnits.first(where: { $0.name.lowercased() == name })?.bytes else {
            throw .unknownUnit(text: text, unit: unit)
        }
        guard factor > 1 || part == 0 else { throw .fractionOfByte(text: text) }
        let (bytes, tooMany) = whole.multipliedReportingOverflow(by: factor)
        // part < 10^6 and factor <= 2^30, so the product stays far below 2^63.
        let (total, sumOverflow) = bytes.addingReportingOverflow(part * factor / 1_000_000)
        guard !tooMany, !sumOverflow else { throw .tooLarge(text: text) }
        guard total > 0 else { throw .notPositive(text: text) }
        self = .bytes(total)
    }

    /// The canonical text, which parses to the same budget: "3.6bpw" or "900000B".
    public var text: String {
        switch self {
        case .bytes(let bytes): return "\(bytes)B"
        case .bitsPerWeight(let millionths):
            var fraction = String(millionths % 1_000_000)
            fraction = String(repeating: "0", count: max(0, 6 - fraction.count)) + fraction
            while fraction.hasSuffix("0") { fraction.removeLast() }
            return "\(millionths / 1_000_000)\(fraction.isEmpty ? "" : ".")\(fraction)bpw"
        }
    }

    /// The largest total of bytes (fixed bytes included) that this budget allows in `space`.
    ///
    /// - Throws: `BudgetError.belowMinimum` if no allocation fits.
    public func resolvedBytes(in space: AllocationSpace) throws(BudgetError) -> Int {
        let total: Int
        switch self {
        case .bytes(let bytes): total = bytes
        case .bitsPerWeight(let millionths):
            guard millionths > 0 else { throw .notPositive(text: text) }
            let product = UInt64(millionths).multipliedFullWidth(by: UInt64(space.quantizedWeights))
            // The quotient must fit: the high word has to be smaller than the divisor.
            guard product.high < 8_000_000 else { throw .tooLarge(text: text) }
            let quotient = UInt64(8_000_000).dividingFullWidth(product).quotient
            guard let bytes = Int(exactly: quotient) else { throw .tooLarge(text: text) }
            let (sum, overflow) = bytes.addingReportingOverflow(space.fixedBytes)
            guard !overflow else { throw .tooLarge(text: text) }
            total = sum
        }
        guard total >= space.minimumBytes else {
            throw .belowMinimum(
                text: text, budgetBytes: total, minimumBytes: space.minimumBytes,
                minimumBitsPerWeight: space.bitsPerWeight(totalBytes: space.minimumBytes))
        }
        return total
    }
}

extension Budget: CustomStringConvertible {
    /// The canonical text.
    public var description: String { text }
}

extension Budget: Codable {
    /// Decodes the text.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the canonical text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
