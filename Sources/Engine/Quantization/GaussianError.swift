/// What precisions lose of Gaussian weights: how those of the same bits compare before any weight of a model is looked at.
enum GaussianError {
    /// ‖W − Q(W)‖² / ‖W‖² of a fixed matrix of 64 × 256 standard normal numbers.
    static func of(_ precision: any Precision) -> Double {
        sample.withUnsafeBufferPointer { precision.relativeError(of: $0, rows: 64, columns: 256) }
    }

    /// −½ log₂ of a relative squared error: each halving of the root of the mean square is one bit.
    static func bits(_ error: Double) -> Double {
        -0.5 * DeterministicMath.log(max(error, 1e-30)) / DeterministicMath.log(2)
    }

    private static let sample: [Float] = {
        var random = RandomSource(seed: 0).derived("Gaussian weights")
        return (0..<64 * 256).map { _ in Float(random.normal()) }
    }()
}
