/// A recorded seed's stream of random numbers: the same on every machine, forever.
///
/// xoshiro256** (Blackman & Vigna 2018), seeded by SplitMix64. Streams for different purposes are derived by name or
/// number (`derived(_:)`), so that adding a consumer never shifts another one's numbers.
public struct RandomSource: RandomNumberGenerator, Sendable, Equatable {
    private var state: (UInt64, UInt64, UInt64, UInt64)
    private let seed: UInt64

    /// The stream of `seed`.
    public init(seed: UInt64) {
        self.seed = seed
        var z = seed
        state = (Self.splitMix(&z), Self.splitMix(&z), Self.splitMix(&z), Self.splitMix(&z))
    }

    /// An independent stream that depends on this stream's seed and `purpose` only, not on what was drawn so far.
    public func derived(_ purpose: String) -> RandomSource {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return derived(Int(truncatingIfNeeded: hash))
    }

    /// An independent stream that depends on this stream's seed and `number` only.
    public func derived(_ number: Int) -> RandomSource {
        var z = seed ^ (UInt64(truncatingIfNeeded: number) &* 0xd6e8_feb8_6659_fd93)
        return RandomSource(seed: Self.splitMix(&z))
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, 45)
        return result
    }

    /// Uniform in `0 ..< 1`, 53 bits.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Uniform in `0 ..< bound`, without bias (Lemire 2019). `bound` must be positive.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "a bound must be positive")
        let range = UInt64(bound)
        let threshold = (0 &- range) % range
        while true {
            let product = next().multipliedFullWidth(by: range)
            if product.low >= threshold { return Int(product.high) }
        }
    }

    /// Standard normal: the sum of twelve uniforms would be too light in the tails, so Marsaglia's polar method.
    public mutating func normal() -> Double {
        while true {
            let u = 2 * uniform() - 1
            let v = 2 * uniform() - 1
            let s = u * u + v * v
            if s > 0, s < 1 { return u * (-2 * DeterministicMath.log(s) / s).squareRoot() }
        }
    }

    /// The integers `0 ..< count` in random order (Fisher–Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, integer(below: i + 1)) }
        return order
    }

    /// Two sources are equal when they will yield the same numbers.
    public static func == (a: RandomSource, b: RandomSource) -> Bool {
        a.seed == b.seed && a.state == b.state
    }

    /// The generator's state, so that a search can be replayed from any trial.
    public var stateWords: [UInt64] { [seed, state.0, state.1, state.2, state.3] }

    /// A source with the state that `stateWords` gave; `nil` if that is not five words.
    public init?(stateWords words: [UInt64]) {
        guard words.count == 5 else { return nil }
        seed = words[0]
        state = (words[1], words[2], words[3], words[4])
    }

    private static func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }

    private static func splitMix(_ z: inout UInt64) -> UInt64 {
        z &+= 0x9e37_79b9_7f4a_7c15
        var x = z
        x = (x ^ (x >> 30)) &* 0xbf58_476d_1ce4_e5b9
        x = (x ^ (x >> 27)) &* 0x94d0_49bb_1331_11eb
        return x ^ (x >> 31)
    }
}
