/// Inputs of blocks, `[tokens, hidden]` each, kept for a backward pass: of every `stride`-th block all the time, of those
/// between while their segment is worked on.
///
/// One allocation for each purpose, made at the start: many small ones between short-lived activations would leave holes.
final class BlockInputs {
    private let first: Int
    private let stride: Int
    private let tokens: Int
    private let checkpoints: Activation
    private let between: Activation
    /// The checkpoint whose segment is in `between`.
    private var segment: Int?

    /// Room for the inputs of `count` blocks from `first` on.
    init(first: Int, count: Int, tokens: Int, hidden: Int, stride: Int) {
        self.first = first
        self.stride = stride
        self.tokens = tokens
        checkpoints = Activation(rows: (count + stride - 1) / stride * tokens, columns: hidden)
        between = Activation(rows: (stride - 1) * tokens, columns: hidden)
    }

    /// Whether a block's input is kept all the time.
    func isCheckpoint(_ layer: Int) -> Bool { layer >= first && (layer - first) % stride == 0 }

    /// The checkpoint from which inputs up to `layer` have to be computed again; nil if they are there.
    func missing(before layer: Int) -> Int? {
        let checkpoint = layer - (layer - first) % stride
        guard checkpoint < layer, segment != checkpoint else { return nil }
        segment = checkpoint
        return checkpoint
    }

    /// Keeps `x` as the part of a block's input that begins at `row`.
    func set(_ layer: Int, row: Int, _ x: Activation) {
        let (buffer, start) = place(layer)
        precondition(row + x.rows <= tokens && x.columns == buffer.columns, "an input of another shape")
        buffer.row(start + row).update(from: x.elements, count: x.count)
    }

    /// A copy of the part of a block's input that begins at `row`.
    func get(_ layer: Int, row: Int, count: Int) -> Activation {
        let (buffer, start) = place(layer)
        precondition(row + count <= tokens, "rows outside the batch")
        let x = Activation(rows: count, columns: buffer.columns)
        x.elements.update(from: buffer.row(start + row), count: x.count)
        return x
    }

    private func place(_ layer: Int) -> (buffer: Activation, start: Int) {
        let slot = layer - first
        return isCheckpoint(layer)
            ? (checkpoints, slot / stride * tokens) : (between, (slot % stride - 1) * tokens)
    }
}
