/// A float32 matrix that a computation writes and reads, `[rows, columns]`, row-major.
///
/// A reference, because activations are handed from step to step without being copied. Contents are undefined after
/// `init`. Writers on different threads must write different rows or columns; that is what the engine's parallel loops
/// do, and why this may be `Sendable`.
final class Activation: @unchecked Sendable {
    let rows: Int
    let columns: Int
    let elements: UnsafeMutablePointer<Float>
    /// Whose memory this is, if it isn't its own.
    private let owner: Activation?

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        owner = nil
        let bytes = max(1, rows * columns) * MemoryLayout<Float>.stride
        elements = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            .bindMemory(to: Float.self, capacity: max(1, rows * columns))
    }

    convenience init(zeros rows: Int, _ columns: Int) {
        self.init(rows: rows, columns: columns)
        elements.update(repeating: 0, count: rows * columns)
    }

    /// The same memory with other rows: `[tokens, heads · d]` as `[tokens · heads, d]`.
    init(_ owner: Activation, columns: Int) {
        precondition(columns > 0 && owner.count % columns == 0, "a view of another size")
        rows = owner.count / columns
        self.columns = columns
        elements = owner.elements
        self.owner = owner
    }

    deinit { if owner == nil { UnsafeMutableRawPointer(elements).deallocate() } }

    var count: Int { rows * columns }

    /// Where `row` starts.
    func row(_ row: Int) -> UnsafeMutablePointer<Float> {
        precondition(row >= 0 && row <= rows, "row \(row) of \(rows)")
        return elements + row * columns
    }

    /// A copy with the same contents.
    func copy() -> Activation {
        let other = Activation(rows: rows, columns: columns)
        other.elements.update(from: elements, count: count)
        return other
    }

    /// The contents as a value.
    var tensor: Tensor { Tensor(Array(UnsafeBufferPointer(start: elements, count: count)), shape: [rows, columns]) }

    /// Adds `other` times `factor`.
    func add(_ other: Activation, factor: Float = 1, parallelism: Parallelism) {
        precondition(other.rows == rows && other.columns == columns, "adding different shapes")
        parallelism.overRows(rows) { range in
            Kernels.addScaled(
                other.row(range.lowerBound), factor, range.count * self.columns, to: self.row(range.lowerBound))
        }
    }
}

extension Parallelism {
    /// Divides rows into one contiguous range per thread. Only for work whose digits don't depend on the division.
    func overRows(_ rows: Int, multipleOf unit: Int = 1, _ body: @Sendable (Range<Int>) -> Void) {
        let units = (rows + unit - 1) / unit
        let parts = min(threads, units)
        if parts <= 1 {
            if rows > 0 { body(0..<rows) }
            return
        }
        forEach(parts) { part in
            let first = units * part / parts * unit
            let last = min(rows, units * (part + 1) / parts * unit)
            if first < last { body(first..<last) }
        }
    }
}
