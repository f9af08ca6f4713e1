/// A table of finite state entropy: each state names a symbol, and how the next state follows from some bits.
///
/// Source: RFC 8878, section 4.1.
struct FiniteStateTable {
    private struct State {
        var symbol: UInt8 = 0
        var bits: UInt8 = 0
        var base: UInt16 = 0
    }

    /// Bits of the first state.
    let accuracy: Int
    private var states: [State]

    /// The table of a single symbol, which takes no bits.
    init(symbol: UInt8) {
        accuracy = 0
        states = [State(symbol: symbol)]
    }

    /// The table of a distribution, whose sum is 2^`accuracy`; −1 is "less than one", which takes one state.
    init(_ distribution: [Int], accuracy: Int) throws(ParquetFault) {
        self.accuracy = accuracy
        let size = 1 << accuracy
        guard distribution.count <= 256, distribution.reduce(0, { $0 + abs($1) }) == size else {
            throw .damaged("Zstandard: a distribution with another sum")
        }
        states = [State](repeating: State(), count: size)
        var end = size
        for (symbol, count) in distribution.enumerated() where count == -1 {
            end -= 1
            states[end].symbol = UInt8(symbol)
        }
        let step = (size >> 1) + (size >> 3) + 3
        var position = 0
        for (symbol, count) in distribution.enumerated() where count > 0 {
            for _ in 0..<count {
                states[position].symbol = UInt8(symbol)
                repeat { position = (position + step) & (size - 1) } while position >= end && end > 0
            }
        }
        var next = distribution.map { abs($0) }
        for index in states.indices {
            let symbol = Int(states[index].symbol)
            let number = next[symbol]
            next[symbol] += 1
            guard number > 0 else { throw .damaged("Zstandard: a distribution that cannot be spread") }
            let bits = accuracy - (Int.bitWidth - 1 - number.leadingZeroBitCount)
            guard bits >= 0 else { throw .damaged("Zstandard: a distribution that cannot be spread") }
            states[index].bits = UInt8(bits)
            states[index].base = UInt16(truncatingIfNeeded: (number << bits) - size)
        }
    }

    /// The table whose description comes next.
    init(_ cursor: inout ByteCursor, highestAccuracy: Int, symbols: Int) throws(ParquetFault) {
        let bytes = cursor.rest
        var position = 4
        let accuracy = ReverseBits.bits(bytes, at: 0, count: 4) + 5
        guard accuracy <= highestAccuracy else { throw .damaged("Zstandard: states of \(accuracy) bits") }
        var remaining = (1 << accuracy) + 1
        var threshold = 1 << accuracy
        var width = accuracy + 1
        var distribution: [Int] = []
        while remaining > 1 {
            guard distribution.count < symbols, position <= bytes.count * 8 else {
                throw .damaged("Zstandard: a distribution that does not end")
            }
            // Small values take a bit less than large ones, as many as there are values to spare.
            let spare = 2 * threshold - 1 - remaining
            var value = ReverseBits.bits(bytes, at: position, count: width - 1)
            if value < spare {
                position += width - 1
            } else {
                value = ReverseBits.bits(bytes, at: position, count: width)
                if value >= threshold { value -= spare }
                position += width
            }
            distribution.append(value - 1)
            remaining -= abs(value - 1)
            while remaining < threshold, threshold > 1 {
                threshold >>= 1
                width -= 1
            }
            guard value == 1 else { continue }
            // Further symbols that do not occur, two bits at a time.
            while true {
                let zeros = ReverseBits.bits(bytes, at: position, count: 2)
                position += 2
                distribution.append(contentsOf: repeatElement(0, count: zeros))
                guard zeros == 3, distribution.count <= symbols else { break }
            }
        }
        guard remaining == 1, distribution.count <= symbols else { throw .damaged("Zstandard: a broken distribution") }
        _ = try cursor.take((position + 7) / 8)
        try self.init(distribution, accuracy: accuracy)
    }

    /// The first state.
    func start(_ bits: inout ReverseBits) -> Int { bits.read(accuracy) }

    /// The symbol of a state.
    func symbol(_ state: Int) -> Int { Int(states[state & (states.count - 1)].symbol) }

    /// The state after a state.
    func next(_ state: Int, _ bits: inout ReverseBits) -> Int {
        let state = states[state & (states.count - 1)]
        return Int(state.base) + bits.read(Int(state.bits))
    }
}
