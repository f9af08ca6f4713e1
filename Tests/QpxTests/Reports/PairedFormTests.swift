import Store
import Testing

@testable import qpx

@Suite("The form 'paired'") struct PairedFormTests {
    private typealias Entry = FormDatabase.Entry

    /// Losses of the windows under uniform 4-bit, in every search.
    private static let base = [10.0, 20, 30]

    private static func uniform(isWithinBudget: Bool = true) -> Entry {
        Entry(
            kind: .baseline, label: "uniform 4-bit", digits: "4444", losses: base,
            correct: [true, false, false, false], isWithinBudget: isWithinBudget)
    }

    private static func searched(_ differences: [Double], items: [String]? = nil) -> Entry {
        Entry(
            digits: "8444", losses: zip(base, differences).map { $0 + $1 }, correct: [true, true, false, false],
            items: items)
    }

    /// Three seeds; differences of the windows average to -1, -1, -3 nats.
    private func database() throws -> FormDatabase {
        let database = try FormDatabase()
        for (index, differences) in [[-1.0, -2, -3], [-3, -2, -1], [1, 1, -5]].enumerated() {
            try database.search(
                "s-\(index + 1)", seed: UInt64(index + 1), command: "qpx search --seed \(index + 1)",
                [
                    Entry(kind: .reference, label: "intact", losses: [1, 2, 3]),
                    Entry(kind: .reference, label: "pruned, not recovered", losses: [90, 90, 90]),
                    Self.uniform(),
                    Entry(
                        kind: .initial, label: "importance-based", digits: "4448", losses: Self.base,
                        correct: [true, false, false, false]),
                    Self.searched(differences),
                ])
        }
        return database
    }

    @Test("averages each example over the seeds, then takes the error over examples") func numbers() throws {
        let table = try #require(try PairedForm().tables(of: database().material("s-1", "s-2", "s-3")).first)
        #expect(
            table.texts("method") == [
                "importance-based", "importance-based", "searched (best of 3)", "searched (best of 3)",
            ])
        #expect(table.texts("metric") == ["loss/held", "mean_acc", "loss/held", "mean_acc"])
        #expect(table.texts("seeds") == ["3", "3", "3", "3"])
        // -1, -1, -3 nats in ten tokens each: mean -5/30; squares 8/3, over 2 and 3 a root of 2/3, by ten 1/15.
        #expect(table.texts("difference") == ["0.0000", "0.00", "-0.1667", "+25.00"])
        let error = try #require(table.column("difference_stderr")[2].value)
        #expect(abs(error - 1 / 15.0) < 1e-12 && table.texts("difference_stderr")[3] == "25.00")
        // Seeds: -0.2, -0.2, -0.1.
        let deviation = try #require(table.column("seed_deviation")[2].value)
        #expect(abs(deviation - (0.01 / 3.0).squareRoot()) < 1e-12)
        #expect(table.texts("seeds_better") == ["0 of 3", "0 of 3", "3 of 3", "3 of 3"])
        // Every draw is below zero: twice 1 of 10,001. Of four tests the smallest is multiplied with 4.
        #expect(table.column("p_value")[2].value == 2.0 / 10_001 && table.column("p_value")[0].value == 1)
        #expect(table.column("p_holm")[2].value == 8.0 / 10_001 && table.column("p_holm")[1].value == 1)
        #expect(table.rows[2].trials == ["s-1/5", "s-2/5", "s-3/5", "s-1/3", "s-2/3", "s-3/3"])
        #expect(table.remarks.contains("Baseline: uniform 4-bit."))
    }

    @Test("takes the baseline and the metrics that are asked for") func asked() throws {
        let database = try database()
        let table = try #require(
            try PairedForm().tables(
                of: database.material("s-1", "s-2", "s-3", baseline: "importance-based", metrics: ["acc/piqa"])
            ).first)
        #expect(table.texts("method") == ["uniform 4-bit", "searched (best of 3)"])
        #expect(table.texts("metric") == ["acc/piqa", "acc/piqa"])
        let apart = try PairedForm().tables(of: database.material("s-1", "s-2", groupsSeeds: false, metrics: ["loss"]))
        #expect(apart[0].texts("difference") == ["0.0000", "-0.2000", "0.0000", "-0.2000"])
        #expect(apart[0].texts("seed_deviation") == ["", "", "", ""] && apart[0].rows.map(\.startsGroup)[2])
    }

    @Test("averages replicates of a search before it takes differences") func replicates() throws {
        let database = try FormDatabase()
        try database.search(
            "one", seed: 1,
            [
                Self.uniform(), Self.searched([-1, -1, -1]),
                Entry(losses: [9, 20, 31], replicateOf: 2), Entry(losses: [11, 22, 33], replicateOf: 2),
            ])
        let table = try #require(try PairedForm().tables(of: database.material("one", metrics: ["loss"])).first)
        #expect(table.texts("method") == ["searched (best of 2)", "searched, mean of 2 fresh seeds"])
        // 0, 1, 2 nats: mean 1, error 1/√3, in ten tokens.
        let (difference, error) = (table.column("difference")[1].value, table.column("difference_stderr")[1].value)
        #expect(abs(try #require(difference) - 0.1) < 1e-12)
        #expect(abs(try #require(error) - 0.1 / 3.0.squareRoot()) < 1e-12)
        #expect(table.texts("seeds")[1] == "1")
    }

    @Test("the table of results says where a row has fewer seeds than the others") func fewer() throws {
        let database = try FormDatabase()
        let whole = [Self.uniform(), Self.searched([-1, -1, -1])]
        try database.search("one", seed: 1, whole)
        try database.search("two", seed: 2, whole + [Entry(losses: [9, 20, 31], replicateOf: 2)])
        let named = Entry(kind: .initial, label: "importance-based", digits: "4448", losses: Self.base)
        try database.search("three", seed: 3, [whole[0], named, Self.searched([-1, -1, -3])])
        let table = try #require(
            try ResultsForm().tables(of: database.material("one", "two", "three", metrics: ["loss"])).first)
        #expect(
            table.texts("method")
                == [
                    "uniform 4-bit", "importance-based (1 of 3 seeds)", "searched (best of 2 to 3)",
                    "searched, a fresh seed (1 of 3 seeds)",
                ])
        #expect(table.rows.map(\.isRanked) == [true, false, true, false])
    }

    @Test("leaves empty what is not on the examples of the baseline") func mismatch() throws {
        let database = try FormDatabase()
        try database.search(
            "one", seed: 1, [Self.uniform(), Self.searched([-1, -1, -1], items: ["0", "1", "other"])])
        let table = try #require(try PairedForm().tables(of: database.material("one")).first)
        for name in ["difference", "difference_stderr", "seeds_better", "p_value", "p_holm"] {
            #expect(table.texts(name)[0].isEmpty && table.column(name)[0].value == nil, "\(name)")
        }
        #expect(table.column("difference")[0].footnote == 1)
        #expect(table.footnotes == ["not on the examples of the baseline: not compared"])
        // The questions are the same.
        #expect(table.texts("difference")[1] == "+25.00")
    }

    @Test("takes another uniform precision where not all have 4 bits within the budget, and says so") func budget()
        throws
    {
        let database = try FormDatabase()
        let three = Entry(kind: .baseline, label: "uniform 3-bit", digits: "8888", losses: [20, 30, 40])
        try database.search("one", seed: 1, [three, Self.uniform(), Self.searched([-1, -1, -1])])
        try database.search(
            "two", seed: 1, settings: #""rank":16"#,
            [three, Self.uniform(isWithinBudget: false), Self.searched([-1, -1, -1])])
        let table = try #require(try PairedForm().tables(of: database.material("one", "two", metrics: ["loss"])).first)
        #expect(
            table.remarks[0]
                == "Baseline: the uniform precision with the most bits within the budget, as not every search has uniform "
                + "4-bit within it: uniform 3-bit.")
        #expect(table.texts("rank") == ["8", "8", "16", "16"])
        #expect(table.texts("difference") == ["-1.0000", "-1.1000", "-1.0000", "-1.1000"])
        #expect(table.footnotes == ["exceeds the budget"])
    }

    @Test("says what the methods are, and --brief what is needed to read the table") func commands() throws {
        let database = try database()
        let wrong = try database.run("report", "s-1", "--template", "paired", "--baseline", "uniform 4bit")
        #expect(wrong.status == 3 && wrong.error.contains("Did you mean 'uniform 4-bit'?"), "\(wrong.error)")
        let metric = try database.run("report", "s-1", "--template", "paired", "--metric", "lost")
        #expect(metric.status == 3 && metric.error.contains("loss/held"), "\(metric.error)")
        let other = try database.run("report", "s-1", "--baseline", "uniform 4-bit")
        #expect(other.status == 64 && other.error.contains("--baseline: belongs to"), "\(other.error)")
        for form in ["results", "paired"] {
            let long = try database.run("report", "s-*", "--template", form).out
            let brief = try database.run("report", "s-*", "--template", form, "--brief").out
            #expect(long.contains("qpx search --seed 2") && !brief.contains("qpx search"), "\(brief)")
            #expect(brief.contains("qpx report") && !brief.contains("2025-03-01") && brief.contains("±"), "\(brief)")
        }
        let trace = try database.run("report", "s-*", "--template", "paired", "--trace", "--format", "csv")
        #expect(trace.out.contains("s-1/5 s-2/5 s-3/5 s-1/3"), "\(trace.out)\(trace.error)")
    }
}
