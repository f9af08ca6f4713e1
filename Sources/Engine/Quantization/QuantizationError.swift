/// Why weights cannot be quantized.
public enum QuantizationError: EngineError {
    /// A weight is infinite or not a number.
    case notFinite(tensor: String, index: Int, value: String)

    /// One line: what is wrong, where, what to do.
    public var description: String {
        switch self {
        case .notFinite(let tensor, let index, let value):
            "tensor '\(tensor)': weight \(index) is \(value) and cannot be quantized; "
                + "the checkpoint is damaged, or training diverged before it was saved"
        }
    }
}

extension Precision {
    /// Quantizes a row-major matrix after a look at every weight.
    ///
    /// The entry point for weights that come from a file or from training: a block with an infinite weight would lose all
    /// the others without a word.
    /// - Parameter tensor: the tensor's name, for the error.
    /// - Throws: `QuantizationError.notFinite` for the first weight that is infinite or not a number.
    public func quantize(
        _ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int, tensor: String
    ) throws(QuantizationError) -> QuantizedMatrix {
        if !BlockScale.absoluteMaximum(weights).isFinite, let index = weights.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(tensor: tensor, index: index, value: "\(weights[index])")
        }
        return quantize(weights, rows: rows, columns: columns)
    }

    /// ‖W − Q(W)‖² / ‖W‖² in the Frobenius norm: the share of a matrix's energy that quantizing it loses.
    ///
    /// Sums are float64, in the order of the weights. A matrix of zeros has error 0.
    public func relativeError(of weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> Double {
        let total = weights.reduce(0.0) { $0 + Double($1) * Double($1) }
        return total > 0 ? squaredError(of: weights, rows: rows, columns: columns) / total : 0
    }

    /// ‖W − Q(W)‖² in the Frobenius norm. Sums are float64, in the order of the weights.
    func squaredError(of weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> Double {
        let restored = quantize(weights, rows: rows, columns: columns).dequantized()
        var lost = 0.0
        for i in 0..<weights.count {
            let difference = Double(weights[i]) - Double(restored[i])
            lost += difference * difference
        }
        return lost
    }
}
