/// Why a model cannot be written for other programs.
public enum ExportError: EngineError {
    /// Layers of different widths, which the format has one number for.
    case differentWidths(first: Int, second: Int, what: String)
    /// Layers whose query heads share their keys in groups of different sizes.
    case differentGroups(first: Int, second: Int)
    /// More heads would be needed than the hidden size has divisors for, or biases rule out the way around it.
    case headsDoNotDivide(heads: Int, hidden: Int)
    /// There are no adapters.
    case noAdapters
    /// A weight is too large for half precision.
    case tooLarge(tensor: String)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .differentWidths(let first, let second, let what):
            "layers \(first) and \(second) differ in \(what): fill them up with zeros (--pad), or export with "
                + "--format gguf, which has widths layer by layer"
        case .differentGroups(let first, let second):
            "layers \(first) and \(second) have different numbers of query heads per key/value head, which no zeros "
                + "make equal: export with --format gguf"
        case .headsDoNotDivide(let heads, let hidden):
            "\(heads) heads do not divide the hidden size of \(hidden), which LlamaForCausalLM asks for: fill them up "
                + "with zeros (--pad)"
        case .noAdapters: "there are no adapters to export: name their folder with --adapters"
        case .tooLarge(let tensor):
            "a weight of \(tensor) is too large for half precision: export with --dtype bf16 or f32"
        }
    }
}

extension LlamaModel {
    /// The model with the same widths in every layer: what is missing is filled up with zeros, which change nothing.
    ///
    /// A head of zeros has the value 0, an MLP channel of zeros gives silu(0) · 0 = 0. Adapters are filled up as well.
    /// - Parameter dividesHidden: whether heads become so many that the hidden size is a multiple of them, if zeros can
    ///   do that.
    /// - Throws: `ExportError.differentGroups`.
    public func filledUp(dividesHidden: Bool = false) throws(ExportError) -> LlamaModel {
        let layers = configuration.layers
        guard let first = layers.first else { return self }
        let group = first.heads / first.keyValueHeads
        if let other = layers.firstIndex(where: { $0.heads / $0.keyValueHeads != group }) {
            throw .differentGroups(first: 0, second: other)
        }
        var heads = layers.map(\.keyValueHeads).max() ?? 1
        let hidden = configuration.hidden
        if dividesHidden, let fitting = (heads...max(heads, hidden)).first(where: { hidden % ($0 * group) == 0 }) {
            heads = fitting
        }
        let width = layers.map(\.intermediate).max() ?? 1
        var copy = self
        for layer in layers.indices {
            copy.configuration.layers[layer].keyValueHeads = heads
            copy.configuration.layers[layer].heads = heads * group
            copy.configuration.layers[layer].intermediate = width
        }
        for layer in layers.indices {
            for projection in Projection.allCases {
                let shape = copy.configuration.shape(of: projection, layer: layer)
                copy.blocks[layer][projection] = blocks[layer][projection].filledUp(to: shape)
                guard let bias = blocks[layer][.bias(projection)], bias.count < shape.rows else { continue }
                let elements = bias.tensor.elements + [Float](repeating: 0, count: shape.rows - bias.count)
                copy.blocks[layer][.bias(projection)] = Parameter(
                    Tensor(elements, shape: [shape.rows]), isTrained: false)
            }
        }
        copy.adapters = adapters?.filledUp(to: copy.configuration)
        return copy
    }
}

extension WeightMatrix {
    /// The matrix with rows of zeros below and columns of zeros on the right, in its number format; packed weights become
    /// float32 where anything is added.
    func filledUp(to shape: MatrixShape) -> WeightMatrix {
        guard shape.rows != rows || shape.columns != columns else { return self }
        precondition(shape.rows >= rows && shape.columns >= columns, "filling up makes a matrix larger")
        let (rows, columns) = (rows, columns)
        func filled<Element>(_ elements: [Element], _ zero: Element) -> [Element] {
            var result: [Element] = []
            result.reserveCapacity(shape.count)
            for row in 0..<rows {
                result += elements[row * columns..<(row + 1) * columns]
                result += repeatElement(zero, count: shape.columns - columns)
            }
            return result + repeatElement(zero, count: (shape.rows - rows) * shape.columns)
        }
        let floats = filled(floats(), 0)
        return WeightMatrix(floats, as: elementType, rows: shape.rows, columns: shape.columns)
    }
}

extension LoRAAdapters {
    /// Factors for wider projections: what is new gets zeros.
    func filledUp(to configuration: ModelConfiguration) -> LoRAAdapters {
        let layers = configuration.layers.indices.map { layer in
            var factors: [Projection: Factors] = [:]
            for projection in Projection.allCases {
                guard let old = self.factors(projection, layer: layer) else { continue }
                let shape = configuration.shape(of: projection, layer: layer)
                func filled(_ factor: Parameter, _ shape: MatrixShape) -> Parameter {
                    let matrix = WeightMatrix(factor.tensor.elements, rows: factor.shape[0], columns: factor.shape[1])
                    return Parameter(
                        Tensor(matrix.filledUp(to: shape).floats(), shape: [shape.rows, shape.columns]),
                        isTrained: false)
                }
                factors[projection] = Factors(
                    down: filled(old.down, MatrixShape(rows: rank, columns: shape.columns)),
                    up: filled(old.up, MatrixShape(rows: shape.rows, columns: rank)))
            }
            return factors
        }
        return LoRAAdapters(rank: rank, alpha: alpha, layers: layers)
    }
}
