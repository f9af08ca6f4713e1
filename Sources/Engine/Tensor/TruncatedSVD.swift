/// The leading singular values and vectors of a matrix, in float64, deterministic.
///
/// Block Krylov iteration with a Rayleigh–Ritz step: an orthonormal basis of span{V, GV, G²V, …} with G = MᵀM grows by
/// blocks of eight vectors, each made orthogonal to all before, until the leading Ritz pairs hold. A matrix whose smaller
/// side has few hundred columns is spanned completely, which makes the result exact; a large one stops long before.
/// Unlike subspace iteration this finds the edge of a flat spectrum, such as that of rounding errors.
///
/// Source: Musco & Musco 2015, "Randomized Block Krylov Methods for Stronger and Faster Approximate Singular Value
/// Decomposition"; Golub & Van Loan 2013, "Matrix Computations", 10.3.6.
struct TruncatedSVD {
    /// Descending; 0 where the matrix has no such component. One below a thousandth of the largest is found roughly: of
    /// the energy it is a millionth.
    let values: [Double]
    /// `left[k]`, `[rows]`, unit length, the component of largest magnitude positive; zeros where the value is 0.
    let left: [[Double]]
    /// `right[k]`, `[columns]`, unit length; zeros where the value is 0.
    let right: [[Double]]

    /// A Ritz pair holds when ‖G x − θ x‖ is at most this times the largest θ.
    private static let tolerance = 1e-6
    /// Most blocks of the basis: 512 vectors.
    private static let mostBlocks = 64

    /// The `rank` leading components of the row-major `matrix`, `[rows, columns]`.
    /// - Parameter random: the first block, and what replaces vectors that vanish.
    init(_ matrix: [Double], rows: Int, columns: Int, rank: Int, random: RandomSource) {
        precondition(matrix.count == rows * columns && rank <= min(rows, columns), "a matrix of at least that rank")
        let isWide = rows < columns
        // The basis lives on the smaller side.
        let tall = TallMatrix(
            isWide ? Self.transposed(matrix, rows: rows, columns: columns) : matrix, rows: max(rows, columns),
            columns: min(rows, columns))
        var space = KrylovSpace(tall, random: random)
        var pairs = RitzPairs(values: [], vectors: [], residuals: [])
        var next = (rank + 7) / 8 + 1
        while true {
            space.extend()
            let isLast = space.isComplete || space.blocks == Self.mostBlocks
            guard isLast || space.blocks >= next else { continue }
            pairs = space.ritzPairs(rank)
            let largest = pairs.values.first ?? 0
            if isLast || pairs.residuals.allSatisfy({ $0 <= Self.tolerance * largest }) { break }
            next = space.blocks + max(2, space.blocks / 4)
        }
        let small = space.vectors(pairs.vectors)
        var values: [Double] = []
        var large: [[Double]] = []
        // σ is the length of M v, which is right also where θ = σ² has lost its digits.
        for (k, image) in tall.images(of: small).enumerated() {
            let length = image.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let isThere = length > 1e-8 * (values.first ?? 0) && length > 0 && k < pairs.values.count
            values.append(isThere ? length : 0)
            large.append(image.map { isThere ? $0 / length : 0 })
        }
        var left = isWide ? small : large
        var right = isWide ? large : small
        for k in 0..<rank {
            if values[k] == 0 {
                left[k] = [Double](repeating: 0, count: rows)
                right[k] = [Double](repeating: 0, count: columns)
                continue
            }
            var at = 0
            for i in 0..<rows where abs(left[k][i]) > abs(left[k][at]) { at = i }
            guard left[k][at] < 0 else { continue }
            for i in 0..<rows { left[k][i] = -left[k][i] }
            for j in 0..<columns { right[k][j] = -right[k][j] }
        }
        self.values = values
        self.left = left
        self.right = right
    }

    private static func transposed(_ matrix: [Double], rows: Int, columns: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: matrix.count) { target, initialized in
            for i in 0..<rows {
                for j in 0..<columns { target[j * rows + i] = matrix[i * columns + j] }
            }
            initialized = matrix.count
        }
    }
}

/// Eight vectors side by side: `rows` of eight numbers.
typealias VectorBlock = [SIMD8<Double>]

/// A matrix with at least as many rows as columns, and its products with blocks of vectors.
struct TallMatrix {
    let rows: Int
    let columns: Int
    private let elements: [Double]

    init(_ elements: [Double], rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// M · V.  V: `[columns]`, result: `[rows]`.
    func times(_ v: VectorBlock) -> VectorBlock {
        elements.withUnsafeBufferPointer { m in
            v.withUnsafeBufferPointer { v in
                (0..<rows).map { i in
                    var sum = SIMD8<Double>.zero
                    for j in 0..<columns { sum += m[i * columns + j] * v[j] }
                    return sum
                }
            }
        }
    }

    /// Mᵀ · Y.  Y: `[rows]`, result: `[columns]`.
    func transposedTimes(_ y: VectorBlock) -> VectorBlock {
        var result = VectorBlock(repeating: .zero, count: columns)
        elements.withUnsafeBufferPointer { m in
            result.withUnsafeMutableBufferPointer { result in
                for i in 0..<rows {
                    let factor = y[i]
                    for j in 0..<columns { result[j] += m[i * columns + j] * factor }
                }
            }
        }
        return result
    }

    /// M v for each of the vectors.
    func images(of vectors: [[Double]]) -> [[Double]] {
        var images: [[Double]] = []
        for start in stride(from: 0, to: vectors.count, by: 8) {
            let count = min(8, vectors.count - start)
            var block = VectorBlock(repeating: .zero, count: columns)
            for k in 0..<count {
                for j in 0..<columns { block[j][k] = vectors[start + k][j] }
            }
            let image = times(block)
            for k in 0..<count { images.append(image.map { $0[k] }) }
        }
        return images
    }
}

/// Approximate eigenpairs of MᵀM.
struct RitzPairs {
    /// Descending.
    var values: [Double]
    /// Coefficients in the basis.
    var vectors: [[Double]]
    /// ‖G x − θ x‖.
    var residuals: [Double]
}
