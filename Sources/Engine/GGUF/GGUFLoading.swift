extension LlamaModel {
    /// The model in a GGUF file.
    ///
    /// Codes of q4_0, iq4_nl and q8_0 stay packed, 16-bit floats stay what they are; other blocks become float32.
    /// - Throws: `GGUFError`, also for a tensor that would be left out of the computation.
    public init(gguf file: GGUFFile) throws {
        let configuration = try ModelConfiguration(file)
        try Self.refuseUnexpectedTensors(file, configuration)
        let isPaired =
            GGUFArchitecture.all.first { $0.name == file["general.architecture"]?.text }?.isPaired ?? false
        let reader = GGUFTensorReader(file: file, headDimension: configuration.headDimension, isPaired: isPaired)
        let vocabulary = MatrixShape(rows: configuration.vocabulary, columns: configuration.hidden)
        var blocks: [Block] = []
        for layer in configuration.layers.indices {
            var projections: [WeightMatrix] = []
            for projection in Projection.allCases {
                projections.append(
                    try reader.matrix(
                        GGUFName.projection(projection, layer: layer),
                        configuration.shape(of: projection, layer: layer),
                        isRotated: projection == .query || projection == .key))
            }
            func vector(_ vector: BlockVector) throws(GGUFError) -> Parameter {
                try reader.vector(
                    GGUFName.vector(vector, layer: layer), count: configuration.count(of: vector, layer: layer),
                    isRotated: vector == .bias(.query) || vector == .bias(.key))
            }
            var block = Block(
                attentionNorm: try vector(.attentionNorm), mlpNorm: try vector(.mlpNorm), projections: projections)
            for kind in configuration.vectors { block[kind] = try vector(kind) }
            blocks.append(block)
        }
        self.init(
            configuration: configuration, embedding: try reader.matrix(GGUFName.embedding, vocabulary), blocks: blocks,
            finalNorm: try reader.vector(GGUFName.finalNorm, count: configuration.hidden),
            untiedHead: configuration.isTied ? nil : try reader.matrix(GGUFName.head, vocabulary))
    }
}

extension LlamaModel {
    private static func refuseUnexpectedTensors(
        _ file: GGUFFile, _ configuration: ModelConfiguration
    ) throws(GGUFError) {
        var known: Set<String> = [
            GGUFName.embedding, GGUFName.finalNorm, GGUFName.head, GGUFName.rotaryDivisors,
        ]
        for layer in configuration.layers.indices {
            known.formUnion(Projection.allCases.map { GGUFName.projection($0, layer: layer) })
            known.formUnion(configuration.vectors.map { GGUFName.vector($0, layer: layer) })
        }
        if let entry = file.entries.first(where: { !known.contains($0.name) }) {
            throw .tensor(name: entry.name, reason: "has no place in the model", file: file.path)
        }
    }
}

/// Reads tensors and undoes the order of rotated rows.
private struct GGUFTensorReader {
    let file: GGUFFile
    let headDimension: Int
    let isPaired: Bool

    func vector(_ name: String, count: Int, isRotated: Bool = false) throws(GGUFError) -> Parameter {
        let entry = try entry(name, [count])
        var floats = file.floats(of: entry)
        if isRotated, isPaired { floats = PairedRows.halves(floats, length: 1, headDimension: headDimension) }
        return Parameter(Tensor(floats, shape: [count]), isTrained: false)
    }

    func matrix(_ name: String, _ shape: MatrixShape, isRotated: Bool = false) throws(GGUFError) -> WeightMatrix {
        let entry = try entry(name, [shape.columns, shape.rows])
        var bytes = file.bytes(of: entry)
        if isRotated, isPaired {
            bytes = PairedRows.halves(
                bytes, length: entry.encoding.byteCount(shape.columns), headDimension: headDimension)
        }
        if let grid = entry.encoding as? GridEncoding {
            return WeightMatrix(
                .packed(grid.packed(bytes, rows: shape.rows, columns: shape.columns)), rows: shape.rows,
                columns: shape.columns)
        }
        if let plain = entry.encoding as? GGUFFloat, plain.elementType != .float32 {
            let patterns = (0..<shape.count).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
            return WeightMatrix(half: patterns, plain.elementType, rows: shape.rows, columns: shape.columns)
        }
        let floats = bytes.withUnsafeBytes { entry.encoding.decode($0, count: shape.count) }
        return WeightMatrix(floats, rows: shape.rows, columns: shape.columns)
    }

    private func entry(_ name: String, _ extents: [Int]) throws(GGUFError) -> GGUFFile.Entry {
        guard let entry = file.entry(name) else {
            throw .tensor(name: name, reason: "is missing", file: file.path)
        }
        guard entry.extents == extents else {
            throw .tensor(
                name: name, reason: "has the shape \(entry.extents), expected \(extents)", file: file.path)
        }
        return entry
    }
}

extension Tokenizer {
    /// The tokenizer in a GGUF file that carries its `tokenizer.json`, as the files do that qpx writes.
    /// - Throws: `GGUFError` where there is none; `TokenizerError`.
    public static func load(gguf file: GGUFFile) throws -> Tokenizer {
        guard let text = file[GGUFTokenizer.documentKey]?.text else {
            throw GGUFError.metadata(
                key: GGUFTokenizer.documentKey,
                reason: "is missing: the tokenizer of files that others wrote is not read; name its folder with "
                    + "--tokenizer", file: file.path)
        }
        let bytes = Array(text.utf8)
        let json: JSONValue
        do {
            json = try bytes.withUnsafeBytes { try JSONParser.parse($0) }
        } catch let error as JSONError {
            throw GGUFError.metadata(
                key: GGUFTokenizer.documentKey, reason: "is no JSON: \(error.reason)", file: file.path)
        }
        func id(_ key: String, _ contents: [[UInt8]?]) -> Int32? {
            guard let id = file["tokenizer.ggml.\(key)_token_id"]?.integer, contents.indices.contains(id) else {
                return nil
            }
            return Int32(id)
        }
        return Tokenizer(
            try TokenizerParts.read(json, path: file.path) { contents in
                SpecialTokens(bos: id("bos", contents), eos: id("eos", contents))
            })
    }
}
