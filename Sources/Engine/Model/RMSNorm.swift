internal import CKernels

/// y = x / rms(x) · weight, rms over the hidden dimension.
///
/// Source: Zhang & Sennrich 2019, "Root Mean Square Layer Normalization".
enum RMSNorm {
    /// x, y: `[tokens, hidden]`; `inverse`, if given, receives 1 / rms per token.
    static func forward(
        _ x: Activation, weight: Parameter, epsilon: Double, into y: Activation, inverse: Activation?,
        parallelism: Parallelism
    ) {
        precondition(x.columns == weight.count && y.rows == x.rows && y.columns == x.columns, "norm shapes")
        parallelism.overRows(x.rows) { rows in
            qpx_rms_norm(
                x.row(rows.lowerBound), weight.value, Float(epsilon), Int64(rows.count), Int64(x.columns),
                y.row(rows.lowerBound), inverse?.row(rows.lowerBound))
        }
    }

    /// Adds to `dx`, and to the weight's gradient if it is trained (unless `trains` is off).
    static func backward(
        _ dy: Activation, x: Activation, weight: Parameter, inverse: Activation, dx: Activation, trains: Bool = true,
        parallelism: Parallelism
    ) {
        precondition(dy.rows == x.rows && dx.rows == x.rows && inverse.count == x.rows, "norm shapes")
        parallelism.overRows(x.rows) { rows in
            qpx_rms_norm_backward(
                dy.row(rows.lowerBound), x.row(rows.lowerBound), weight.value, inverse.row(rows.lowerBound),
                Int64(rows.count), Int64(x.columns), dx.row(rows.lowerBound))
        }
        guard trains, weight.gradient != nil else { return }
        parallelism.overRows(x.columns) { columns in
            qpx_rms_norm_weight_backward(
                dy.elements, x.elements, inverse.elements, Int64(x.rows), Int64(x.columns), Int64(columns.lowerBound),
                Int64(columns.upperBound), weight.gradient)
        }
    }

    /// gradient += Σ dy · x / rms over the given rows, ascending; `gradient` holds one number per column.
    static func weightGradient(
        _ dy: Activation, x: Activation, inverse: Activation, rows: Range<Int>, into gradient: Activation
    ) {
        precondition(dy.rows == x.rows && inverse.count == x.rows && gradient.count == x.columns, "norm shapes")
        qpx_rms_norm_weight_backward(
            dy.row(rows.lowerBound), x.row(rows.lowerBound), inverse.row(rows.lowerBound), Int64(rows.count),
            Int64(x.columns), 0, Int64(x.columns), gradient.elements)
    }
}
