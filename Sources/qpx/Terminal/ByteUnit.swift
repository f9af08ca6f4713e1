/// A binary unit that suits some numbers of bytes.
struct ByteUnit: Sendable, Equatable {
    /// "MiB".
    let name: String
    /// Bytes in one.
    let bytes: Double
    private let decimals: Int

    /// The largest unit of which there is at least one.
    /// - Parameter largest: the largest of the numbers.
    init(largest: Double) {
        let names = ["B", "KiB", "MiB", "GiB", "TiB"]
        var index = 0
        var size = 1.0
        while index + 1 < names.count, largest >= size * 1024 {
            index += 1
            size *= 1024
        }
        name = names[index]
        bytes = size
        // Four digits of the largest: allocations of one model may be of nearly the same size.
        decimals = index == 0 ? 0 : largest >= 100 * size ? 1 : largest >= 10 * size ? 2 : 3
    }

    /// A number of bytes in this unit, without its name.
    func text(_ count: Int) -> String { NumberText.fixed(Double(count) / bytes, decimals) }
}
