/// Runs a program over UTF-8 bytes, trying alternatives in their order, without recursion on the text.
///
/// After many steps it remembers which states have failed, so that no pattern takes more than polynomial time.
struct PatternMatcher {
    /// What to try next when the current attempt fails.
    private struct Choice {
        let instruction: Int
        let position: Int
        /// For a loop: it may give back scalars down to here. Otherwise equal to `position`.
        let shortest: Int
    }
    private struct State: Hashable {
        let instruction: Int
        let position: Int
    }

    /// Attempts on patterns of tokenizers take a few dozen steps; remembering costs more than it saves before this.
    private static let stepsBeforeRemembering = 20_000

    let program: PatternProgram
    let text: UnsafeBufferPointer<UInt8>
    private var choices: [Choice] = []

    init(_ program: PatternProgram, _ text: UnsafeBufferPointer<UInt8>) {
        self.program = program
        self.text = text
    }

    /// The end of the match that starts at `start`, if there is one.
    mutating func match(at start: Int) -> Int? { run(from: 0, at: start) }

    private mutating func run(from first: Int, at start: Int) -> Int? {
        let base = choices.count
        defer { choices.removeSubrange(base...) }
        var steps = 0
        var failed: Set<State> = []
        var instruction = first
        var position = start
        while true {
            steps += 1
            let goesOn: Bool
            switch program.instructions[instruction] {
            case .set(let set):
                let length = lengthOfMember(of: set, at: position)
                position += length
                instruction += 1
                goesOn = length > 0
            case .loop(let set, let min, let max, let keepsAll):
                let (shortest, end) = loop(set, min, max, at: position)
                instruction += 1
                if !keepsAll, let shortest, end > shortest {
                    choices.append(Choice(instruction: instruction, position: end, shortest: shortest))
                }
                position = end
                goesOn = shortest != nil
            case .split(let next, let other):
                choices.append(Choice(instruction: other, position: position, shortest: position))
                instruction = next
                goesOn = true
            case .jump(let next):
                instruction = next
                goesOn = true
            case .lookahead(let isNegated, let next):
                goesOn = (run(from: instruction + 1, at: position) == nil) == isNegated
                instruction = next
            case .lineStart:
                instruction += 1
                goesOn = position == 0 || text[position - 1] == 0x0A
            case .lineEnd:
                instruction += 1
                goesOn = position == text.count || text[position] == 0x0A
            case .match:
                return position
            }
            if goesOn { continue }
            repeat {
                guard choices.count > base, let choice = choices.popLast() else { return nil }
                (instruction, position) = (choice.instruction, choice.position)
                if choice.position > choice.shortest {
                    position = UTF8Scalars.before(choice.position, in: text)
                    if position > choice.shortest {
                        choices.append(
                            Choice(instruction: instruction, position: position, shortest: choice.shortest))
                    }
                }
            } while steps > Self.stepsBeforeRemembering
                && !failed.insert(State(instruction: instruction, position: position)).inserted
        }
    }

    /// Bytes of the scalar at `position` if it is in the set, else 0.
    @inline(__always)
    private func lengthOfMember(of set: Int, at position: Int) -> Int {
        guard position < text.count else { return 0 }
        let byte = text[position]
        if byte < 128 {
            let bits = program.asciiBits[set]
            return Int((byte < 64 ? bits.low >> UInt64(byte) : bits.high >> UInt64(byte & 63)) & 1)
        }
        let (scalar, length) = UTF8Scalars.at(position, in: text)
        return program.sets[set].contains(scalar) ? length : 0
    }

    /// Where the loop may end at the least (nil if it fails), and where it ends.
    private func loop(_ set: Int, _ min: Int, _ max: Int, at start: Int) -> (shortest: Int?, end: Int) {
        var shortest: Int? = min == 0 ? start : nil
        var position = start
        var count = 0
        while count < max {
            let length = lengthOfMember(of: set, at: position)
            if length == 0 { break }
            position += length
            count += 1
            if count == min { shortest = position }
        }
        return (shortest, position)
    }
}

/// Scalars in UTF-8 bytes.
enum UTF8Scalars {
    /// The scalar that starts at `position`, and how many bytes it takes (at least one, and never past the end).
    @inline(__always)
    static func at(_ position: Int, in text: UnsafeBufferPointer<UInt8>) -> (scalar: UInt32, length: Int) {
        let first = UInt32(text[position])
        if first < 0x80 { return (first, 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard first >= 0xC2, position + length <= text.count else { return (0xFFFD, 1) }
        var scalar = first & (0x7F >> UInt32(length))
        for offset in 1..<length { scalar = scalar << 6 | UInt32(text[position + offset] & 0x3F) }
        return (scalar, length)
    }

    /// Where the scalar starts that ends before `position`, which must be above 0.
    @inline(__always)
    static func before(_ position: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var start = position - 1
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }
}
