internal import CKernels

/// Causal grouped-query attention: query head a reads key/value head a / (heads / keyValueHeads), as far back as the
/// layer's window.
///
/// Source: Vaswani et al. 2017, eq. 1; Ainslie et al. 2023 for the groups; Beltagy et al. 2020 for the window. Work is divided by sequence and key/value
/// head; each query's sum over keys runs in the order of the keys, so a context that is computed once for several continuations
/// gives each of them the same bits.
struct Attention {
    let layer: ModelConfiguration.Layer
    let headDimension: Int
    let batch: TokenBatch
    /// Keys and values of what came before the batch's only sequence.
    var past: KeyValueCache.Past?

    /// q, output: `[tokens, heads · d]`; k, v: `[tokens, keyValueHeads · d]`; `logSums`, if given, `[tokens, heads]`.
    func forward(
        q: Activation, k: Activation, v: Activation, into output: Activation, logSums: Activation?,
        parallelism: Parallelism
    ) {
        let parts = batch.sequences.count * layer.keyValueHeads
        parallelism.forEach(parts) { part in
            var arguments = self.arguments(part, q: q, k: k, v: v, output: output, logSums: logSums)
            if qpx_attention_forward(&arguments) != 0 { Kernels.outOfMemory() }
        }
    }

    /// Writes dq, dk and dv.
    func backward(
        dOutput: Activation, q: Activation, k: Activation, v: Activation, output: Activation, logSums: Activation,
        dq: Activation, dk: Activation, dv: Activation, parallelism: Parallelism
    ) {
        precondition(past == nil && batch.prefixes.allSatisfy { $0 == nil }, "gradients need every sequence on its own")
        let parts = batch.sequences.count * layer.keyValueHeads
        let group = layer.heads / layer.keyValueHeads
        parallelism.forEach(parts) { part in
            let (start, head) = self.place(part)
            let queryOffset = head * group * headDimension
            let keyOffset = head * headDimension
            var arguments = qpx_attention_gradient(
                forward: self.arguments(part, q: q, k: k, v: v, output: output, logSums: logSums),
                dout: dOutput.row(start) + queryOffset, dq: dq.row(start) + queryOffset,
                dk: dk.row(start) + keyOffset, dv: dv.row(start) + keyOffset)
            if qpx_attention_backward(&arguments) != 0 { Kernels.outOfMemory() }
        }
    }

    private func place(_ part: Int) -> (start: Int, head: Int) {
        (batch.sequences[part / layer.keyValueHeads].lowerBound, part % layer.keyValueHeads)
    }

    private func arguments(
        _ part: Int, q: Activation, k: Activation, v: Activation, output: Activation, logSums: Activation?
    ) -> qpx_attention {
        let (start, head) = place(part)
        let group = layer.heads / layer.keyValueHeads
        precondition(q.columns == layer.heads * headDimension && k.columns == layer.keyValueHeads * headDimension)
        precondition(output.columns == q.columns && v.columns == k.columns && q.rows == k.rows)
        let prefix = batch.prefixes[part / layer.keyValueHeads].map { batch.sequences[$0] }
        let before =
            past.map { (k: $0.keys.row(0), v: $0.values.row(0), count: $0.length) }
            ?? prefix.map { (k: k.row($0.lowerBound), v: v.row($0.lowerBound), count: $0.count) }
        return qpx_attention(
            tokens: Int64(batch.sequences[part / layer.keyValueHeads].count), d: Int64(headDimension),
            group: Int64(group), window: Int64(layer.window ?? 0), prefix: Int64(before?.count ?? 0),
            prefix_k: before.map { UnsafePointer($0.k + head * headDimension) },
            prefix_v: before.map { UnsafePointer($0.v + head * headDimension) },
            scale: 1 / Float(headDimension).squareRoot(),
            q: q.row(start) + head * group * headDimension, k: k.row(start) + head * headDimension,
            v: v.row(start) + head * headDimension, q_stride: Int64(q.columns), kv_stride: Int64(k.columns),
            out: output.row(start) + head * group * headDimension, out_stride: Int64(output.columns),
            lse: logSums.map { $0.row(start) + head * group }, lse_stride: Int64(layer.heads))
    }
}
