import Synchronization

/// Hands out 0, 1, 2, … to whoever asks, from any thread.
final class AtomicCounter: Sendable {
    private let value = Atomic<Int>(0)

    /// The next number.
    func increment() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// One slot per index, each written once by whichever thread computed it.
final class ResultSlots<Value: Sendable>: @unchecked Sendable {
    private let slots: UnsafeMutableBufferPointer<Value?>

    init(count: Int) {
        slots = .allocate(capacity: max(0, count))
        slots.initialize(repeating: nil)
    }

    deinit {
        slots.deinitialize()
        slots.deallocate()
    }

    /// Stores `value`; no two threads may set the same index.
    func set(_ index: Int, _ value: Value) { slots[index] = value }

    /// All values in order, after every slot has been set.
    func values() -> [Value] { slots.compactMap { $0 } }
}
