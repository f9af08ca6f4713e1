/// A regular expression as instructions for `PatternMatcher`.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        /// Passes one scalar of a set.
        case set(Int)
        /// Passes as many scalars of a set as there are; gives back one at a time unless `keepsAll`.
        case loop(set: Int, min: Int, max: Int, keepsAll: Bool)
        /// Goes on at `first`, and at `second` if that fails.
        case split(first: Int, second: Int)
        case jump(Int)
        /// Runs the instructions that follow up to their own `match`; goes on at `next` if that is what was asked for.
        case lookahead(isNegated: Bool, next: Int)
        case lineStart
        case lineEnd
        case match
    }

    private static let longest = 20_000

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [ScalarSet] = []
    /// `ScalarSet.asciiBits` of every set, because nearly every scalar of most texts is ASCII.
    private(set) var asciiBits: [(low: UInt64, high: UInt64)] = []

    init(_ node: PatternNode) throws(PatternError) {
        try emit(node)
        try append(.match)
        asciiBits = sets.map(\.asciiBits)
    }

    private mutating func append(_ instruction: Instruction) throws(PatternError) {
        guard instructions.count < Self.longest else {
            throw PatternError(offset: 0, reason: "its repetitions make it too large")
        }
        instructions.append(instruction)
    }

    private mutating func index(of set: ScalarSet) -> Int {
        if let index = sets.firstIndex(of: set) { return index }
        sets.append(set)
        return sets.count - 1
    }

    private mutating func emit(_ node: PatternNode) throws(PatternError) {
        switch node {
        case .set(let set):
            try append(.set(index(of: set)))
        case .sequence(let nodes):
            for node in nodes { try emit(node) }
        case .alternation(let branches):
            var jumps: [Int] = []
            for branch in branches.dropLast() {
                let split = instructions.count
                try append(.split(first: split + 1, second: 0))
                try emit(branch)
                jumps.append(instructions.count)
                try append(.jump(0))
                instructions[split] = .split(first: split + 1, second: instructions.count)
            }
            if let last = branches.last { try emit(last) }
            for jump in jumps { instructions[jump] = .jump(instructions.count) }
        case .repetition(let node, let min, let max, let mode):
            try emitRepetition(of: node, min: min, max: max, mode: mode)
        case .lookahead(let node, let isNegated):
            let start = instructions.count
            try append(.lookahead(isNegated: isNegated, next: 0))
            try emit(node)
            try append(.match)
            instructions[start] = .lookahead(isNegated: isNegated, next: instructions.count)
        case .lineStart:
            try append(.lineStart)
        case .lineEnd:
            try append(.lineEnd)
        }
    }

    private mutating func emitRepetition(
        of node: PatternNode, min: Int, max: Int?, mode: PatternNode.Mode
    ) throws(PatternError) {
        if case .set(let set) = node, mode != .lazy {
            try append(.loop(set: index(of: set), min: min, max: max ?? .max, keepsAll: mode == .possessive))
            return
        }
        for _ in 0..<min { try emit(node) }
        guard let max else {
            let start = instructions.count
            try append(.split(first: 0, second: 0))
            try emit(node)
            try append(.jump(start))
            instructions[start] = split(into: start + 1, past: instructions.count, mode: mode)
            return
        }
        var splits: [Int] = []
        for _ in min..<max {
            splits.append(instructions.count)
            try append(.split(first: 0, second: 0))
            try emit(node)
        }
        for start in splits { instructions[start] = split(into: start + 1, past: instructions.count, mode: mode) }
    }

    private func split(into inside: Int, past outside: Int, mode: PatternNode.Mode) -> Instruction {
        mode == .lazy ? .split(first: outside, second: inside) : .split(first: inside, second: outside)
    }
}
