/// What the backward pass needs of queries or keys that were normalised head by head.
struct HeadNorm {
    /// Before the norm, `[tokens, heads · d]`.
    let raw: Activation
    /// 1 / rms, `[tokens · heads, 1]`.
    let inverse: Activation
}

extension LlamaBlock {
    /// Queries or keys with RMSNorm over each head: `[tokens, heads · d]`, weight `[d]`; as they are without a weight.
    ///
    /// Source: Dehghani et al. 2023, "Scaling Vision Transformers to 22 Billion Parameters", section 2 (QK-norm).
    func normalizedHeads(
        _ raw: Activation, _ weight: Parameter?, saves: Bool
    ) -> (output: Activation, saved: HeadNorm?) {
        guard let weight else { return (raw, nil) }
        let output = Activation(rows: raw.rows, columns: raw.columns)
        let heads = Activation(raw, columns: weight.count)
        let inverse = saves ? Activation(rows: heads.rows, columns: 1) : nil
        RMSNorm.forward(
            heads, weight: weight, epsilon: model.configuration.normEpsilon,
            into: Activation(output, columns: weight.count), inverse: inverse, parallelism: parallelism)
        return (output, inverse.map { HeadNorm(raw: raw, inverse: $0) })
    }

    /// The gradient before the norm from the one behind it; adds to the weight's if it is trained.
    func gradient(
        _ dOutput: Activation, through norm: HeadNorm?, _ weight: Parameter?, trains: Bool
    ) -> Activation {
        guard let norm, let weight else { return dOutput }
        let dRaw = Activation(zeros: dOutput.rows, dOutput.columns)
        RMSNorm.backward(
            Activation(dOutput, columns: weight.count), x: Activation(norm.raw, columns: weight.count), weight: weight,
            inverse: norm.inverse, dx: Activation(dRaw, columns: weight.count), trains: trains,
            parallelism: parallelism)
        return dRaw
    }
}
