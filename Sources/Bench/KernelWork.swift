internal import CKernels
internal import Engine

/// Measurements of single kernels.
struct KernelWork {
    let peer: Peer?
    let rounds: Int

    /// rows × inner × columns of products as they occur in small models.
    static let shapes = [
        (128, 64, 64), (128, 128, 128), (512, 128, 344), (512, 344, 128), (512, 512, 512), (128, 512, 1376),
    ]

    /// c = a · bᵀ in float32, in GFLOP/s; against PyTorch's product and, in a line of its own, NumPy's (OpenBLAS).
    func products() throws -> [Measurement] {
        var results: [Measurement] = []
        for library in peer == nil ? ["torch"] : ["torch", "numpy"] {
            for (rows, inner, columns) in Self.shapes {
                let product = Product(rows: rows, inner: inner, columns: columns)
                let request = Peer.Multiply(rows: rows, columns: columns, inner: inner, library: library)
                let pairs = try Measurement.pairs(
                    rounds: rounds, qpx: { product.fastest(within: 0.05) },
                    peer: peer.map { peer in { try peer.ask(request).seconds ?? .nan } })
                let name = "product \(rows)×\(inner)×\(columns)" + (library == "numpy" ? " (NumPy, OpenBLAS)" : "")
                results.append(
                    Measurement(
                        name, unit: "GFLOP/s", rateOf: 2e-9 * Double(rows) * Double(inner) * Double(columns), pairs))
            }
        }
        return results
    }

    /// Quantization of a 1024 × 4096 matrix, in million weights per second; beside bitsandbytes where it has the precision.
    func quantization() throws -> [Measurement] {
        let (rows, columns) = (1024, 4096)
        var random = RandomSource(seed: 1)
        let weights = (0..<rows * columns).map { _ in Float(random.uniform() - 0.5) }
        return try Precisions.all.map { precision in
            let request = Peer.Quantize(rows: rows, columns: columns, precision: precision.name)
            let isShared = ["nf4", "fp4"].contains(precision.name)
            let answer = isShared ? try peer?.ask(request).seconds : nil
            let other = answer == nil ? nil : peer
            let pairs = try Measurement.pairs(
                rounds: rounds,
                qpx: {
                    weights.withUnsafeBufferPointer { weights in
                        seconds { _ = precision.quantize(weights, rows: rows, columns: columns) }
                    }
                }, peer: other.map { other in { try other.ask(request).seconds ?? .nan } })
            return Measurement(
                "quantize \(precision.name)", unit: "M weights/s", rateOf: 1e-6 * Double(weights.count), pairs)
        }
    }
}

/// One product of matrices of ones.
private struct Product {
    let rows: Int
    let inner: Int
    let columns: Int

    /// Seconds of the fastest of as many products as take `limit` seconds.
    func fastest(within limit: Double) -> Double {
        let a = [Float](repeating: 1, count: rows * inner)
        let b = [Float](repeating: 1, count: columns * inner)
        var c = [Float](repeating: 0, count: rows * columns)
        var best = Double.infinity
        var total = 0.0
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    var product = qpx_product(
                        m: Int64(rows), n: Int64(columns), k: Int64(inner), a: a, a_row: Int64(inner), a_column: 1,
                        b: qpx_matrix(
                            kind: Int32(QPX_F32), bits: 32, block: 0, columns: Int64(inner), data: b,
                            scales: qpx_scales(),
                            table: nil),
                        b_row: 0, b_column: 0, b_transposed: 1, c: c, c_row: Int64(columns), accumulate: 0)
                    while total < limit {
                        let time = seconds { _ = qpx_multiply(&product) }
                        best = min(best, time)
                        total += time
                    }
                }
            }
        }
        return best
    }
}
