internal import Engine

/// The precisions that an allocation may give a layer, as the user says them: by name ("nf4") or by bits ("4").
enum PrecisionChoices {
    /// What may be written, for help and messages.
    static var forms: String {
        "bits (2, 3, 4, 8, 16) or names (\(Precisions.all.map(\.name).joined(separator: ", ")))"
    }

    /// The precision that a text says.
    static func precision(_ text: String, says origin: String) throws(Failure) -> any Precision {
        do throws(PrecisionError) {
            if let bits = Int(text) { return try Precisions.forBits(bits) }
            return try Precisions.parse(text)
        } catch {
            throw .usage("\(origin): \(error.description)")
        }
    }

    /// The names that a list says, fewest bits first, each once.
    static func names(_ texts: [String], says origin: String) throws(Failure) -> [String] {
        var precisions: [any Precision] = []
        for text in texts {
            let precision = try precision(text, says: origin)
            if let twin = precisions.first(where: { $0.bits == precision.bits }) {
                throw .usage(
                    twin.name == precision.name
                        ? "\(origin): \(twin.name) is there twice"
                        : "\(origin): \(twin.name) and \(precision.name) have the same bits",
                    hint: "an allocation chooses between precisions of different bits")
            }
            precisions.append(precision)
        }
        return precisions.sorted { $0.bits < $1.bits }.map(\.name)
    }
}
