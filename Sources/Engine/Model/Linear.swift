/// One projection with its LoRA factors: y = W x + s · B A x̃, and the gradients of that; x̃ is x after dropout.
struct Linear {
    let weight: WeightMatrix
    /// `[out]`, added to every row of the output.
    let bias: Parameter?
    let factors: LoRAAdapters.Factors?
    let scaling: Float
    /// What is dropped of the adapter's input, if anything.
    var dropout: DropoutMask?

    /// y = x Wᵀ + b + s (x̃ Aᵀ) Bᵀ.  x: `[tokens, in]`, y: `[tokens, out]`.
    /// - Returns: s · x̃ Aᵀ, `[tokens, rank]`, which the backward pass needs.
    @discardableResult
    func forward(_ x: Activation, into y: Activation, accumulate: Bool = false, parallelism: Parallelism)
        -> Activation?
    {
        MatrixProduct.forward(x, weight, into: y, accumulate: accumulate, parallelism: parallelism)
        if let bias {
            parallelism.overRows(y.rows) { rows in
                for row in rows { Kernels.addScaled(bias.value, 1, y.columns, to: y.row(row)) }
            }
        }
        guard let factors else { return nil }
        let down = WeightMatrix(factors.down)
        let middle = Activation(rows: x.rows, columns: down.rows)
        MatrixProduct.forward(input(x, parallelism), down, into: middle, parallelism: parallelism)
        Kernels.scale(middle.elements, scaling, middle.count)
        MatrixProduct.forward(middle, WeightMatrix(factors.up), into: y, accumulate: true, parallelism: parallelism)
        return middle
    }

    /// Adds to the gradients of whatever is trained here (unless `trains` is off), and writes (or adds) dx.
    ///
    /// db += Σ dy;  dB += dyᵀ m;  dm = s dy B;  dA += dmᵀ x̃;  dx = dy W + mask · dm A, with m = s x̃ Aᵀ.
    func backward(
        _ dy: Activation, x: Activation, middle: Activation?, dx: Activation?, accumulate: Bool, trains: Bool = true,
        parallelism: Parallelism
    ) {
        if trains, case .parameter(let parameter) = weight.storage {
            MatrixProduct.weightGradient(dy, x, of: parameter, parallelism: parallelism)
        }
        if trains, let gradient = bias?.gradient {
            // One thread, in the order of the tokens.
            for row in 0..<dy.rows { Kernels.addScaled(dy.row(row), 1, dy.columns, to: gradient) }
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
        if trains {
            MatrixProduct.weightGradient(dMiddle, input(x, parallelism), of: factors.down, parallelism: parallelism)
        }
        guard let dx else { return }
        guard let dropout else {
            MatrixProduct.backward(dMiddle, down, into: dx, accumulate: true, parallelism: parallelism)
            return
        }
        let dInput = Activation(rows: dx.rows, columns: dx.columns)
        MatrixProduct.backward(dMiddle, down, into: dInput, accumulate: false, parallelism: parallelism)
        dropout.apply(to: dInput, into: dx, accumulate: true, parallelism: parallelism)
    }

    /// x̃. Made anew for the backward pass: it would double what a training step keeps.
    private func input(_ x: Activation, _ parallelism: Parallelism) -> Activation {
        guard let dropout else { return x }
        let dropped = Activation(rows: x.rows, columns: x.columns)
        dropout.apply(to: x, into: dropped, accumulate: false, parallelism: parallelism)
        return dropped
    }
}
