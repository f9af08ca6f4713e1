/// A covariance function: how much two points have in common.
protocol Kernel: Sendable {
    /// What the function compares.
    associatedtype Point: Sendable

    /// Prior covariance of the values at two points.
    func covariance(_ a: Point, _ b: Point) -> Double
}

extension Kernel {
    /// Row-major covariance matrix `[count, count]` of all pairs.
    func matrix(_ points: [Point]) -> [Double] {
        let count = points.count
        var matrix = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0...i {
                let value = covariance(points[i], points[j])
                matrix[i * count + j] = value
                matrix[j * count + i] = value
            }
        }
        return matrix
    }
}

/// Σ ((aᵢ − bᵢ) / lengthScaleᵢ)².
func scaledSquaredDistance(_ a: [Double], _ b: [Double], _ lengthScales: [Double]) -> Double {
    precondition(a.count == b.count && a.count == lengthScales.count, "one length scale per coordinate")
    var sum = 0.0
    for i in 0..<a.count {
        let difference = (a[i] - b[i]) / lengthScales[i]
        sum += difference * difference
    }
    return sum
}
