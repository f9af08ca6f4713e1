/// An orthonormal basis of a block Krylov space of G = MᵀM, and G seen in it.
struct KrylovSpace {
    private let matrix: TallMatrix
    private var random: RandomSource
    private var basis: [VectorBlock] = []
    /// `projected[j][i]`: Vᵢᵀ G V_j for i ≤ j, row by row.
    private var projected: [[[SIMD8<Double>]]] = []
    /// The next block, and how G V_j leads into it (upper triangular): G V_j = Σ Vᵢ projected[j][i] + next · coupling.
    private var next: VectorBlock = []
    private var coupling: [SIMD8<Double>] = []
    /// Vectors in the basis that are not zero, and how many more `next` has.
    private var dimension = 0
    private var newVectors = 0

    init(_ matrix: TallMatrix, random: RandomSource) {
        self.matrix = matrix
        self.random = random
        var first = VectorBlock(repeating: .zero, count: matrix.columns)
        for j in first.indices {
            for lane in 0..<8 { first[j][lane] = self.random.normal() }
        }
        orthonormalise(first, reference: 0)
    }

    /// Blocks in the basis.
    var blocks: Int { basis.count }
    /// Whether the basis spans everything.
    private(set) var isComplete = false

    /// Takes the next block into the basis and finds the one after it.
    mutating func extend() {
        guard !isComplete else { return }
        let block = next
        basis.append(block)
        dimension += newVectors
        var image = matrix.transposedTimes(matrix.times(block))
        let reference = Self.longest(image)
        var column = basis.map { _ in [SIMD8<Double>](repeating: .zero, count: 8) }
        // Twice: once leaves what rounding made of a large part that was taken off.
        for _ in 0..<2 {
            for (i, other) in basis.enumerated() {
                let share = Self.inner(other, image)
                Self.subtract(other, share, from: &image)
                for lane in 0..<8 { column[i][lane] += share[lane] }
            }
        }
        projected.append(column)
        isComplete = dimension >= matrix.columns
        if !isComplete { orthonormalise(image, reference: reference) }
    }

    /// Makes the eight vectors orthonormal to one another (they are orthogonal to the basis already). One that vanishes is
    /// replaced by a random one; beyond the space's dimension there are zeros.
    /// - Parameter reference: the length before what is in the basis was taken off.
    private mutating func orthonormalise(_ block: VectorBlock, reference: Double) {
        let rows = matrix.columns
        let room = min(8, rows - dimension)
        var result = VectorBlock(repeating: .zero, count: rows)
        coupling = [SIMD8<Double>](repeating: .zero, count: 8)
        for lane in 0..<room {
            var vector = block.map { $0[lane] }
            var isReplacement = false
            while true {
                for _ in 0..<2 {
                    for earlier in 0..<lane {
                        var dot = 0.0
                        for i in 0..<rows { dot += result[i][earlier] * vector[i] }
                        for i in 0..<rows { vector[i] -= dot * result[i][earlier] }
                        if !isReplacement { coupling[earlier][lane] += dot }
                    }
                }
                let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
                if length > 1e-12 * reference, length > 0 {
                    for i in 0..<rows { result[i][lane] = vector[i] / length }
                    if !isReplacement { coupling[lane][lane] = length }
                    break
                }
                isReplacement = true
                vector = orthogonalToBasis((0..<rows).map { _ in random.normal() }, reference: reference)
            }
        }
        newVectors = room
        next = result
    }

    private static func longest(_ block: VectorBlock) -> Double {
        let squares = block.reduce(SIMD8<Double>.zero) { $0 + $1 * $1 }
        return squares.max().squareRoot()
    }

    /// A random vector without its part in the basis, as long as the vectors it stands among.
    private func orthogonalToBasis(_ vector: [Double], reference: Double) -> [Double] {
        var block = vector.map { SIMD8<Double>($0, 0, 0, 0, 0, 0, 0, 0) }
        for _ in 0..<2 {
            for other in basis { Self.subtract(other, Self.inner(other, block), from: &block) }
        }
        let length = block.reduce(0) { $0 + $1[0] * $1[0] }.squareRoot()
        let factor = length > 0 ? (reference > 0 ? reference : 1) / length : 0
        return block.map { $0[0] * factor }
    }

    /// The `count` leading Ritz pairs.
    func ritzPairs(_ count: Int) -> RitzPairs {
        let size = 8 * basis.count
        var dense = [Double](repeating: 0, count: size * size)
        for (j, column) in projected.enumerated() {
            for (i, part) in column.enumerated() {
                for a in 0..<8 {
                    for b in 0..<8 {
                        // Both halves get the mean of what was found on either side of the diagonal.
                        let value = i == j ? (part[a][b] + part[b][a]) / 2 : part[a][b]
                        dense[(8 * i + a) * size + 8 * j + b] = value
                        dense[(8 * j + b) * size + 8 * i + a] = value
                    }
                }
            }
        }
        let eigen = DenseSymmetricEigen(dense, size: size)
        let kept = min(count, size)
        let residuals = (0..<kept).map { k -> Double in
            guard !isComplete else { return 0 }
            let last = Array(eigen.vectors[k].suffix(8))
            let leads = coupling.map { row in (0..<8).reduce(0.0) { $0 + row[$1] * last[$1] } }
            return leads.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        return RitzPairs(
            values: Array(eigen.values.prefix(kept)), vectors: Array(eigen.vectors.prefix(kept)), residuals: residuals)
    }

    /// The vectors of the given coefficients.
    func vectors(_ coefficients: [[Double]]) -> [[Double]] {
        coefficients.map { coefficients in
            var vector = [Double](repeating: 0, count: matrix.columns)
            for (b, block) in basis.enumerated() {
                var weights = SIMD8<Double>.zero
                for lane in 0..<8 { weights[lane] = coefficients[8 * b + lane] }
                for i in vector.indices { vector[i] += (block[i] * weights).sum() }
            }
            return vector
        }
    }

    /// Vᵀ W, row by row.
    private static func inner(_ v: VectorBlock, _ w: VectorBlock) -> [SIMD8<Double>] {
        v.withUnsafeBufferPointer { v in
            w.withUnsafeBufferPointer { w in
                var (r0, r1, r2, r3) = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
                var (r4, r5, r6, r7) = (r0, r1, r2, r3)
                for i in v.indices {
                    let (a, b) = (v[i], w[i])
                    r0 += a[0] * b
                    r1 += a[1] * b
                    r2 += a[2] * b
                    r3 += a[3] * b
                    r4 += a[4] * b
                    r5 += a[5] * b
                    r6 += a[6] * b
                    r7 += a[7] * b
                }
                return [r0, r1, r2, r3, r4, r5, r6, r7]
            }
        }
    }

    /// W − V C.
    private static func subtract(_ v: VectorBlock, _ c: [SIMD8<Double>], from w: inout VectorBlock) {
        let (c0, c1, c2, c3, c4, c5, c6, c7) = (c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7])
        v.withUnsafeBufferPointer { v in
            w.withUnsafeMutableBufferPointer { w in
                for i in v.indices {
                    let a = v[i]
                    let low = (a[0] * c0 + a[1] * c1) + (a[2] * c2 + a[3] * c3)
                    let high = (a[4] * c4 + a[5] * c5) + (a[6] * c6 + a[7] * c7)
                    w[i] -= low + high
                }
            }
        }
    }
}
