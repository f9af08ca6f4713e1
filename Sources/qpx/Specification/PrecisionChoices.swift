internal import Engine

/// The precisions that an allocation may give a layer, as the user says them: by name ("nf4", "nf4@128+dq") or by bits
/// ("4", "4@128").
enum PrecisionChoices {
    /// What may be written, for help and messages.
    static var forms: String {
        "bits (2, 3, 4, 8, 16) or names (\(Precisions.all.map(\.name).joined(separator: ", "))), both with @BLOCK and "
            + "+dq behind where blocks can be chosen"
    }

    /// What is said for all precisions whose blocks can be chosen and whose names say nothing else.
    struct Blocks: Sendable, Equatable {
        /// Names of the settings.
        static let settingNames = ["block-size", "double-quantization"]

        var size: Int?
        var isDoubleQuantized = false
        /// The setting that said it, for messages.
        var origin: String?

        /// Nothing.
        init() {}

        /// What settings say.
        init(_ settings: Settings) throws(Failure) {
            if let text = try settings.text("block-size") {
                guard let number = Int(text), BlockOptions.sizes.contains(number) else {
                    throw .usage(
                        "\(settings.spoken("block-size")): '\(text)' is no block size",
                        hint: "it is one of \(BlockOptions.sizes.map(String.init).joined(separator: ", "))")
                }
                size = number
                origin = settings.spoken("block-size")
            }
            if try settings.flag("double-quantization") == true {
                isDoubleQuantized = true
                origin = origin ?? settings.spoken("double-quantization")
            }
        }

        /// Refuses what none of the precisions takes.
        func check(_ precisions: [any Precision]) throws(Failure) {
            guard let origin, !precisions.contains(where: { $0 is any BlockwisePrecision }) else { return }
            throw .usage("\(origin): the blocks of \(precisions.map(\.name).joined(separator: ", ")) cannot be chosen")
        }
    }

    /// The precision that a text says.
    static func precision(
        _ text: String, says origin: String, blocks: Blocks = Blocks()
    ) throws(Failure) -> any Precision {
        do throws(PrecisionError) {
            let base = text.prefix { $0 != "@" && $0 != "+" }
            let name = try Int(base).map { bits throws(PrecisionError) in
                try Precisions.forBits(bits).name + text.dropFirst(base.count)
            }
            return try Precisions.parse(
                name ?? text, blockSize: blocks.size, doubleQuantization: blocks.isDoubleQuantized)
        } catch {
            throw .usage("\(origin): \(error.description)")
        }
    }

    /// The names that a list says, fewest bits first, each once.
    static func names(
        _ texts: [String], says origin: String, blocks: Blocks = Blocks()
    ) throws(Failure) -> [String] {
        var precisions: [any Precision] = []
        for text in texts {
            let precision = try precision(text, says: origin, blocks: blocks)
            guard !precisions.contains(where: { $0.name == precision.name }) else {
                throw .usage("\(origin): \(precision.name) is there twice")
            }
            precisions.append(precision)
        }
        try blocks.check(precisions)
        return precisions.map { (size: $0.byteCount(rows: 4096, columns: 4096), precision: $0) }
            .sorted {
                ($0.precision.bits, $0.size, $0.precision.name) < ($1.precision.bits, $1.size, $1.precision.name)
            }
            .map(\.precision.name)
    }
}
