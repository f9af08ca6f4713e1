internal import CKernels

/// Products of activations with stored matrices, and with each other.
///
/// Every element sums over the inner axis in ascending order with fused multiply-adds, so the digits don't depend on
/// how many rows are computed together or on how many threads.
enum MatrixProduct {
    /// y = x · Wᵀ.  x: `[tokens, in]`, W: `[out, in]`, y: `[tokens, out]`.
    static func forward(
        _ x: Activation, _ weight: WeightMatrix, into y: Activation, accumulate: Bool = false, parallelism: Parallelism
    ) {
        precondition(x.columns == weight.columns && y.columns == weight.rows && x.rows == y.rows, "forward shapes")
        weight.withKernelMatrix { matrix in
            run(
                m: x.rows, n: weight.rows, k: weight.columns, a: x.elements, aRow: x.columns, aColumn: 1, b: matrix,
                isTransposed: true, c: y.elements, accumulate: accumulate, parallelism: parallelism)
        }
    }

    /// dx = dy · W.  dy: `[tokens, out]`, W: `[out, in]`, dx: `[tokens, in]`.
    static func backward(
        _ dy: Activation, _ weight: WeightMatrix, into dx: Activation, accumulate: Bool, parallelism: Parallelism
    ) {
        precondition(dy.columns == weight.rows && dx.columns == weight.columns && dy.rows == dx.rows, "backward shapes")
        weight.withKernelMatrix { matrix in
            run(
                m: dy.rows, n: weight.columns, k: weight.rows, a: dy.elements, aRow: dy.columns, aColumn: 1, b: matrix,
                isTransposed: false, c: dx.elements, accumulate: accumulate, parallelism: parallelism)
        }
    }

    /// dW += dyᵀ · x, if W is trained.  dy: `[tokens, out]`, x: `[tokens, in]`, W: `[out, in]`.
    static func weightGradient(
        _ dy: Activation, _ x: Activation, of weight: Parameter, parallelism: Parallelism
    ) {
        guard let gradient = weight.gradient else { return }
        precondition(dy.rows == x.rows && weight.shape == [dy.columns, x.columns], "gradient shapes")
        run(
            m: dy.columns, n: x.columns, k: dy.rows, a: dy.elements, aRow: 1, aColumn: dy.columns,
            b: dense(x), isTransposed: false, c: gradient, accumulate: true, parallelism: parallelism)
    }

    /// gradient = dyᵀ · x over the given rows (added to it if `accumulate`).
    /// dy: `[tokens, out]`, x: `[tokens, in]`, gradient: `[out, in]`.
    static func weightGradient(
        _ dy: Activation, _ x: Activation, rows: Range<Int>, into gradient: Activation, accumulate: Bool,
        parallelism: Parallelism
    ) {
        precondition(dy.rows == x.rows && rows.lowerBound >= 0 && rows.upperBound <= dy.rows, "gradient rows")
        precondition(gradient.rows == dy.columns && gradient.columns == x.columns, "gradient shapes")
        run(
            m: dy.columns, n: x.columns, k: rows.count, a: dy.row(rows.lowerBound), aRow: 1, aColumn: dy.columns,
            b: dense(x, from: rows.lowerBound), isTransposed: false, c: gradient.elements, accumulate: accumulate,
            parallelism: parallelism)
    }

    private static func dense(_ x: Activation, from row: Int = 0) -> qpx_matrix {
        qpx_matrix(
            kind: Int32(QPX_F32), bits: 32, block: 0, columns: Int64(x.columns), data: x.row(row),
            scales: qpx_scales(), table: nil)
    }

    private static func run(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, aRow: Int, aColumn: Int, b: qpx_matrix, isTransposed: Bool,
        c: UnsafeMutablePointer<Float>, accumulate: Bool, parallelism: Parallelism
    ) {
        let whole = ProductPart(
            product: qpx_product(
                m: Int64(m), n: Int64(n), k: Int64(k), a: a, a_row: Int64(aRow), a_column: Int64(aColumn), b: b,
                b_row: 0, b_column: 0, b_transposed: isTransposed ? 1 : 0, c: c, c_row: Int64(n),
                accumulate: accumulate ? 1 : 0))
        // Below this, waking another thread costs more than it saves.
        let parallelism = m * n * k < 1 << 17 ? .serial : parallelism
        if m >= n {
            parallelism.overRows(m, multipleOf: 12) { whole.multiply(rows: $0, columns: 0..<n) }
        } else {
            parallelism.overRows(n, multipleOf: 32) { whole.multiply(rows: 0..<m, columns: $0) }
        }
    }
}

/// A product that several threads compute disjoint parts of.
private struct ProductPart: @unchecked Sendable {
    let product: qpx_product

    func multiply(rows: Range<Int>, columns: Range<Int>) {
        var part = product
        part.m = Int64(rows.count)
        part.n = Int64(columns.count)
        part.a = product.a + rows.lowerBound * Int(product.a_row)
        part.c = product.c + rows.lowerBound * Int(product.c_row) + columns.lowerBound
        if product.b_transposed != 0 {
            part.b_row = Int64(columns.lowerBound)
        } else {
            part.b_column = Int64(columns.lowerBound)
        }
        if qpx_multiply(&part) != 0 { Kernels.outOfMemory() }
    }
}
