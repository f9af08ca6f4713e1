/// Everything that decides what the example is.
struct Recipe: Sendable, Equatable {
    /// Folder of the example.
    var out = "example"
    /// Seed of the world, its texts and its tasks.
    var seed: UInt64 = 7
    /// Only the steps of this group, or all.
    var only: Step.Group?
    /// Number of inhabitants, each with a fact per `Attribute`.
    var population = 48
    /// Number of tokens, special ones included.
    var vocabularySize = 1024
    /// Longest input of the model, in tokens.
    var contextLength = 128
    /// Training text, in bytes.
    var trainBytes = 12_000_000
    /// Text for calibration and recovery, in bytes.
    var calibrationBytes = 90_000
    /// Unseen text for perplexity, in bytes.
    var heldOutBytes = 30_000
    /// Optimiser steps of the training.
    var steps = 2500
    /// Windows per step.
    var batchSize = 16
    /// Questions in each task file.
    var questions = 200

    static let usage =
        "ExampleMaker [--out FOLDER] [--seed N] [--only \(Step.Group.allCases.map(\.rawValue).joined(separator: "|"))] "
        + "[--population N] [--vocabulary N] [--train-bytes N] [--questions N] [--steps N]"

    /// The recipe that command line arguments ask for.
    init(arguments: some Sequence<String>) throws(ExampleError) {
        var rest = arguments.makeIterator()
        while let flag = rest.next() {
            guard let value = rest.next() else { throw .usage("\(flag) needs a value, or is unknown") }
            switch flag {
            case "--out": out = value
            case "--seed":
                guard let number = UInt64(value) else { throw .usage("--seed \(value): not a whole number") }
                seed = number
            case "--only":
                guard let group = Step.Group(rawValue: value) else { throw .usage("--only \(value): unknown") }
                only = group
            case "--population": population = try Self.positive(flag, value)
            case "--vocabulary": vocabularySize = try Self.positive(flag, value)
            case "--train-bytes": trainBytes = try Self.positive(flag, value)
            case "--questions": questions = try Self.positive(flag, value)
            case "--steps": steps = try Self.positive(flag, value)
            default: throw .usage("unknown option \(flag)")
            }
        }
    }

    private static func positive(_ flag: String, _ value: String) throws(ExampleError) -> Int {
        guard let number = Int(value), number > 0, number <= 1 << 31 else {
            throw .usage("\(flag) \(value): not a positive number")
        }
        return number
    }
}
