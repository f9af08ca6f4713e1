/// How much memory the quantized weights may take, as the user says it: "5bpw", "3.6bpw", "12MiB", "800000".
enum MemoryBudget: Sendable, Equatable {
    /// Mean bits per quantized weight, scales included.
    case bitsPerWeight(Double)
    /// Bytes of quantized weights, scales included.
    case bytes(Int)

    /// What may be written, for help and messages.
    static let forms = "bits per weight as 5bpw, or bytes as 12MiB, 800KB or 1268736"

    private static let units: [(suffix: String, bytes: Double)] = [
        ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("b", 1),
        ("", 1),
    ]

    /// The budget that a text says; nil when it says none, or none that is positive.
    init?(_ text: String) {
        let lower = text.lowercased()
        if lower.hasSuffix("bpw") {
            guard let bits = Self.number(lower.dropLast(3)), bits > 0, bits <= 32 else { return nil }
            self = .bitsPerWeight(bits)
            return
        }
        guard let unit = Self.units.first(where: { lower.hasSuffix($0.suffix) }),
            let number = Self.number(lower.dropLast(unit.suffix.count)),
            // Fractions of a byte and more bytes than a Double counts exactly are mistakes.
            number > 0, number * unit.bytes >= 1, number * unit.bytes <= 9_007_199_254_740_992
        else { return nil }
        self = .bytes(Int((number * unit.bytes).rounded(.down)))
    }

    /// The one way in which this budget is written down.
    var text: String {
        switch self {
        case .bitsPerWeight(let bits): NumberText.exact(bits) + "bpw"
        case .bytes(let bytes): String(bytes) + "B"
        }
    }

    /// The budget for people.
    var description: String {
        switch self {
        case .bitsPerWeight(let bits): "\(NumberText.exact(bits)) bits per weight"
        case .bytes(let bytes): ByteText.exact(bytes)
        }
    }

    private static func number(_ text: Substring) -> Double? {
        let digits = text.reversed().drop(while: \.isWhitespace).reversed()
        guard digits.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
        return Double(String(digits))
    }
}

extension MemoryBudget: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let budget = MemoryBudget(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a budget")
        }
        self = budget
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
