/// One projection with its LoRA factors: y = W x + s · B A x, and the gradients of that.
struct Linear {
    let weight: WeightMatrix
    let factors: LoRAAdapters.Factors?
    let scaling: Float

    /// y = x Wᵀ + s (x Aᵀ) Bᵀ.  x: `[tokens, in]`, y: `[tokens, out]`.
    /// - Returns: s · x Aᵀ, `[tokens, rank]`, which the backward pass needs.
    @discardableResult
    func forward(_ x: Activation, into y: Activation, accumulate: Bool = false, parallelism: Parallelism)
        -> Activation?
    {
        MatrixProduct.forward(x, weight, into: y, accumulate: accumulate, parallelism: parallelism)
        guard let factors else { return nil }
        let down = WeightMatrix(factors.down)
        let middle = Activation(rows: x.rows, columns: down.rows)
        MatrixProduct.forward(x, down, into: middle, parallelism: parallelism)
        Kernels.scale(middle.elements, scaling, middle.count)
        MatrixProduct.forward(middle, WeightMatrix(factors.up), into: y, accumulate: true, parallelism: parallelism)
        return middle
    }

    /// Adds to the gradients of whatever is trained here (unless `trains` is off), and writes (or adds) dx.
    ///
    /// dB += dyᵀ m;  dm = s dy B;  dA += dmᵀ x;  dx = dy W + dm A, with m = s x Aᵀ.
    func backward(
        _ dy: Activation, x: Activation, middle: Activation?, dx: Activation?, accumulate: Bool, trains: Bool = true,
        parallelism: Parallelism
    ) {
        if trains, case .parameter(let parameter) = weight.storage {
            MatrixProduct.weightGradient(dy, x, of: parameter, parallelism: parallelism)
        }
        if let dx {
            MatrixProduct.backward(dy, weight, into: dx, accumulate: accumulate, parallelism: parallelism)
        }
        guard let factors, let middle else { return }
        let down = WeightMatrix(factors.down)
        let up = WeightMatrix(factors.up)
        if trains { MatrixProduct.weightGradient(dy, middle, of: factors.up, parallelism: parallelism) }
        let dMiddle = Activation(rows: dy.rows, columns: up.columns)
        MatrixProduct.backward(dy, up, into: dMiddle, accumulate: false, parallelism: parallelism)
        Kernels.scale(dMiddle.elements, scaling, dMiddle.count)
        if trains { MatrixProduct.weightGradient(dMiddle, x, of: factors.down, parallelism: parallelism) }
        if let dx { MatrixProduct.backward(dMiddle, down, into: dx, accumulate: true, parallelism: parallelism) }
    }
}
