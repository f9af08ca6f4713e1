/// One precision per layer, or one per module of a layer.
///
/// A layer's entry is the name of a precision, "nf4", or seven names in the order of `Projection.allCases`
/// (q/k/v/o/gate/up/down), "nf4/nf4/int8/nf4/nf3/nf3/nf4"; seven equal names are written as one. In any order the seven
/// may be said with their modules, "q_proj=nf4/k_proj=nf4/…", as the database keeps them.
/// The text form, "nf4,int8,nf4,…", is canonical: two allocations are equal exactly when their texts are.
public struct Allocation: Sendable, Hashable {
    /// The entry of each layer, the first layer first.
    public let precisions: [String]

    /// An allocation of these entries, the first layer first.
    public init(_ precisions: [String]) { self.precisions = precisions.map(Self.canonical) }

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
        self.init(names)
    }

    /// The text form, "nf4,int8,…", without spaces.
    public var text: String { precisions.joined(separator: ",") }

    /// Number of layers.
    public var layers: Int { precisions.count }

    /// The precision of one projection of a layer, by name.
    ///
    /// An entry that has neither one name nor seven is handed back whole: no precision has such a name.
    public func precision(of projection: Projection, layer: Int) -> String {
        let entry = precisions[layer]
        guard entry.contains("/") else { return entry }
        let names = entry.split(separator: "/", omittingEmptySubsequences: false)
        return names.count == Projection.allCases.count ? String(names[projection.index]) : entry
    }

    /// The precision of every projection of a layer, by name, in the order of `Projection.allCases`.
    public func modulePrecisions(layer: Int) -> [String] {
        Projection.allCases.map { precision(of: $0, layer: layer) }
    }

    /// Whether the modules of any layer differ.
    public var isSplit: Bool { precisions.contains { $0.contains("/") } }

    private static func canonical(_ entry: String) -> String {
        guard entry.contains("/") else { return entry }
        var names = entry.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard names.count == Projection.allCases.count else { return entry }
        if entry.contains("=") {
            let ordered = Projection.allCases.compactMap { projection in
                names.first { $0.hasPrefix(projection.rawValue + "=") }.map {
                    String($0.drop { $0 != "=" }.dropFirst())
                }
            }
            guard ordered.count == names.count else { return entry }
            names = ordered
        }
        return names.allSatisfy { $0 == names[0] } ? names[0] : names.joined(separator: "/")
    }
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
