/// Allocations as one symbol per layer in groups of four, "8844 4488 4444 8888"; where a layer is split, as one symbol per
/// module, "4444484 4444444", layers apart.
///
/// The symbol of a precision is the digit of its bits: itself up to 9, `f` for 16-bit floats, `F` for 32, `?` for what is
/// not known. Precisions of the same bits, or several that are not known, get letters instead, which `legend` explains; so all that are shown together
/// belong into one map.
struct BitMap {
    private let symbols: [String: Character]
    /// Whether every layer is shown module by module.
    let isSplit: Bool
    /// What the letters mean, if there are any.
    let legend: String?
    /// Whether precisions of the same bits have letters.
    let hasLetters: Bool

    /// A map for allocations that are shown together.
    init(_ allocations: [AllocationText]) {
        let isSplit = allocations.contains(where: \.isSplit)
        self.init(names: allocations.flatMap { $0.names(splitting: isSplit) }, isSplit: isSplit)
    }

    /// A map for allocations of these precisions.
    init(names: [String], isSplit: Bool) {
        var distinct: [String] = []
        for name in Set(names).sorted() { distinct.append(name) }
        distinct.sort { (PrecisionBits.of($0), $0) < (PrecisionBits.of($1), $1) }
        let counts = Dictionary(distinct.map { (Self.digit(PrecisionBits.of($0)), 1) }, uniquingKeysWith: +)
        var letters = Self.letters[...]
        var symbols: [String: Character] = [:]
        var meanings: [String] = []
        for name in distinct {
            let digit = Self.digit(PrecisionBits.of(name))
            if counts[digit] ?? 0 > 1, let letter = letters.popFirst() {
                symbols[name] = letter
                meanings.append("\(letter): \(name)")
            } else {
                symbols[name] = digit
            }
        }
        hasLetters = !meanings.isEmpty
        for (digit, meaning) in [("f", "16 bits"), ("F", "32 bits")] as [(Character, String)]
        where symbols.values.contains(digit) { meanings.append("\(digit): \(meaning)") }
        self.symbols = symbols
        self.isSplit = isSplit
        legend = meanings.isEmpty ? nil : meanings.joined(separator: ", ")
    }

    /// Neither f nor F, which mean bits.
    private static let letters = Array("abcdeghijklmnopqrstuvwxyzABCDEGHIJKLMNOPQRSTUVWXYZ")

    private static func digit(_ bits: Int) -> Character {
        switch bits {
        case 1...9: Character(String(bits))
        case 16: "f"
        case 32: "F"
        default: "?"
        }
    }

    private var groupSize: Int { isSplit ? 7 : 4 }

    /// The symbol of one precision.
    func symbol(_ name: String) -> Character { symbols[name] ?? "?" }

    /// The symbols of an allocation, first layer to last.
    /// - Parameter differing: positions that are underlined when colour is on.
    func text(_ allocation: AllocationText, differing: Set<Int> = [], colour: Colour = .off) -> String {
        var text = ""
        for (position, name) in allocation.names(splitting: isSplit).enumerated() {
            if position > 0, position % groupSize == 0 { text.append(" ") }
            text += colour.paint(
                String(symbols[name] ?? "?"), differing.contains(position) ? [.bold, .underline] : [])
        }
        return text
    }

    /// Positions (layers, or modules where layers are split) at which allocations of the same depth differ.
    func differing(_ allocations: [AllocationText]) -> Set<Int> {
        let names = allocations.map { $0.names(splitting: isSplit) }
        guard let first = names.first else { return [] }
        return Set(
            first.indices.filter { position in
                names.contains { !$0.indices.contains(position) || $0[position] != first[position] }
            })
    }

    /// One mark below each position, up to the last that differs: `^` there, else a blank; grouped as `text` is.
    func marks(_ differing: Set<Int>) -> String {
        var text = ""
        for position in 0..<(differing.max() ?? -1) + 1 {
            if position > 0, position % groupSize == 0 { text.append(" ") }
            text.append(differing.contains(position) ? "^" : " ")
        }
        return text
    }
}
