internal import CKernels

/// One block's computation on a batch: h = x + Wo·attention(norm x);  y = h + Wdown·(silu(gate) · up)(norm h).
///
/// With biases where the architecture has them, and queries and keys normalised head by head where it does that.
struct LlamaBlock {
    let model: LlamaModel
    let index: Int
    let batch: TokenBatch
    let parallelism: Parallelism
    /// What is dropped of the adapters' inputs; `nil` outside training.
    var dropout: AdapterDropout?
    /// What came before the batch's only sequence, to which its keys and values are added.
    var cache: KeyValueCache?

    /// What the backward pass needs of the forward pass.
    struct Saved {
        let x, normalizedX, inverseX: Activation
        let q, k, v, attended, logSums: Activation
        let queryNorm, keyNorm: HeadNorm?
        let h, normalizedH, inverseH: Activation
        let gate, up, product: Activation
        let middles: [Activation?]
    }

    private var block: LlamaModel.Block { model.blocks[index] }
    private var layer: ModelConfiguration.Layer { model.configuration.layers[index] }
    private var attention: Attention {
        Attention(
            layer: layer, headDimension: model.configuration.headDimension, batch: batch, past: cache?.past(index))
    }

    private func linear(_ projection: Projection) -> Linear {
        Linear(
            weight: block[projection], bias: block[.bias(projection)],
            factors: model.adapters?.factors(projection, layer: index),
            scaling: model.adapters?.scaling ?? 0,
            dropout: dropout?.mask(layer: index, projection: projection, batch: batch))
    }

    /// x: `[tokens, hidden]`, replaced by the block's output.
    /// - Returns: what backward needs, if `saves`.
    func forward(_ x: inout Activation, saves: Bool) -> Saved? {
        let tokens = x.rows
        let hidden = model.configuration.hidden
        let epsilon = model.configuration.normEpsilon
        func new(_ columns: Int) -> Activation { Activation(rows: tokens, columns: columns) }
        var middles = [Activation?](repeating: nil, count: Projection.allCases.count)
        func apply(_ projection: Projection, _ input: Activation, into output: Activation, accumulate: Bool = false) {
            middles[projection.index] = linear(projection).forward(
                input, into: output, accumulate: accumulate, parallelism: parallelism)
        }

        let normalizedX = new(hidden)
        let inverseX = saves ? new(1) : nil
        RMSNorm.forward(
            x, weight: block.attentionNorm, epsilon: epsilon, into: normalizedX, inverse: inverseX,
            parallelism: parallelism)
        let rawQ = new(block[.query].rows)
        let rawK = new(block[.key].rows)
        let v = new(block[.value].rows)
        apply(.query, normalizedX, into: rawQ)
        apply(.key, normalizedX, into: rawK)
        apply(.value, normalizedX, into: v)
        let (q, queryNorm) = normalizedHeads(rawQ, block[.queryNorm], saves: saves)
        let (k, keyNorm) = normalizedHeads(rawK, block[.keyNorm], saves: saves)
        if layer.isRotary {
            model.rotary.rotate(q, batch: batch, parallelism: parallelism)
            model.rotary.rotate(k, batch: batch, parallelism: parallelism)
        }
        let attended = new(block[.query].rows)
        let logSums = saves ? new(layer.heads) : nil
        attention.forward(q: q, k: k, v: v, into: attended, logSums: logSums, parallelism: parallelism)
        cache?.append(k, v, layer: index)
        let h = saves ? x.copy() : x
        apply(.output, attended, into: h, accumulate: true)

        // Without a backward pass the normalised input has served and its memory is taken again.
        let normalizedH = saves ? new(hidden) : normalizedX
        let inverseH = saves ? new(1) : nil
        RMSNorm.forward(
            h, weight: block.mlpNorm, epsilon: epsilon, into: normalizedH, inverse: inverseH, parallelism: parallelism)
        let gate = new(layer.intermediate)
        let up = new(layer.intermediate)
        apply(.gate, normalizedH, into: gate)
        apply(.up, normalizedH, into: up)
        let product = saves ? new(layer.intermediate) : gate
        parallelism.overRows(tokens) { rows in
            qpx_swiglu(
                gate.row(rows.lowerBound), up.row(rows.lowerBound), Int64(rows.count * gate.columns),
                product.row(rows.lowerBound))
        }
        let y = saves ? h.copy() : h
        apply(.down, product, into: y, accumulate: true)
        let input = x
        x = y
        guard let inverseX, let logSums, let inverseH else { return nil }
        return Saved(
            x: input, normalizedX: normalizedX, inverseX: inverseX, q: q, k: k, v: v, attended: attended,
            logSums: logSums, queryNorm: queryNorm, keyNorm: keyNorm, h: h, normalizedH: normalizedH,
            inverseH: inverseH, gate: gate, up: up, product: product,
            middles: middles)
    }

    /// Where a gradient sweep collects the gradients of a block's weights.
    enum WeightGradients {
        /// In the parameters that are trained.
        case trained
        /// Nowhere: only the gradient of the block's input is wanted.
        case ignored
        /// In buffers, whether the weights are trained or not.
        case collected(GradientBuffers, [SampleRows])
    }

    /// dy: `[tokens, hidden]`, replaced by the gradient of the block's input. Adds to the gradients of what is trained,
    /// or to the buffers that `weights` names.
    func backward(_ dy: Activation, _ saved: Saved, weights: WeightGradients = .trained) {
        let tokens = dy.rows
        func new(_ columns: Int) -> Activation { Activation(rows: tokens, columns: columns) }
        let trains = if case .trained = weights { true } else { false }
        func apply(_ projection: Projection, _ d: Activation, x: Activation, dx: Activation, accumulate: Bool) {
            if case .collected(let buffers, let samples) = weights {
                buffers.add(projection, dy: d, x: x, samples: samples, parallelism: parallelism)
            }
            linear(projection).backward(
                d, x: x, middle: saved.middles[projection.index], dx: dx, accumulate: accumulate, trains: trains,
                parallelism: parallelism)
        }
        func applyNorm(_ norm: BlockNorm, _ weight: Parameter, _ d: Activation, x: Activation, inverse: Activation) {
            if case .collected(let buffers, let samples) = weights {
                buffers.add(norm, dy: d, x: x, inverse: inverse, samples: samples)
            }
            RMSNorm.backward(
                d, x: x, weight: weight, inverse: inverse, dx: dy, trains: trains, parallelism: parallelism)
        }

        // MLP: dy flows both along the residual and through the norm.
        let dProduct = new(layer.intermediate)
        apply(.down, dy, x: saved.product, dx: dProduct, accumulate: false)
        let dGate = new(layer.intermediate)
        let dUp = new(layer.intermediate)
        parallelism.overRows(tokens) { rows in
            qpx_swiglu_backward(
                dProduct.row(rows.lowerBound), saved.gate.row(rows.lowerBound), saved.up.row(rows.lowerBound),
                Int64(rows.count * dGate.columns), dGate.row(rows.lowerBound), dUp.row(rows.lowerBound))
        }
        let dNormalized = new(dy.columns)
        apply(.gate, dGate, x: saved.normalizedH, dx: dNormalized, accumulate: false)
        apply(.up, dUp, x: saved.normalizedH, dx: dNormalized, accumulate: true)
        applyNorm(.mlp, block.mlpNorm, dNormalized, x: saved.h, inverse: saved.inverseH)

        let dAttended = new(saved.attended.columns)
        apply(.output, dy, x: saved.attended, dx: dAttended, accumulate: false)
        let dq = new(saved.q.columns)
        let dk = new(saved.k.columns)
        let dv = new(saved.v.columns)
        attention.backward(
            dOutput: dAttended, q: saved.q, k: saved.k, v: saved.v, output: saved.attended, logSums: saved.logSums,
            dq: dq, dk: dk, dv: dv, parallelism: parallelism)
        if layer.isRotary {
            model.rotary.rotate(dq, batch: batch, backward: true, parallelism: parallelism)
            model.rotary.rotate(dk, batch: batch, backward: true, parallelism: parallelism)
        }
        let dRawQ = gradient(dq, through: saved.queryNorm, block[.queryNorm], trains: trains)
        let dRawK = gradient(dk, through: saved.keyNorm, block[.keyNorm], trains: trains)
        apply(.query, dRawQ, x: saved.normalizedX, dx: dNormalized, accumulate: false)
        apply(.key, dRawK, x: saved.normalizedX, dx: dNormalized, accumulate: true)
        apply(.value, dv, x: saved.normalizedX, dx: dNormalized, accumulate: true)
        applyNorm(.attention, block.attentionNorm, dNormalized, x: saved.x, inverse: saved.inverseX)
    }
}
