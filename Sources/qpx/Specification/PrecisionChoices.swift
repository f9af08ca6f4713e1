/// The precisions that an allocation may give a layer, as the user says them: by name ("nf4") or by bits ("4").
enum PrecisionChoices {
    /// Names and bits of all precisions; the first of each number of bits is the usual one.
    static let known: [(name: String, bits: Int)] = [
        ("nf2", 2), ("nf3", 3), ("nf4", 4), ("fp4", 4), ("int8", 8), ("bf16", 16),
    ]

    /// What may be written, for help and messages.
    static var forms: String {
        "bits (2, 3, 4, 8, 16) or names (\(known.map(\.name).joined(separator: ", ")))"
    }

    /// The name of the precision that a text says.
    static func name(_ text: String, says origin: String) throws(Failure) -> String {
        let lower = text.lowercased()
        if let bits = Int(lower), let usual = known.first(where: { $0.bits == bits }) { return usual.name }
        if let named = known.first(where: { $0.name == lower }) { return named.name }
        throw .usage(
            "\(origin): unknown precision '\(text)'." + Suggestion.question(for: lower, in: known.map(\.name)),
            hint: "say \(forms)")
    }

    /// Bits of a precision; nil for a name that is not known.
    static func bits(_ name: String) -> Int? { known.first { $0.name == name }?.bits }

    /// The names that a list says, in the order of their bits, each once.
    static func names(_ texts: [String], says origin: String) throws(Failure) -> [String] {
        var names: [String] = []
        for text in texts {
            let name = try name(text, says: origin)
            guard !names.contains(name) else {
                throw .usage("\(origin): \(name) is there twice")
            }
            names.append(name)
        }
        let bits = names.compactMap(bits)
        guard Set(bits).count == names.count else {
            throw .usage("\(origin): two precisions of the same bits", hint: "an allocation chooses between sizes")
        }
        return names.sorted { (Self.bits($0) ?? 0) < (Self.bits($1) ?? 0) }
    }
}
