/// One precision per layer.
///
/// A layer is whatever one precision is chosen for: a transformer block, or a module when the allocation is finer.
/// The text form, "nf4,int8,nf4,…", is canonical: two allocations are equal exactly when their texts are.
public struct Allocation: Sendable, Hashable {
    /// Name of the precision of each layer, the first layer first.
    public let precisions: [String]

    /// An allocation of these precisions, the first layer first.
    public init(_ precisions: [String]) { self.precisions = precisions }

    /// The same precision in each of `layers` layers.
    public init(uniform precision: String, layers: Int) {
        precisions = [String](repeating: precision, count: max(0, layers))
    }

    /// The allocation of the text form "nf4,int8,…"; spaces around names do not matter.
    public init(parsing text: String) throws(AllocationError) {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
            String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
        if let layer = names.firstIndex(where: \.isEmpty) {
            throw AllocationError.emptyName(layer: layer, text: text)
        }
        precisions = names
    }

    /// The text form, "nf4,int8,…", without spaces.
    public var text: String { precisions.joined(separator: ",") }

    /// Number of layers.
    public var layers: Int { precisions.count }
}

extension Allocation: CustomStringConvertible {
    /// The text form.
    public var description: String { text }
}

extension Allocation: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
