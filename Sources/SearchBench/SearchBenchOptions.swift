import Engine

/// What to measure.
struct SearchBenchOptions {
    /// Wrong usage.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let usage =
        "usage: SearchBench [--seeds N] [--kinds ba16,ba32,mb16,ri16,lm16] [--ids FIRST-LAST] [--threads N] "
        + "[--part quality|importance|design|transfer|front]… [--acquisition NAME] [--initial N]"

    /// What is measured.
    enum Part: String, CaseIterable {
        case quality, importance, design, transfer, front
    }

    /// Searches of each problem, each with noise of its own.
    var seeds = 20
    /// Kinds of problems.
    var kinds = ["ba16", "ba32", "mb16", "ri16", "lm16"]
    /// Other problems of those kinds in place of those of the table.
    var ids: ClosedRange<UInt64>?
    /// Threads; the results do not depend on it, times do.
    var threads = 1
    /// What is measured.
    var parts = Part.allCases
    /// The acquisition; nil for the default.
    var acquisition: String?

    /// Trials of the initial design that all methods share, before the search's own proposals.
    var initialTrials = 10

    init(arguments: some Sequence<String>) throws(Failure) {
        var chosen: [Part] = []
        var rest = Array(arguments)[...]
        while let flag = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Failure(description: "\(flag): no value; \(Self.usage)") }
            switch flag {
            case "--seeds": seeds = try Self.count(value, flag)
            case "--threads": threads = try Self.count(value, flag)
            case "--initial":
                guard let number = Int(value), number >= 0 else {
                    throw Failure(description: "--initial: '\(value)' is no count")
                }
                initialTrials = number
            case "--kinds": kinds = value.split(separator: ",").map(String.init)
            case "--acquisition":
                guard Acquisitions.named(value) != nil else {
                    throw Failure(
                        description:
                            "--acquisition: '\(value)' is none of \(Acquisitions.all.map(\.name).joined(separator: ", "))"
                    )
                }
                acquisition = value
            case "--ids":
                let ends = value.split(separator: "-").compactMap { UInt64($0) }
                guard ends.count == 2, ends[0] <= ends[1] else {
                    throw Failure(description: "--ids: '\(value)' is not FIRST-LAST")
                }
                ids = ends[0]...ends[1]
            case "--part":
                guard let part = Part(rawValue: value) else {
                    throw Failure(description: "--part: '\(value)' is none; \(Self.usage)")
                }
                chosen.append(part)
            default: throw Failure(description: "unknown '\(flag)'; \(Self.usage)")
            }
        }
        if !chosen.isEmpty { parts = chosen }
    }

    private static func count(_ text: String, _ flag: String) throws(Failure) -> Int {
        guard let number = Int(text), number > 0 else { throw Failure(description: "\(flag): '\(text)' is no count") }
        return number
    }
}
