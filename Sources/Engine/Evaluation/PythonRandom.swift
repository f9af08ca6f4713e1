/// Random numbers as Python's `random.Random` draws them: the Mersenne Twister MT19937, seeded by a whole number.
///
/// Which few-shot examples lm-evaluation-harness shows is decided by Python's generator; the same examples need the same
/// generator. Everything else that is random comes from `RandomSource`.
///
/// Source: Matsumoto and Nishimura 1998, "Mersenne Twister"; CPython 3.11, `random.sample` and `getrandbits`.
public struct PythonRandom: Sendable {
    private static let length = 624
    private static let middle = 397

    private var state: [UInt32]
    private var position = Self.length

    /// The generator that `random.Random(seed)` is.
    public init(seed: UInt64) {
        state = Self.state(19_650_218)
        var key = [UInt32(truncatingIfNeeded: seed)]
        let high = UInt32(truncatingIfNeeded: seed >> 32)
        if high > 0 { key.append(high) }
        mix(key)
    }

    /// A whole number from 0 to `bound` − 1, as `randrange(bound)`; `bound` is 1 to 2³² − 1.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0 && bound <= Int(UInt32.max), "a bound of one draw")
        let bits = Int.bitWidth - bound.leadingZeroBitCount
        while true {
            let value = Int(next() >> UInt32(32 - bits))
            if value < bound { return value }
        }
    }

    /// `count` different indices of a list of `population` entries, in the order drawn, as `sample(range(population), count)`.
    public mutating func sample(_ population: Int, _ count: Int) -> [Int] {
        precondition(count >= 0 && count <= population, "no more than there are")
        guard population > Self.poolSize(count) else {
            var pool = Array(0..<population)
            return (0..<count).map { taken in
                let drawn = below(population - taken)
                let value = pool[drawn]
                pool[drawn] = pool[population - taken - 1]
                return value
            }
        }
        var chosen: Set<Int> = []
        return (0..<count).map { _ in
            var drawn = below(population)
            while !chosen.insert(drawn).inserted { drawn = below(population) }
            return drawn
        }
    }

    /// Up to this many entries Python draws from a list that shrinks, beyond it draws again what it has: 21, and from six
    /// draws on the least power of 4 that is 3 times their number more.
    private static func poolSize(_ count: Int) -> Int {
        guard count > 5 else { return 21 }
        var power = 4
        while power < 3 * count { power *= 4 }
        return 21 + power
    }

    private static func state(_ seed: UInt32) -> [UInt32] {
        var state = [seed]
        state.reserveCapacity(length)
        for i in 1..<length {
            let last = state[i - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(i))
        }
        return state
    }

    /// Seeds by a list of words.
    private mutating func mix(_ key: [UInt32]) {
        var (i, j) = (1, 0)
        func advance(_ i: Int, _ state: inout [UInt32]) -> Int {
            guard i + 1 >= Self.length else { return i + 1 }
            state[0] = state[Self.length - 1]
            return 1
        }
        for _ in 0..<max(Self.length, key.count) {
            let last = state[i - 1]
            state[i] = (state[i] ^ ((last ^ (last >> 30)) &* 1_664_525)) &+ key[j] &+ UInt32(j)
            i = advance(i, &state)
            j = j + 1 < key.count ? j + 1 : 0
        }
        for _ in 1..<Self.length {
            let last = state[i - 1]
            state[i] = (state[i] ^ ((last ^ (last >> 30)) &* 1_566_083_941)) &- UInt32(i)
            i = advance(i, &state)
        }
        state[0] = 0x8000_0000
    }

    /// The next 32 random bits.
    private mutating func next() -> UInt32 {
        if position == Self.length { twist() }
        var value = state[position]
        position += 1
        value ^= value >> 11
        value ^= (value << 7) & 0x9d2c_5680
        value ^= (value << 15) & 0xefc6_0000
        return value ^ (value >> 18)
    }

    private mutating func twist() {
        for i in 0..<Self.length {
            let word = (state[i] & 0x8000_0000) | (state[(i + 1) % Self.length] & 0x7fff_ffff)
            state[i] = state[(i + Self.middle) % Self.length] ^ (word >> 1) ^ (word & 1 == 0 ? 0 : 0x9908_b0df)
        }
        position = 0
    }
}
