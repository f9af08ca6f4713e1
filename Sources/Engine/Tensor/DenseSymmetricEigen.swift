/// All eigenvalues and eigenvectors of a symmetric matrix, in float64, deterministic.
///
/// Householder reflections make the matrix tridiagonal, implicit symmetric QR steps with Wilkinson's shift make that
/// diagonal. Source: Golub & Van Loan 2013, "Matrix Computations", algorithms 8.3.1 to 8.3.3.
struct DenseSymmetricEigen {
    /// Descending.
    let values: [Double]
    /// `vectors[k]` belongs to `values[k]`, unit length.
    let vectors: [[Double]]

    /// The eigenpairs of the row-major `matrix`, `[size, size]`, of which both halves are read.
    init(_ matrix: [Double], size: Int) {
        precondition(matrix.count == size * size, "a square matrix")
        var state = State(matrix, size: size)
        state.tridiagonalise()
        state.diagonalise()
        let diagonal = state.diagonal
        let order = (0..<size).sorted { (-diagonal[$0], $0) < (-diagonal[$1], $1) }
        values = order.map { diagonal[$0] }
        vectors = order.map { Array(state.vectors[($0 * size)..<(($0 + 1) * size)]) }
    }

    private struct State {
        let size: Int
        var matrix: [Double]
        /// Row i becomes the i-th eigenvector: rotations then combine rows, which lie together.
        var vectors: [Double]
        var diagonal: [Double]
        var beside: [Double]

        init(_ matrix: [Double], size: Int) {
            self.size = size
            self.matrix = matrix
            vectors = [Double](repeating: 0, count: size * size)
            for i in 0..<size { vectors[i * size + i] = 1 }
            diagonal = []
            beside = []
        }

        /// A becomes Qᵀ A Q, tridiagonal; `vectors` becomes Qᵀ.
        mutating func tridiagonalise() {
            let n = size
            var reflectors: [(start: Int, vector: [Double])] = []
            for k in 0..<max(0, n - 2) {
                let start = k + 1
                var v = (start..<n).map { matrix[$0 * n + k] }
                let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
                guard length > 0 else { continue }
                v[0] += v[0] < 0 ? -length : length
                let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
                for i in v.indices { v[i] /= norm }
                reflect(start: start, v)
                reflectors.append((start, v))
            }
            // Q = H₁ H₂ …, applied to the identity from the last, so that its zeros are used.
            for (start, v) in reflectors.reversed() {
                vectors.withUnsafeMutableBufferPointer { q in
                    for row in start..<n {
                        var dot = 0.0
                        for i in v.indices { dot += q[row * n + start + i] * v[i] }
                        for i in v.indices { q[row * n + start + i] -= 2 * dot * v[i] }
                    }
                }
            }
            diagonal = (0..<n).map { matrix[$0 * n + $0] }
            beside = (0..<max(0, n - 1)).map { matrix[($0 + 1) * n + $0] }
            matrix = []
        }

        /// A becomes H A H with H = 1 − 2 v vᵀ on the rows and columns from `start` on; A − 2(v wᵀ + w vᵀ) with
        /// w = A v − (vᵀ A v) v.
        private mutating func reflect(start: Int, _ v: [Double]) {
            let n = size
            matrix.withUnsafeMutableBufferPointer { a in
                // The column left of the block: only its first entry survives.
                let k = start - 1
                var dot = 0.0
                for i in v.indices { dot += a[(start + i) * n + k] * v[i] }
                for i in v.indices {
                    let value = a[(start + i) * n + k] - 2 * dot * v[i]
                    a[(start + i) * n + k] = value
                    a[k * n + start + i] = value
                }
                var w = [Double](repeating: 0, count: v.count)
                for i in v.indices {
                    var sum = 0.0
                    for j in v.indices { sum += a[(start + i) * n + start + j] * v[j] }
                    w[i] = sum
                }
                var share = 0.0
                for i in v.indices { share += v[i] * w[i] }
                for i in v.indices { w[i] -= share * v[i] }
                for i in v.indices {
                    let (x, y) = (2 * v[i], 2 * w[i])
                    for j in v.indices { a[(start + i) * n + start + j] -= x * w[j] + y * v[j] }
                }
            }
        }

        mutating func diagonalise() {
            var high = size - 1
            var rounds = 0
            while high > 0, rounds < 60 * size {
                for i in 0..<high
                where abs(beside[i]) <= 0x1p-53 * (abs(diagonal[i]) + abs(diagonal[i + 1])) { beside[i] = 0 }
                if beside[high - 1] == 0 {
                    high -= 1
                    continue
                }
                var low = high - 1
                while low > 0, beside[low - 1] != 0 { low -= 1 }
                step(low, high)
                rounds += 1
            }
        }

        /// One implicit QR step on rows `low` to `high`.
        private mutating func step(_ low: Int, _ high: Int) {
            let n = size
            let half = (diagonal[high - 1] - diagonal[high]) / 2
            let last = beside[high - 1]
            let root = (half * half + last * last).squareRoot()
            let shift = diagonal[high] - last * last / (half + (half < 0 ? -root : root))
            var x = diagonal[low] - shift
            var z = beside[low]
            for k in low..<high {
                let r = (x * x + z * z).squareRoot()
                let c = r > 0 ? x / r : 1
                let s = r > 0 ? -z / r : 0
                if k > low { beside[k - 1] = r }
                let (first, second, between) = (diagonal[k], diagonal[k + 1], beside[k])
                diagonal[k] = c * c * first - 2 * c * s * between + s * s * second
                diagonal[k + 1] = s * s * first + 2 * c * s * between + c * c * second
                beside[k] = c * s * (first - second) + (c * c - s * s) * between
                x = beside[k]
                if k < high - 1 {
                    z = -s * beside[k + 1]
                    beside[k + 1] *= c
                }
                vectors.withUnsafeMutableBufferPointer { q in
                    for i in 0..<n {
                        let (a, b) = (q[k * n + i], q[(k + 1) * n + i])
                        q[k * n + i] = c * a - s * b
                        q[(k + 1) * n + i] = s * a + c * b
                    }
                }
            }
        }
    }
}
