/// Decides how each of a model's tensors stands in a file.
struct GGUFPlan {
    let model: LlamaModel
    let architecture: GGUFArchitecture
    let options: GGUFOptions
    /// The model's, with MLP widths as the file has them.
    private(set) var configuration: ModelConfiguration
    private(set) var matrices: [GGUFExport.Matrix] = []
    private(set) var tensors: [GGUFTensor] = []
    private(set) var notes: [String] = []
    /// Bytes by encoding, to find the most common one.
    private var elements: [String: Int] = [:]

    init(model: LlamaModel, architecture: GGUFArchitecture, options: GGUFOptions) {
        self.model = model
        self.architecture = architecture
        self.options = options
        configuration = model.configuration
    }

    /// The encoding of most weights.
    var commonEncoding: (any GGUFEncoding)? {
        elements.max { ($0.value, $1.key) < ($1.value, $0.key) }.flatMap { GGUFEncodings.named($0.key) }
    }

    mutating func addAll() throws {
        if options.policy == .deployable { fillUpWidths() }
        let vocabulary = MatrixShape(rows: configuration.vocabulary, columns: configuration.hidden)
        try add(GGUFName.embedding, model.embedding, vocabulary)
        for layer in model.blocks.indices { try addBlock(layer) }
        add(GGUFName.finalNorm, model.finalNorm.tensor.elements)
        if let head = model.untiedHead { try add(GGUFName.head, head, vocabulary) }
        noteWideMatrices()
        switch model.configuration.ropeScaling {
        case nil, .linear?: break
        case .llama3?, .divisors?:
            let plain = RotaryEmbedding.frequencies(
                headDimension: configuration.headDimension, theta: configuration.ropeTheta)
            if let divisors = model.configuration.ropeScaling?.divisors(plain) {
                guard architecture.isPaired else {
                    throw GGUFError.notExpressible(
                        what: "Llama 3's rotary scaling in \(architecture.name)", hint: "export with --format hf")
                }
                add(GGUFName.rotaryDivisors, divisors)
            }
        }
    }

    /// Under `exact`, matrices on a grid that had to be written as numbers.
    private mutating func noteWideMatrices() {
        guard options.policy == .exact else { return }
        let wide = matrices.filter { $0.encoding.name == GGUFFloat.f32.name && GGUFEncodings.isGrid($0.precision) }
        guard let first = wide.first else { return }
        notes.append(
            "\(wide.count) matrices have rows that are no whole blocks of 32 (\(first.name) the first): they hold the "
                + "same numbers as f32; prune with --round-to 32 for a smaller file")
    }

    /// Widths of MLPs become multiples of 32, and of 256 where that costs little and the block format asks for it.
    private mutating func fillUpWidths() {
        var filled = 0
        for layer in configuration.layers.indices {
            let width = configuration.layers[layer].intermediate
            let wanted = candidates(bits(of: model.blocks[layer][.down])).first?.blockSize ?? 1
            guard wanted > 1, width % wanted != 0 else { continue }
            let wide = (width + wanted - 1) / wanted * wanted
            let narrow = (width + 31) / 32 * 32
            configuration.layers[layer].intermediate = (wide - width) * 20 <= width ? wide : narrow
            if configuration.layers[layer].intermediate != width { filled += 1 }
        }
        if filled > 0 {
            notes.append("the MLPs of \(filled) layers are filled up to whole blocks with channels of zeros")
        }
    }

    private mutating func addBlock(_ layer: Int) throws {
        let block = model.blocks[layer]
        for vector in configuration.vectors {
            guard var elements = block[vector]?.tensor.elements else { continue }
            if architecture.isPaired, vector == .bias(.query) || vector == .bias(.key) {
                elements = PairedRows.paired(elements, length: 1, headDimension: configuration.headDimension)
            }
            let missing = configuration.count(of: vector, layer: layer) - elements.count
            add(GGUFName.vector(vector, layer: layer), elements + [Float](repeating: 0, count: missing))
        }
        for projection in Projection.allCases {
            try add(
                GGUFName.projection(projection, layer: layer), block[projection],
                configuration.shape(of: projection, layer: layer), at: (layer, projection))
        }
    }

    private mutating func add(_ name: String, _ vector: [Float]) {
        tensors.append(
            GGUFTensor(name: name, extents: [vector.count], encoding: GGUFFloat.f32, floats: { vector }))
    }

    private mutating func add(
        _ name: String, _ weight: WeightMatrix, _ shape: MatrixShape,
        at place: (layer: Int, projection: Projection)? = nil
    ) throws {
        let factors = place.flatMap { model.adapters?.factors($0.projection, layer: $0.layer) }
        let isRotated = architecture.isPaired && (place?.projection == .query || place?.projection == .key)
        let dimension = configuration.headDimension
        let isFilled = shape.rows != weight.rows || shape.columns != weight.columns
        let isKept = options.policy == .exact || factors == nil && !isFilled
        let encoding = try encoding(for: weight, columns: shape.columns, name: name)
        let tensor: GGUFTensor
        if isKept, let grid = encoding as? GridEncoding, case .packed(let packed) = weight.storage,
            packed.precision == grid.name
        {
            tensor = GGUFTensor(name: name, extents: [shape.columns, shape.rows], encoding: encoding) {
                let bytes = grid.encode(packed)
                return isRotated
                    ? PairedRows.paired(
                        bytes, length: encoding.byteCount(shape.columns), headDimension: dimension) : bytes
            }
        } else {
            let scaling = model.adapters?.scaling ?? 0
            let merged = options.policy == .exact ? nil : factors
            tensor = GGUFTensor(name: name, extents: [shape.columns, shape.rows], encoding: encoding) {
                var floats = merged.map { LlamaModel.sum(weight, $0, scaling: scaling) } ?? weight.floats()
                if isFilled {
                    floats = WeightMatrix(floats, rows: weight.rows, columns: weight.columns).filledUp(to: shape)
                        .floats()
                }
                if isRotated {
                    floats = PairedRows.paired(floats, length: shape.columns, headDimension: dimension)
                }
                if encoding.name == GGUFFloat.f16.name, floats.contains(where: { abs($0) > 65504 }) {
                    throw GGUFError.notExpressible(
                        what: "a weight of \(name) in half precision", hint: "export with --dtype f32")
                }
                return floats
            }
        }
        tensors.append(tensor)
        matrices.append(
            GGUFExport.Matrix(
                name: name, layer: place?.layer, precision: weight.precisionName, encoding: encoding,
                bytes: tensor.byteCount))
        elements[encoding.name, default: 0] += shape.count
    }

    private func bits(of weight: WeightMatrix) -> Int {
        guard case .packed(let packed) = weight.storage else { return 16 }
        return packed.bits
    }

    private func candidates(_ bits: Int) -> [any GGUFEncoding] { options.byBits[bits] ?? [] }

    private func encoding(for weight: WeightMatrix, columns: Int, name: String) throws -> any GGUFEncoding {
        switch options.policy {
        case .faithful:
            return columns % options.plain.blockSize == 0 ? options.plain : GGUFFloat.f16
        case .deployable:
            if case .packed(let packed) = weight.storage, let grid = GGUFEncodings.named(packed.precision),
                columns % grid.blockSize == 0
            {
                return grid
            }
            return candidates(bits(of: weight)).first { columns % $0.blockSize == 0 } ?? GGUFFloat.f16
        case .exact:
            guard case .packed(let packed) = weight.storage else {
                switch weight.elementType {
                case .float32: return GGUFFloat.f32
                case .float16: return GGUFFloat.f16
                case .bfloat16: return GGUFFloat.bf16
                }
            }
            guard let grid = GGUFEncodings.named(packed.precision) else {
                throw GGUFError.notExpressible(
                    what: "\(packed.precision), the precision of \(name), code for code",
                    hint: "quantize to q4_0, iq4_nl or q8_0, or export with --policy faithful or deployable")
            }
            // Blocks that reach into the next row: the numbers that they stand for are float32, exactly.
            return columns % grid.blockSize == 0 ? grid : GGUFFloat.f32
        }
    }
}
