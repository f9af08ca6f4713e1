/// One precision per layer, or per module of a layer. Stored once however many trials use it, and never changed.
public struct AllocationRecord: Equatable, Sendable {
    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// SHA-256 of the layers, by which repeats are found.
    public let digest: String
    /// The precisions by layer, such as "nf4,nf4,int8"; modules as "nf4,q_proj=int8/v_proj=nf4,nf4".
    public let precisions: String
    /// Every layer's precision, in order of layer and module.
    public let layers: [Layer]

    /// How many layers of the model it covers.
    public var layerCount: Int { (layers.last?.layer ?? -1) + 1 }

    /// The precision of one layer, or of one module in it.
    public struct Layer: Equatable, Sendable {
        /// The layer, from 0.
        public let layer: Int
        /// "all" for the whole layer, else a projection such as "q_proj".
        public let module: String
        /// The precision's name, such as "nf4".
        public let precision: String
        /// Its bits, scales not included.
        public let bits: Int

        /// A layer's precision from its parts.
        public init(layer: Int, module: String = "all", precision: String, bits: Int) {
            self.layer = layer
            self.module = module
            self.precision = precision
            self.bits = bits
        }
    }

    /// An allocation to record.
    /// - Parameter layers: in any order.
    /// - Throws: `StoreError.badRecord` when a layer is missing, named twice, or given both whole and by module.
    public init(layers: [Layer]) throws {
        let sorted = layers.sorted { ($0.layer, $0.module) < ($1.layer, $1.module) }
        try Self.check(sorted)
        self.layers = sorted
        precisions = Self.text(of: sorted)
        digest = SHA256.hexDigest(
            of: Array(
                sorted.map { "\($0.layer) \($0.module) \($0.precision) \($0.bits)\n" }.joined().utf8))
    }

    /// An allocation of whole layers to record, the first for layer 0.
    public init(precisions: [(name: String, bits: Int)]) throws {
        try self.init(
            layers: precisions.enumerated().map { Layer(layer: $0, precision: $1.name, bits: $1.bits) })
    }

    init(row: Row, layers: [Layer]) throws {
        id = try row.integer("id")
        digest = try row.text("digest")
        precisions = try row.text("precisions")
        self.layers = layers
    }

    private static func check(_ sorted: [Layer]) throws {
        guard let last = sorted.last else {
            throw StoreError.badRecord(field: "an allocation", reason: "it has no layers")
        }
        var expected = 0
        var previous: Layer?
        for entry in sorted {
            for name in [entry.module, entry.precision]
            where name.isEmpty || name.contains(where: { " ,=/\n".contains($0) }) {
                throw StoreError.badRecord(
                    field: "an allocation", reason: "'\(name)' is no name of a precision or module")
            }
            if entry.layer == expected {
                expected += 1
            } else if previous?.layer != entry.layer {
                throw StoreError.badRecord(
                    field: "an allocation", reason: "layer \(expected) is missing before \(last.layer)")
            } else if previous?.module == entry.module || previous?.module == "all" || entry.module == "all" {
                throw StoreError.badRecord(field: "an allocation", reason: "layer \(entry.layer) is given twice")
            }
            previous = entry
        }
    }

    private static func text(of sorted: [Layer]) -> String {
        var parts: [String] = []
        var previous = -1
        for entry in sorted {
            let part = entry.module == "all" ? entry.precision : "\(entry.module)=\(entry.precision)"
            if entry.layer == previous, let last = parts.popLast() {
                parts.append(last + "/" + part)
            } else {
                parts.append(part)
            }
            previous = entry.layer
        }
        return parts.joined(separator: ",")
    }

    /// Stores the allocation unless it is there.
    func insertIfNew(into database: Database) throws -> AllocationRecord {
        var stored = self
        if let known = try database.first(
            "SELECT id FROM allocation WHERE digest = :digest", ["digest": digest], { try $0.integer("id") })
        {
            stored.id = known
            return stored
        }
        stored.id = try database.insert(
            into: "allocation", ["digest": digest, "layer_count": layerCount, "precisions": precisions])
        for entry in layers {
            try database.insert(
                into: "allocation_layer",
                [
                    "allocation_id": stored.id, "layer": entry.layer, "module": entry.module,
                    "precision": entry.precision, "bits": entry.bits,
                ])
        }
        return stored
    }
}

extension AllocationRecord.Layer {
    init(row: Row) throws {
        self.init(
            layer: try row.integer("layer"), module: try row.text("module"), precision: try row.text("precision"),
            bits: try row.integer("bits"))
    }
}
