internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A file that names one precision per layer.
enum AllocationFile {
    /// Names of the precisions, first layer to last.
    static func names(_ text: String, says origin: String) throws(Failure) -> [String] {
        let words: [String]
        if text.drop(while: \.isWhitespace).first == "[" {
            words = try list(text, says: origin)
        } else {
            let parts = text.split(whereSeparator: \.isWhitespace).map(String.init)
            // "8844 4488" is a bit map: blocks of digits, too large to be bits.
            let isBitMap = parts.allSatisfy { $0.allSatisfy { "2348f".contains($0) } }
            words = isBitMap ? parts.joined().map { $0 == "f" ? "16" : String($0) } : parts
        }
        guard !words.isEmpty else { throw .usage("\(origin): no precision is named") }
        var names: [String] = []
        for (layer, word) in words.enumerated() {
            names.append(try PrecisionChoices.precision(word, says: "\(origin): layer \(layer)").name)
        }
        return names
    }

    private enum Entry: Decodable {
        case bits(Int)
        case name(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let bits = try? container.decode(Int.self) {
                self = .bits(bits)
            } else {
                self = .name(try container.decode(String.self))
            }
        }
    }

    private static func list(_ text: String, says origin: String) throws(Failure) -> [String] {
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(text.utf8)) else {
            throw .usage("\(origin): not a JSON list of names or bits", hint: #"as in ["nf4", "int8"] or [4, 8]"#)
        }
        return entries.map { entry in
            switch entry {
            case .bits(let bits): String(bits)
            case .name(let name): name
            }
        }
    }
}
