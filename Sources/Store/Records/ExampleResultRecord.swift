/// How a trial answered every question of a task: enough to compare two trials question by question.
///
/// The questions are stored once for all trials that answer them; log-likelihoods as float64, flags as bits.
public struct ExampleResultRecord: Equatable, Sendable {
    /// The task, or the file of a text (then an item is a window with one choice).
    public var task: String
    /// Ids of the questions, in order.
    public var items: [String]
    /// How many choices each has: `[items]`.
    public var choices: [Int]
    /// Log-likelihood in nats of every choice of every question: `[sum of choices]`.
    public var logLikelihoods: [Double]
    /// Whether each choice is what greedy decoding would say: `[sum of choices]`; nil where not determined.
    public var isGreedy: [Bool]?
    /// Whether the likeliest choice is right: `[items]`; nil where nothing can be right.
    public var correct: [Bool]?
    /// The same with length-normalized log-likelihoods.
    public var correctNorm: [Bool]?

    /// Results to record.
    public init(
        task: String, items: [String], choices: [Int], logLikelihoods: [Double], isGreedy: [Bool]? = nil,
        correct: [Bool]? = nil, correctNorm: [Bool]? = nil
    ) {
        self.task = task
        self.items = items
        self.choices = choices
        self.logLikelihoods = logLikelihoods
        self.isGreedy = isGreedy
        self.correct = correct
        self.correctNorm = correctNorm
    }

    init(row: Row, items: [(item: String, choices: Int)]) throws {
        self.init(
            task: try row.text("task"), items: items.map(\.item), choices: items.map(\.choices), logLikelihoods: [])
        let total = choices.reduce(0, +)
        logLikelihoods = try PackedNumbers.doubles(
            try row.blob("log_likelihoods"), count: total, column: "log_likelihoods")
        isGreedy = try row.optionalBlob("is_greedy").map {
            try PackedNumbers.flags($0, count: total, column: "is_greedy")
        }
        correct = try row.optionalBlob("correct").map {
            try PackedNumbers.flags($0, count: items.count, column: "correct")
        }
        correctNorm = try row.optionalBlob("correct_norm").map {
            try PackedNumbers.flags($0, count: items.count, column: "correct_norm")
        }
    }

    func insert(into database: Database, trialID: Int) throws {
        try check()
        try database.insert(
            into: "example_result",
            [
                "trial_id": trialID, "task": task, "set_id": try insertSetIfNew(into: database),
                "log_likelihoods": PackedNumbers.bytes(logLikelihoods),
                "is_greedy": isGreedy.map(PackedNumbers.bytes), "correct": correct.map(PackedNumbers.bytes),
                "correct_norm": correctNorm.map(PackedNumbers.bytes),
            ])
    }

    /// More choices than any question has: sums of counts up to this cannot overflow.
    static let choiceLimit = 1_000_000

    private func check() throws {
        let total = choices.reduce(0) { $0 + min(max(0, $1), Self.choiceLimit) }
        let isWhole =
            !items.isEmpty && choices.count == items.count && choices.allSatisfy { (1...Self.choiceLimit).contains($0) }
            && logLikelihoods.count == total && (isGreedy ?? []).count == (isGreedy == nil ? 0 : total)
            && [correct, correctNorm].allSatisfy { $0 == nil || $0?.count == items.count }
        guard isWhole else {
            throw StoreError.badRecord(
                field: "the examples of \(task)", reason: "items, choices, log-likelihoods and flags differ in number")
        }
    }

    private func insertSetIfNew(into database: Database) throws -> Int {
        // Lengths before the ids: no id can be mistaken for the border between two.
        let canonical = zip(items, choices).map { "\($0.utf8.count) \($0) \($1)\n" }.joined()
        let digest = SHA256.hexDigest(of: Array(canonical.utf8))
        if let known = try database.first(
            "SELECT id FROM example_set WHERE digest = :digest", ["digest": digest], { try $0.integer("id") })
        {
            return known
        }
        let set = try database.insert(into: "example_set", ["digest": digest, "count": items.count])
        for (position, (item, choices)) in zip(items, choices).enumerated() {
            try database.insert(
                into: "example_item", ["set_id": set, "position": position, "item": item, "choices": choices])
        }
        return set
    }
}

extension ExampleResultRecord {
    /// The answers to some of the questions, in their order.
    public func restricted(to chosen: Set<String>) -> ExampleResultRecord {
        var part = self
        part.items = []
        part.choices = []
        part.logLikelihoods = []
        var kept: [Int] = []
        var greedy: [Bool] = []
        var start = 0
        for (index, item) in items.enumerated() {
            let range = start..<start + choices[index]
            start = range.upperBound
            guard chosen.contains(item) else { continue }
            kept.append(index)
            part.items.append(item)
            part.choices.append(choices[index])
            part.logLikelihoods += logLikelihoods[range]
            greedy += isGreedy.map { Array($0[range]) } ?? []
        }
        part.isGreedy = isGreedy == nil ? nil : greedy
        part.correct = correct.map { flags in kept.map { flags[$0] } }
        part.correctNorm = correctNorm.map { flags in kept.map { flags[$0] } }
        return part
    }
}
