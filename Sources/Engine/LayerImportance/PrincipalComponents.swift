/// The leading principal components of samples, each scaled to variance 1.
///
/// The covariance matrix is made on the smaller side: `[hidden, hidden]` or, with more dimensions than samples,
/// `[samples, samples]`.
enum PrincipalComponents {
    /// Whitened scores, `[samples, components]` with at most `count` components; directions with no variance (below 1e-12 of the
    /// largest) are left out.
    static func whitened(_ samples: Tensor, count: Int, parallelism: Parallelism = .serial) -> Tensor {
        let rows = samples.rows
        let columns = samples.columns
        guard rows > 1, columns > 0, count > 0 else { return Tensor(zeros: rows, 0) }
        let centred = centredColumns(samples)
        let useSamples = rows < columns
        let size = useSamples ? rows : columns
        let gram =
            useSamples
            ? gramOfRows(centred, rows, columns, parallelism) : gramOfColumns(centred, rows, columns, parallelism)
        let eigen = SymmetricEigen(leading: count, of: gram, size: size, parallelism: parallelism)
        let floor = 1e-12 * (eigen.values.first ?? 0)
        let kept = eigen.values.indices.filter { eigen.values[$0] > floor && eigen.values[$0] > 0 }
        let rootSamples = Double(rows).squareRoot()
        var scores = [Float](repeating: 0, count: rows * kept.count)
        for (k, index) in kept.enumerated() {
            let vector = eigen.vectors[index]
            for row in 0..<rows {
                let score: Double
                if useSamples {
                    // A left singular vector is the whitened score already.
                    score = vector[row] * rootSamples
                } else {
                    var sum = 0.0
                    for column in 0..<columns { sum += Double(centred[row * columns + column]) * vector[column] }
                    score = sum / eigen.values[index].squareRoot() * rootSamples
                }
                scores[row * kept.count + k] = Float(score)
            }
        }
        return Tensor(scores, shape: [rows, kept.count])
    }

    private static func centredColumns(_ samples: Tensor) -> [Float] {
        let rows = samples.rows
        let columns = samples.columns
        var means = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns { means[column] += Double(samples.elements[row * columns + column]) }
        }
        for column in 0..<columns { means[column] /= Double(rows) }
        var result = samples.elements
        for row in 0..<rows {
            for column in 0..<columns {
                let at = row * columns + column
                result[at] = Float(Double(result[at]) - means[column])
            }
        }
        return result
    }

    private static func gramOfRows(_ x: [Float], _ rows: Int, _ columns: Int, _ parallelism: Parallelism) -> [Double] {
        symmetric(
            parallelism.map(rows) { i in
                x.withUnsafeBufferPointer { x in
                    (0...i).map { j in
                        var sums = SIMD8<Double>.zero
                        var k = 0
                        while k + 8 <= columns {
                            for lane in 0..<8 {
                                sums[lane] += Double(x[i * columns + k + lane]) * Double(x[j * columns + k + lane])
                            }
                            k += 8
                        }
                        var rest = 0.0
                        while k < columns {
                            rest += Double(x[i * columns + k]) * Double(x[j * columns + k])
                            k += 1
                        }
                        return sums.sum() + rest
                    }
                }
            })
    }

    private static func gramOfColumns(_ x: [Float], _ rows: Int, _ columns: Int, _ parallelism: Parallelism) -> [Double]
    {
        symmetric(
            parallelism.map(columns) { i in
                x.withUnsafeBufferPointer { x in
                    var line = [Double](repeating: 0, count: i + 1)
                    line.withUnsafeMutableBufferPointer { line in
                        for row in 0..<rows {
                            let base = row * columns
                            let value = Double(x[base + i])
                            for j in 0...i { line[j] += value * Double(x[base + j]) }
                        }
                    }
                    return line
                }
            })
    }

    private static func symmetric(_ lower: [[Double]]) -> [Double] {
        let size = lower.count
        var matrix = [Double](repeating: 0, count: size * size)
        for i in 0..<size {
            for j in 0...i {
                matrix[i * size + j] = lower[i][j]
                matrix[j * size + i] = lower[i][j]
            }
        }
        return matrix
    }
}
