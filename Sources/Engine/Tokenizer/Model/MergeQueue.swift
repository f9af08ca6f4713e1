/// Possible merges, lowest rank first and then leftmost: a binary heap.
struct MergeQueue {
    /// Rank in the upper half, position in the lower: comparing them compares both.
    private var heap: [UInt64] = []

    mutating func push(rank: UInt32, position: Int32) {
        heap.append(UInt64(rank) << 32 | UInt64(UInt32(bitPattern: position)))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> (rank: UInt32, position: Int32)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var child = 2 * parent + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
                guard heap[child] < heap[parent] else { break }
                heap.swapAt(child, parent)
                parent = child
            }
        }
        return (UInt32(first >> 32), Int32(truncatingIfNeeded: first))
    }
}
