/// The two norms of a block.
public enum BlockNorm: Sendable, CaseIterable {
    /// Before the attention.
    case attention
    /// Before the MLP.
    case mlp

    /// Position in `allCases`.
    var index: Int { self == .attention ? 0 : 1 }
}

/// The rows of a batch's activations that belong to one sample, and how its gradient enters the mean of squares.
struct SampleRows {
    let rows: Range<Int>
    /// Makes the sample's part of the batch's gradient into √(scale / N) times the gradient of its own mean loss.
    let factor: Float
}

/// Gradients of some weights, summed over the samples, and with `isSecondOrder` the sums of their squares.
///
/// A sample's part of the batch's gradient is s_n; first = Σ s_n, second = Σ (factor_n · s_n)².
final class GradientSum {
    let first: Activation
    let second: Activation?

    init(rows: Int, columns: Int, isSecondOrder: Bool) {
        first = Activation(zeros: rows, columns)
        second = isSecondOrder ? Activation(zeros: rows, columns) : nil
    }

    /// Adds what `write` adds to a buffer for the given rows: all rows at once, or sample by sample where squares are
    /// wanted.
    func add(_ samples: [SampleRows], parallelism: Parallelism, _ write: (Range<Int>, Activation) -> Void) {
        guard let second else {
            guard let start = samples.first?.rows.lowerBound, let end = samples.last?.rows.upperBound else { return }
            write(start..<end, first)
            return
        }
        let part = Activation(rows: first.rows, columns: first.columns)
        let (first, rows) = (first, first.rows)
        for sample in samples where !sample.rows.isEmpty {
            part.elements.update(repeating: 0, count: part.count)
            write(sample.rows, part)
            parallelism.overRows(rows) { range in
                let (s, a, b) = (
                    part.row(range.lowerBound), first.row(range.lowerBound), second.row(range.lowerBound)
                )
                for i in 0..<range.count * part.columns {
                    let scaled = s[i] * sample.factor
                    a[i] += s[i]
                    b[i] += scaled * scaled
                }
            }
        }
    }
}

/// The gradients of one block's weights while they are collected.
final class GradientBuffers {
    private let projections: [GradientSum]
    private let norms: [GradientSum]

    init(_ configuration: ModelConfiguration, layer: Int, isSecondOrder: Bool) {
        projections = Projection.allCases.map {
            let shape = configuration.shape(of: $0, layer: layer)
            return GradientSum(rows: shape.rows, columns: shape.columns, isSecondOrder: isSecondOrder)
        }
        norms = BlockNorm.allCases.map { _ in
            GradientSum(rows: 1, columns: configuration.hidden, isSecondOrder: isSecondOrder)
        }
    }

    subscript(projection: Projection) -> GradientSum { projections[projection.index] }
    subscript(norm: BlockNorm) -> GradientSum { norms[norm.index] }

    /// dW += dyᵀ x.
    func add(
        _ projection: Projection, dy: Activation, x: Activation, samples: [SampleRows], parallelism: Parallelism
    ) {
        self[projection].add(samples, parallelism: parallelism) { rows, gradient in
            MatrixProduct.weightGradient(dy, x, rows: rows, into: gradient, accumulate: true, parallelism: parallelism)
        }
    }

    /// dw += Σ dy x / rms.
    func add(_ norm: BlockNorm, dy: Activation, x: Activation, inverse: Activation, samples: [SampleRows]) {
        self[norm].add(samples, parallelism: .serial) { rows, gradient in
            RMSNorm.weightGradient(dy, x: x, inverse: inverse, rows: rows, into: gradient)
        }
    }
}

extension GradientSum {
    /// Σ s_n, row-major.
    var firstElements: [Float] { Array(UnsafeBufferPointer(start: first.elements, count: first.count)) }
    /// Σ (factor_n · s_n)², row-major; empty without second order.
    var secondElements: [Float] {
        second.map { Array(UnsafeBufferPointer(start: $0.elements, count: $0.count)) } ?? []
    }
}
