internal import Engine

extension RandomSource {
    /// One of `items`, which must not be empty.
    mutating func pick<T>(_ items: [T]) -> T { items[integer(below: items.count)] }

    /// `count` different items, in random order.
    mutating func pick<T>(_ count: Int, of items: [T]) -> [T] {
        precondition(count <= items.count, "cannot pick more than there are")
        return permutation(items.count).prefix(count).map { items[$0] }
    }

    /// All items in random order.
    mutating func shuffled<T>(_ items: [T]) -> [T] { permutation(items.count).map { items[$0] } }

    /// True with the given probability.
    mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// A whole number of a closed range.
    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + integer(below: range.count)
    }
}
