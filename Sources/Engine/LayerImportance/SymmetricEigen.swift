/// Leading eigenvalues and eigenvectors of a symmetric positive semidefinite matrix, in float64, deterministic.
///
/// Subspace iteration with a Rayleigh–Ritz step: the subspace is multiplied by the matrix, made orthonormal, and the small
/// projected matrix is diagonalised by Jacobi rotations. Source: Golub & Van Loan 2013, "Matrix Computations", 8.2.4, 8.5.
struct SymmetricEigen {
    /// Descending.
    let values: [Double]
    /// `vectors[k]` belongs to `values[k]`, unit length, the component of largest magnitude positive.
    let vectors: [[Double]]

    /// The `count` leading pairs of the row-major `matrix`, `[size, size]`.
    init(leading count: Int, of matrix: [Double], size: Int, parallelism: Parallelism = .serial) {
        precondition(matrix.count == size * size, "a square matrix")
        let wanted = min(count, size)
        // Some more than wanted: convergence goes with the gap to the first eigenvalue left out.
        let width = min(size, wanted + 8)
        var random = RandomSource(seed: 0x5eed).derived("subspace")
        var basis = Self.orthonormal((0..<width).map { _ in (0..<size).map { _ in random.normal() } })
        var previous: [Double] = []
        for _ in 0..<300 {
            let source = basis
            let images = parallelism.map(width) { Self.product(matrix, size, source[$0]) }
            var small = [Double](repeating: 0, count: width * width)
            for i in 0..<width {
                for j in 0..<width { small[i * width + j] = Self.dot(basis[i], images[j]) }
            }
            let (values, rotation) = Self.jacobi(small, size: width)
            // Ritz vectors of the images, so that the next step starts from the power of the matrix.
            basis = Self.orthonormal(
                (0..<width).map { k in
                    var vector = [Double](repeating: 0, count: size)
                    for j in 0..<width {
                        let factor = rotation[j * width + k]
                        for i in 0..<size { vector[i] += factor * images[j][i] }
                    }
                    return vector
                })
            let largest = abs(values.first ?? 0)
            let settled =
                previous.count == values.count
                && zip(previous, values).prefix(wanted).allSatisfy { abs($0 - $1) <= 1e-10 * largest }
            previous = values
            if settled || largest == 0 { break }
        }
        values = Array(previous.prefix(wanted)).map { max(0, $0) }
        vectors = basis.prefix(wanted).map { vector in
            var at = 0
            for i in 0..<size where abs(vector[i]) > abs(vector[at]) { at = i }
            return vector[at] < 0 ? vector.map { -$0 } : vector
        }
    }

    private static func product(_ matrix: [Double], _ size: Int, _ vector: [Double]) -> [Double] {
        matrix.withUnsafeBufferPointer { matrix in
            vector.withUnsafeBufferPointer { vector in
                (0..<size).map { row in
                    var sums = SIMD4<Double>.zero
                    var k = 0
                    let base = row * size
                    while k + 4 <= size {
                        for lane in 0..<4 { sums[lane] += matrix[base + k + lane] * vector[k + lane] }
                        k += 4
                    }
                    var rest = 0.0
                    while k < size {
                        rest += matrix[base + k] * vector[k]
                        k += 1
                    }
                    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + rest
                }
            }
        }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<a.count { sum += a[i] * b[i] }
        return sum
    }

    /// Gram–Schmidt, twice; a vector that vanishes is replaced by the first axis that does not.
    private static func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
        var result: [[Double]] = []
        for vector in vectors {
            var candidate = vector
            var axis = -1
            while true {
                let length = dot(candidate, candidate).squareRoot()
                for _ in 0..<2 {
                    for other in result {
                        let share = dot(candidate, other)
                        for i in 0..<candidate.count { candidate[i] -= share * other[i] }
                    }
                }
                let rest = dot(candidate, candidate).squareRoot()
                if rest > 1e-10 * length, rest > 0 {
                    result.append(candidate.map { $0 / rest })
                    break
                }
                axis += 1
                candidate = [Double](repeating: 0, count: vector.count)
                candidate[axis % vector.count] = 1
            }
        }
        return result
    }

    /// All eigenvalues, descending, and eigenvectors (columns, row-major) of a small symmetric matrix.
    static func jacobi(_ matrix: [Double], size: Int) -> (values: [Double], vectors: [Double]) {
        var a = matrix
        var v = [Double](repeating: 0, count: size * size)
        for i in 0..<size { v[i * size + i] = 1 }
        for _ in 0..<60 {
            var off = 0.0
            var diagonal = 0.0
            for i in 0..<size {
                diagonal += a[i * size + i] * a[i * size + i]
                for j in 0..<i { off += a[i * size + j] * a[i * size + j] }
            }
            if off <= 1e-30 * diagonal { break }
            for p in 0..<size {
                for q in p + 1..<max(size, p + 1) {
                    let apq = 0.5 * (a[p * size + q] + a[q * size + p])
                    guard apq != 0 else { continue }
                    let theta = (a[q * size + q] - a[p * size + p]) / (2 * apq)
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (1 + theta * theta).squareRoot())
                    let c = 1 / (1 + t * t).squareRoot()
                    let s = t * c
                    for k in 0..<size {
                        let (x, y) = (a[k * size + p], a[k * size + q])
                        a[k * size + p] = c * x - s * y
                        a[k * size + q] = s * x + c * y
                    }
                    for k in 0..<size {
                        let (x, y) = (a[p * size + k], a[q * size + k])
                        a[p * size + k] = c * x - s * y
                        a[q * size + k] = s * x + c * y
                        let (vx, vy) = (v[k * size + p], v[k * size + q])
                        v[k * size + p] = c * vx - s * vy
                        v[k * size + q] = s * vx + c * vy
                    }
                }
            }
        }
        let order = (0..<size).sorted { (-a[$0 * size + $0], $0) < (-a[$1 * size + $1], $1) }
        var vectors = [Double](repeating: 0, count: size * size)
        for (k, from) in order.enumerated() {
            for i in 0..<size { vectors[i * size + k] = v[i * size + from] }
        }
        return (order.map { a[$0 * size + $0] }, vectors)
    }
}
