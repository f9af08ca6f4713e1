import Synchronization

/// Keeps the last surrogate, so that one more observation is appended and not everything computed again.
///
/// What comes out never depends on it: appending gives the bits of computing anew (`AllocationSurrogate`).
final class SurrogateCache: Sendable {
    private struct Last: Sendable {
        let data: [AllocationSurrogate.Datum]
        let sources: [[AllocationSurrogate.Datum]]
        let surrogate: AllocationSurrogate
    }

    private struct Source: Sendable {
        let data: [AllocationSurrogate.Datum]
        let model: SourceModel?
    }

    private let last = Mutex<Last?>(nil)
    private let known = Mutex<[Int: Source]>([:])

    /// The surrogate of `data`, from the last one where only observations were added since and none asks for another fit.
    func surrogate(
        data: [AllocationSurrogate.Datum], sources: [[AllocationSurrogate.Datum]], make: () -> AllocationSurrogate?
    ) -> AllocationSurrogate? {
        if let last = last.withLock({ $0 }), last.sources == sources, last.data.count <= data.count,
            AllocationSurrogate.fitCount(last.data.count) == AllocationSurrogate.fitCount(data.count),
            // Jitter is added to the whole matrix or not at all.
            last.surrogate.process.cholesky.jitter == 0, data.starts(with: last.data)
        {
            var surrogate = last.surrogate
            if data.dropFirst(last.data.count).allSatisfy({ surrogate.append($0) }) {
                keep(surrogate, data, sources)
                return surrogate
            }
        }
        let surrogate = make()
        if let surrogate { keep(surrogate, data, sources) }
        return surrogate
    }

    /// The model of an earlier search; its observations rarely change.
    func source(_ number: Int, data: [AllocationSurrogate.Datum], make: () -> SourceModel?) -> SourceModel? {
        if let source = known.withLock({ $0[number] }), source.data == data { return source.model }
        let model = make()
        known.withLock { $0[number] = Source(data: data, model: model) }
        return model
    }

    private func keep(
        _ surrogate: AllocationSurrogate, _ data: [AllocationSurrogate.Datum], _ sources: [[AllocationSurrogate.Datum]]
    ) {
        last.withLock { $0 = Last(data: data, sources: sources, surrogate: surrogate) }
    }
}
