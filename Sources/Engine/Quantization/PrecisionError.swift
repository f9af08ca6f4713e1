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
