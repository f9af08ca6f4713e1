/// Which layers are pruned, as the user says it: "auto", "all" or "4-29" (first and last layer, counted from 0).
enum LayerRange: Sendable, Equatable {
    /// All but the first eighth and the last sixteenth of the layers (4-29 of 32, as in LLM-Pruner's recipe): the layers
    /// next to the embedding and to the output suffer most.
    case automatic
    /// Every layer.
    case all
    /// From `first` to `last`, both included.
    case closed(first: Int, last: Int)

    /// What may be written, for help and messages.
    static let forms = "auto, all, or the first and the last layer as 2-14, counted from 0"

    /// The range that a text says; nil when it says none.
    init?(_ text: String) {
        switch text.lowercased() {
        case "auto": self = .automatic
        case "all": self = .all
        default:
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2 else { return nil }
            guard first >= 0, first <= last else { return nil }
            self = .closed(first: first, last: last)
        }
    }

    /// The one way in which this range is written down.
    var text: String {
        switch self {
        case .automatic: "auto"
        case .all: "all"
        case .closed(let first, let last): "\(first)-\(last)"
        }
    }

    /// The layers of a model with that many.
    func layers(of layerCount: Int) throws(Failure) -> Range<Int> {
        switch self {
        case .all: return 0..<layerCount
        case .automatic:
            let (first, spared) = (layerCount / 8, layerCount / 16)
            // A model of a few layers has none to spare at its ends.
            return layerCount < 3 ? 0..<layerCount : max(1, first)..<(layerCount - max(1, spared))
        case .closed(let first, let last):
            guard last < layerCount else {
                throw .usage(
                    "--prune-layers: \(text) ends behind the last layer; the model has \(layerCount), 0 to "
                        + "\(layerCount - 1)")
            }
            return first..<(last + 1)
        }
    }
}

extension LayerRange: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let range = LayerRange(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a layer range")
        }
        self = range
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
