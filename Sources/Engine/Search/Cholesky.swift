internal import CKernels

/// The lower triangular factor L of a symmetric positive definite matrix, L Lᵀ = A.
struct Cholesky: Sendable {
    /// Rows of L one after another without the zeros: row i begins at i (i + 1) / 2.
    private(set) var lower: [Double]
    /// Rows of the matrix.
    private(set) var count: Int
    /// What had to be added to the diagonal.
    let jitter: Double

    /// Factors the row-major matrix `[count, count]`, of which the lower triangle is read.
    ///
    /// If rounding has made the matrix indefinite, 1e-10 … 1e-4 times the mean of its diagonal is added, ten times more
    /// at each attempt; `nil` if that does not help.
    init?(_ matrix: [Double], count: Int) {
        precondition(matrix.count == count * count, "a square matrix")
        var mean = 0.0
        for i in 0..<count { mean += matrix[i * count + i] }
        mean /= Double(max(1, count))
        for relative in [0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4] {
            if let factor = Self.factor(matrix, count: count, added: relative * mean) {
                lower = factor
                self.count = count
                jitter = relative * mean
                return
            }
        }
        return nil
    }

    private static func factor(_ matrix: [Double], count: Int, added: Double) -> [Double]? {
        var lower = [Double](repeating: 0, count: count * (count + 1) / 2)
        let succeeded = lower.withUnsafeMutableBufferPointer { lower in
            matrix.withUnsafeBufferPointer { matrix in
                for i in 0..<count {
                    let row = i * (i + 1) / 2
                    for j in 0...i {
                        let other = j * (j + 1) / 2
                        var sum = matrix[i * count + j]
                        if i == j { sum += added }
                        sum -= dot(UnsafeBufferPointer(lower), row, UnsafeBufferPointer(lower), other, j)
                        if i == j {
                            guard sum > 0, sum.isFinite else { return false }
                            lower[row + j] = sum.squareRoot()
                        } else {
                            lower[row + j] = sum / lower[other + j]
                        }
                    }
                }
                return true
            }
        }
        return succeeded ? lower : nil
    }

    /// Four running sums in a fixed order: a single one would wait for each addition. Factoring, appending and solving
    /// all use it, so that a factor that grew row by row has the bits of one made at once.
    @inline(__always)
    private static func dot(
        _ a: UnsafeBufferPointer<Double>, _ x: Int, _ b: UnsafeBufferPointer<Double>, _ y: Int, _ count: Int
    ) -> Double {
        var sums = SIMD4<Double>.zero
        var k = 0
        while k + 4 <= count {
            let left = SIMD4<Double>(a[x + k], a[x + k + 1], a[x + k + 2], a[x + k + 3])
            let right = SIMD4<Double>(b[y + k], b[y + k + 1], b[y + k + 2], b[y + k + 3])
            sums += left * right
            k += 4
        }
        var rest = 0.0
        while k < count {
            rest += a[x + k] * b[y + k]
            k += 1
        }
        return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + rest
    }

    /// ln |A|.
    var logDeterminant: Double {
        var sum = 0.0
        for i in 0..<count { sum += DeterministicMath.log(lower[i * (i + 1) / 2 + i]) }
        return 2 * sum
    }

    /// L⁻¹ b.
    func solveLower(_ b: [Double]) -> [Double] {
        precondition(b.count == count, "one value per row")
        var x = b
        x.withUnsafeMutableBufferPointer { x in
            lower.withUnsafeBufferPointer { lower in
                for i in 0..<count {
                    let row = i * (i + 1) / 2
                    x[i] = (x[i] - Self.dot(lower, row, UnsafeBufferPointer(x), 0, i)) / lower[row + i]
                }
            }
        }
        return x
    }

    /// The lower triangle of A⁻¹, row-major `[count, count]`; the rest is 0.
    func inverse() -> [Double] {
        // Column j of L⁻¹ lies at j · count, so that both steps walk along memory.
        var columns = [Double](repeating: 0, count: count * count)
        var result = [Double](repeating: 0, count: count * count)
        columns.withUnsafeMutableBufferPointer { columns in
            lower.withUnsafeBufferPointer { lower in
                for j in 0..<count {
                    columns[j * count + j] = 1 / lower[j * (j + 1) / 2 + j]
                    for i in (j + 1)..<max(count, j + 1) {
                        let row = i * (i + 1) / 2
                        let sum = Self.dot(lower, row + j, UnsafeBufferPointer(columns), j * count + j, i - j)
                        columns[j * count + i] = -sum / lower[row + i]
                    }
                }
            }
            result.withUnsafeMutableBufferPointer { result in
                let columns = UnsafeBufferPointer(columns)
                for i in 0..<count {
                    for j in 0...i {
                        result[i * count + j] = Self.dot(columns, i * count + i, columns, j * count + i, count - i)
                    }
                }
            }
        }
        return result
    }

    /// A⁻¹ b.
    func solve(_ b: [Double]) -> [Double] {
        var x = solveLower(b)
        for i in (0..<count).reversed() {
            let row = i * (i + 1) / 2
            x[i] /= lower[row + i]
            let value = x[i]
            for k in 0..<i { x[k] -= lower[row + k] * value }
        }
        return x
    }

    /// |L⁻¹ b|² for eight vectors at once, `columns[row]` holding the eight values of a row; overwrites them.
    func squaredNormsOfSolveLower(_ columns: inout [SIMD8<Double>]) -> SIMD8<Double> {
        precondition(columns.count == count, "one value per row")
        var norms = SIMD8<Double>.zero
        lower.withUnsafeBufferPointer { lower in
            columns.withUnsafeMutableBytes { columns in
                withUnsafeMutableBytes(of: &norms) { norms in
                    guard let lower = lower.baseAddress, let norms = norms.baseAddress,
                        let columns = columns.baseAddress
                    else { return }
                    qpx_solve_lower_norms(
                        lower, Int64(count), columns.assumingMemoryBound(to: Double.self),
                        norms.assumingMemoryBound(to: Double.self))
                }
            }
        }
        return norms
    }

    /// Appends a row: `cross` are the covariances with the rows so far, `diagonal` the new diagonal element.
    ///
    /// - Returns: whether the larger matrix is positive definite; if not, nothing has changed.
    mutating func append(cross: [Double], diagonal: Double) -> Bool {
        let row = solveLower(cross)
        let rest = row.withUnsafeBufferPointer { diagonal - Self.dot($0, 0, $0, 0, count) }
        guard rest > 0, rest.isFinite else { return false }
        lower += row
        lower.append(rest.squareRoot())
        count += 1
        return true
    }
}
