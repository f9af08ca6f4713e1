/// The parts of a precision's name: `base[@block][+dq]`.
struct PrecisionName {
    /// Before the options, in lower case; not looked up yet.
    let base: String
    /// What follows "@".
    let blockSize: Int?
    /// Whether "+dq" is there.
    let isDoubleQuantized: Bool

    /// Whether the name says anything of its blocks.
    var hasOptions: Bool { blockSize != nil || isDoubleQuantized }

    /// - Throws: `PrecisionError` if an option is unknown, there twice or out of range.
    init(_ name: String) throws(PrecisionError) {
        let text = name.lowercased()
        let parts = text.split(separator: "+", omittingEmptySubsequences: false)
        let head = (parts.first ?? "").split(separator: "@", omittingEmptySubsequences: false)
        base = String(head.first ?? "")
        var size: Int?
        for option in head.dropFirst() {
            guard size == nil, let number = Int(option), BlockOptions.sizes.contains(number), option.first != "+" else {
                throw .blockSize(name: name, found: String(option))
            }
            size = number
        }
        blockSize = size
        isDoubleQuantized = parts.count > 1
        if parts.count > 2 || parts.dropFirst().contains(where: { $0 != "dq" }) {
            throw .unknownOption(name: name, found: parts.dropFirst().joined(separator: "+"))
        }
    }
}

/// Why a precision cannot be found.
public enum PrecisionError: EngineError {
    /// No precision has that name.
    case unknown(name: String, known: [String])
    /// No precision is the usual one for that number of bits.
    case unknownBits(Int, known: [Int])
    /// The block size behind "@" is none that can be had.
    case blockSize(name: String, found: String)
    /// What follows "+" is not "dq".
    case unknownOption(name: String, found: String)
    /// The precision's blocks cannot be chosen.
    case noOptions(name: String, base: String)

    /// One line: what is wrong, and what is known instead.
    public var description: String {
        switch self {
        case .unknown(let name, let known):
            let base = String(name.lowercased().prefix { $0 != "@" && $0 != "+" })
            let guess = Spelling.nearest(to: base, among: known).map { "did you mean '\($0)'? " } ?? ""
            return "unknown precision '\(name)': \(guess)known are \(known.joined(separator: ", "))"
        case .unknownBits(let bits, let known):
            return "no precision of \(bits) bits: known are "
                + known.map(String.init).joined(separator: ", ") + " bits; or give a name such as nf4"
        case .blockSize(let name, let found):
            let sizes = BlockOptions.sizes.map(String.init).joined(separator: ", ")
            return "precision '\(name)': no blocks of '\(found)' weights; block sizes are \(sizes)"
        case .unknownOption(let name, let found):
            return
                "precision '\(name)': unknown option '+\(found)'; the only one is '+dq', double quantization of scales"
        case .noOptions(let name, let base):
            return "precision '\(name)': the blocks of \(base) cannot be chosen; write \(base) without options"
        }
    }
}
