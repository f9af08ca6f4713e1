extension LlamaModel {
    /// The model without adapters whose weights do the same: W′ = W + s·BA, summed in float64. Packed weights become
    /// floats.
    /// - Parameter elementType: number format of all matrices; `nil` keeps that of the embedding for what changes, and
    ///   everything else as it is.
    public func merged(elementType: ElementType? = nil, parallelism: Parallelism = .serial) -> LlamaModel {
        let type = elementType ?? embedding.elementType
        let results = parallelism.map(blocks.count) { layer -> Block in
            var block = self.blocks[layer]
            for projection in Projection.allCases {
                let weight = block[projection]
                if let factors = self.adapters?.factors(projection, layer: layer) {
                    let merged = Self.sum(weight, factors, scaling: self.adapters?.scaling ?? 0)
                    block[projection] = WeightMatrix(merged, as: type, rows: weight.rows, columns: weight.columns)
                } else if case .packed = weight.storage {
                    block[projection] = weight.converted(to: type)
                } else if let elementType {
                    block[projection] = weight.converted(to: elementType)
                }
            }
            return block
        }
        var copy = self
        copy.blocks = results
        copy.adapters = nil
        if let elementType {
            copy.embedding = embedding.converted(to: elementType)
            copy.untiedHead = untiedHead?.converted(to: elementType)
        }
        return copy
    }

    /// W + s·BA, summed in float64; row-major.
    static func sum(_ weight: WeightMatrix, _ factors: LoRAAdapters.Factors, scaling: Float) -> [Float] {
        let down = factors.down.tensor
        let up = factors.up.tensor
        let (columns, rank) = (weight.columns, down.rows)
        var row = [Double](repeating: 0, count: columns)
        var result = weight.floats()
        for i in 0..<weight.rows {
            for j in 0..<columns { row[j] = Double(result[i * columns + j]) }
            for k in 0..<rank {
                let factor = Double(scaling) * Double(up.elements[i * rank + k])
                for j in 0..<columns { row[j] += factor * Double(down.elements[k * columns + j]) }
            }
            for j in 0..<columns { result[i * columns + j] = Float(row[j]) }
        }
        return result
    }
}

extension WeightMatrix {
    /// A matrix over floats, rounded to a number format.
    init(_ floats: [Float], as type: ElementType, rows: Int, columns: Int) {
        guard type != .float32 else {
            self.init(floats, rows: rows, columns: columns)
            return
        }
        let bits = floats.map { type == .bfloat16 ? FloatCoding.bfloat($0) : FloatCoding.half($0) }
        self.init(half: bits, type, rows: rows, columns: columns)
    }

    /// The matrix in a number format; itself if that is its own.
    func converted(to type: ElementType) -> WeightMatrix {
        if case .packed = storage {
            return WeightMatrix(floats(), as: type, rows: rows, columns: columns)
        }
        return elementType == type ? self : WeightMatrix(floats(), as: type, rows: rows, columns: columns)
    }
}
