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
