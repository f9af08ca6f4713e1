internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A file that names one precision per layer, or one per module of a layer.
enum AllocationFile {
    /// Entries of an allocation, first layer to last: a precision, or seven with "/" between them.
    static func names(
        _ text: String, says origin: String, blocks: PrecisionChoices.Blocks = PrecisionChoices.Blocks()
    ) throws(Failure) -> [String] {
        let layers = try text.drop(while: \.isWhitespace).first == "[" ? list(text, says: origin) : words(text)
        guard !layers.isEmpty else { throw .usage("\(origin): no precision is named") }
        var precisions: [any Precision] = []
        var names: [String] = []
        for (layer, words) in layers.enumerated() {
            var own: [String] = []
            for word in words {
                let precision = try PrecisionChoices.precision(word, says: "\(origin): layer \(layer)", blocks: blocks)
                precisions.append(precision)
                own.append(precision.name)
            }
            names.append(own.joined(separator: "/"))
        }
        try blocks.check(precisions)
        return Allocation(names).precisions
    }

    /// The words of each layer in a text: names or bits between blanks, or digits as qpx prints them.
    private static func words(_ text: String) -> [[String]] {
        let parts = text.split(whereSeparator: \.isWhitespace).map(String.init)
        // "8844 4488" is a bit map: blocks of digits, too large to be bits.
        guard parts.allSatisfy({ $0.allSatisfy { "2348f".contains($0) } }) else { return parts.map(modules) }
        let digits = parts.map { $0.map { $0 == "f" ? "16" : String($0) } }
        // Blocks of seven digits are layers by module; one alone could be seven layers, which is what it always meant.
        if parts.count > 1, parts.allSatisfy({ $0.count == Projection.allCases.count }) { return digits }
        return digits.joined().map { [$0] }
    }

    private static func modules(_ word: String) -> [String] {
        let parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count == Projection.allCases.count ? parts : [word]
    }

    /// What a list says of one layer.
    private enum Entry: Decodable {
        case word(Word)
        case modules([String: Word])

        init(from decoder: any Decoder) throws {
            if let word = try? Word(from: decoder) {
                self = .word(word)
            } else {
                self = .modules(try decoder.singleValueContainer().decode([String: Word].self))
            }
        }
    }

    /// A name or a number of bits.
    private struct Word: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = try (try? container.decode(Int.self)).map(String.init) ?? container.decode(String.self)
        }
    }

    private static func list(_ text: String, says origin: String) throws(Failure) -> [[String]] {
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(text.utf8)) else {
            throw .usage(
                "\(origin): not a JSON list of names, bits or modules",
                hint: #"as in ["nf4", 8, {"default": "nf4", "down_proj": "int8"}]"#)
        }
        var layers: [[String]] = []
        for (layer, entry) in entries.enumerated() {
            switch entry {
            case .word(let word): layers.append(modules(word.text))
            case .modules(let words): layers.append(try modules(words, says: "\(origin): layer \(layer)"))
            }
        }
        return layers
    }

    /// The seven words of a layer whose modules are named.
    private static func modules(_ words: [String: Word], says origin: String) throws(Failure) -> [String] {
        let known = Projection.allCases.map(\.rawValue)
        if let stranger = words.keys.sorted().first(where: { !known.contains($0) && $0 != "default" }) {
            throw .usage(
                "\(origin): unknown module '\(stranger)'."
                    + Suggestion.question(for: stranger, in: known + ["default"]),
                hint: "modules are \(known.joined(separator: ", "))")
        }
        return try known.map { module throws(Failure) in
            guard let word = words[module] ?? words["default"] else {
                throw .usage("\(origin): no precision for \(module)", hint: "name all seven modules, or a \"default\"")
            }
            return word.text
        }
    }
}
