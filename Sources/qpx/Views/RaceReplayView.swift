internal import Engine
internal import Store

/// What racing would have made of a search, for people and programs.
struct RaceReplayView {
    private let search: SearchRecord
    private let specification: EarlyStoppingSpecification
    private let orders: Int
    /// The races in the search's own order.
    private let first: RaceReplay.Run
    /// Means over orders.
    private let raced: Double
    private let stopped: Double
    private let winners: Double
    private let wronged: Double
    private let scored: Double
    /// By how much the best trial of the search is better than the best one that is not stopped.
    private let lost: Double

    /// Races in as many orders as asked for.
    /// - Throws: `Failure`.
    init(
        _ replay: RaceReplay, _ specification: EarlyStoppingSpecification, orders: Int, shufflesTrials: Bool
    ) throws {
        search = replay.search
        self.specification = specification
        self.orders = orders
        let options = Race.Options(confidence: specification.confidence, stages: specification.stages)
        first = try replay.run(options, order: 0)
        let sign: Double = replay.search.direction == .maximize ? 1 : -1
        func best(_ entries: [RaceReplay.Entry]) -> Double {
            entries.filter { $0.trial.isWithinBudget != false }.compactMap { $0.trial.objectiveValue.map { sign * $0 } }
                .max() ?? 0
        }
        var sums = (raced: 0.0, stopped: 0.0, winners: 0.0, wronged: 0.0, scored: 0.0, lost: 0.0)
        for order in 0..<orders {
            let run = order == 0 ? first : try replay.run(options, order: order, shufflesTrials: shufflesTrials)
            sums.raced += Double(run.raced.count)
            sums.winners += Double(run.raced.count(where: \.isWinner))
            sums.stopped += Double(run.entries.count(where: \.isStopped))
            sums.wronged += Double(run.entries.count(where: \.isWronged))
            sums.scored += run.scoredShare
            sums.lost += best(run.entries) - best(run.entries.filter { !$0.isStopped })
        }
        stopped = sums.stopped / Double(orders)
        raced = sums.raced / Double(orders)
        winners = sums.winners / Double(orders)
        wronged = sums.wronged / Double(orders)
        scored = sums.scored / Double(orders)
        lost = sums.lost / Double(orders)
    }

    private var sign: Double { search.direction == .maximize ? 1 : -1 }

    /// The replay with stable keys.
    var json: JSONValue {
        [
            "search": .string(search.name), "confidence": .number(specification.confidence),
            "stages": .int(specification.stages), "orders": .int(orders), "trials": .number(raced),
            "stopped": .number(stopped), "winners": .number(winners), "wronged": .number(wronged),
            "scored": .number(scored),
            "lost": .number(lost),
            "races": .array(
                first.raced.map { entry in
                    [
                        "trial": .string(entry.trial.name), "incumbent": .optional(entry.incumbent?.name),
                        "scored": .optional(entry.standing?.scored), "examples": .optional(entry.standing?.examples),
                        "difference": .optional(entry.standing.map { sign * $0.difference }),
                        "stderr": .optional(entry.standing?.standardError),
                        "whole_difference": .optional(entry.wholeDifference.map { sign * $0 }),
                        "stopped": .bool(entry.isStopped), "wronged": .bool(entry.isWronged),
                    ]
                }),
        ]
    }

    func write(to console: Console) throws {
        var table = Table([
            .word("trial"), .word("against"), .number("scored"), .number("of"), .number("difference"),
            .number("± se"), .number("whole"), .word("stopped"),
        ])
        for entry in first.raced {
            guard let standing = entry.standing else { continue }
            table.add([
                Table.Cell(entry.trial.name, .bold), Table.Cell(entry.incumbent?.name ?? ""),
                Table.Cell(NumberText.grouped(standing.scored)), Table.Cell(NumberText.grouped(standing.examples)),
                Table.Cell(NumberText.signed(sign * standing.difference, 4)),
                Table.Cell(entry.isStopped ? NumberText.fixed(standing.standardError, 4) : ""),
                Table.Cell(NumberText.signed(entry.wholeDifference.map { sign * $0 }, 4)),
                entry.isWronged ? Table.Cell("wronged", .red) : Table.Cell(entry.isStopped ? "yes" : ""),
            ])
        }
        table.footnotes.append("difference: at the end of the race; whole: on all examples")
        try console.write(table)
        let mean = orders == 1 ? "" : ", on average over \(NumberText.grouped(orders)) orders of the examples"
        let digits = orders == 1 ? 0 : 2
        try console.write(
            "\(NumberText.fixed(stopped, digits)) of \(NumberText.fixed(raced, digits)) trials stopped; "
                + "\(NumberText.fixed(winners, digits)) were better than the one that they raced against, "
                + "\(NumberText.fixed(wronged, orders == 1 ? 0 : 4)) of those were stopped; "
                + "\(NumberText.percent(scored)) % of the examples scored; the best trial is worse by "
                + "\(NumberText.fixed(lost, 5))\(mean)\n")
    }
}
