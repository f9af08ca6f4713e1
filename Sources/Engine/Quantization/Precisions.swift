/// All precisions, by name and by bits.
public enum Precisions {
    /// Every precision that qpx knows, in the order of their size.
    public static let all: [any Precision] = [NF2(), NF3(), NF4(), FP4(), Int8Blockwise(), BFloat16()]

    /// The precision of that name.
    public static func named(_ name: String) -> (any Precision)? { all.first { $0.name == name } }

    /// The precision that a flag or a file names; upper and lower case count the same.
    /// - Throws: `PrecisionError.unknown` with the known names.
    public static func parse(_ name: String) throws(PrecisionError) -> any Precision {
        if let precision = named(name) ?? named(name.lowercased()) { return precision }
        throw .unknown(name: name, known: all.map(\.name))
    }

    /// The usual precision of 2, 3, 4, 8 or 16 bits: nf2, nf3, nf4, int8, bf16.
    /// - Throws: `PrecisionError.unknownBits` for other numbers.
    public static func forBits(_ bits: Int) throws(PrecisionError) -> any Precision {
        if let name = usual.first(where: { $0.bits == bits })?.name, let precision = named(name) { return precision }
        throw .unknownBits(bits, known: usual.map(\.bits))
    }

    private static let usual: [(bits: Int, name: String)] = [
        (2, "nf2"), (3, "nf3"), (4, "nf4"), (8, "int8"), (16, "bf16"),
    ]
}

/// Why a precision cannot be found.
public enum PrecisionError: EngineError {
    /// No precision has that name.
    case unknown(name: String, known: [String])
    /// No precision is the usual one for that number of bits.
    case unknownBits(Int, known: [Int])

    /// One line: what is wrong, and what is known instead.
    public var description: String {
        switch self {
        case .unknown(let name, let known):
            let guess = Spelling.nearest(to: name.lowercased(), among: known).map { "did you mean '\($0)'? " } ?? ""
            return "unknown precision '\(name)': \(guess)known are \(known.joined(separator: ", "))"
        case .unknownBits(let bits, let known):
            return "no precision of \(bits) bits: known are "
                + known.map(String.init).joined(separator: ", ") + " bits; or give a name such as nf4"
        }
    }
}
