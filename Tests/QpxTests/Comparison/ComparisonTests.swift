import Foundation
import Store
import Testing

@testable import qpx

@Suite("A paired difference") struct PairedDifferenceTests {
    private func examples(_ correct: [Bool]) -> ExampleResultRecord {
        ExampleResultRecord(
            task: "t", items: correct.indices.map(String.init), choices: correct.map { _ in 1 },
            logLikelihoods: correct.map { _ in -1 }, correct: correct)
    }

    @Test("has the standard error of the differences question by question") func standardError() throws {
        let sample = try #require(
            PairedSample(
                accuracyOf: examples([true, true, false, false, false]),
                examples([true, false, true, true, false]), isNormalized: false))
        var pair = PairedDifference(sample)
        #expect(pair.gained == 2 && pair.lost == 1)
        #expect(abs(pair.difference - 0.2) < 1e-15)
        // Differences 0, -1, 1, 1, 0: mean 0.2, sum of squares 2.8, variance 0.7, over 5 questions 0.14.
        #expect(abs((pair.standardError ?? 0) - 0.14.squareRoot()) < 1e-15)
        #expect(pair.pValue == nil && pair.test == nil)
        pair.test(sample, by: .mcnemar, purpose: "t")
        #expect(pair.pValue == 1 && pair.test == .mcnemar)
    }

    @Test("does not exist where the questions are others") func others() {
        let first = examples([true, false])
        var second = first
        second.items = ["0", "2"]
        #expect(PairedSample(accuracyOf: first, second, isNormalized: false) == nil)
        #expect(PairedSample(accuracyOf: first, first, isNormalized: true) == nil)
        #expect(PairedSample(lossOf: first, second, units: 10) == nil)
        #expect(PairedSample(meanAccuracyOf: [first], [first, first]) == nil)
    }

    @Test(
        "McNemar's test is the exact binomial one",
        arguments: [
            (0, 0, 1), (5, 0, 0.0625), (1, 9, 0.021484375), (10, 3, 0.09228515625), (3, 10, 0.09228515625), (4, 4, 1),
            (1, 0, 1),
        ])
    func exact(gained: Int, lost: Int, expected: Double) {
        #expect(abs(PairedDifference.exactTest(gained, lost) - expected) < 1e-12)
    }

    @Test("McNemar's test does not underflow") func large() {
        #expect((0...1).contains(PairedDifference.exactTest(1500, 1400)))
        #expect(PairedDifference.exactTest(1500, 1400) > 0.05)
        #expect(PairedDifference.exactTest(3000, 10) < 1e-100)
    }

    private static let first = ExampleResultRecord(
        task: "t", items: ["0", "1"], choices: [1, 1], logLikelihoods: [-100, -120])
    private static let second = ExampleResultRecord(
        task: "t", items: ["0", "1"], choices: [1, 1], logLikelihoods: [-110, -124])

    @Test("of a loss is per token") func loss() throws {
        let pair = PairedDifference(try #require(PairedSample(lossOf: Self.first, Self.second, units: 200)))
        #expect(abs(pair.difference - 0.07) < 1e-15)
        // Differences 10 and 4: standard error of the mean 3, of the sum 6, of the loss 6 / 200.
        #expect(abs((pair.standardError ?? 0) - 0.03) < 1e-15)
        #expect(pair.gained == nil && pair.pValue == nil)
    }

    @Test("of a perplexity is the difference of exponentials, its error by their slopes") func perplexity() throws {
        let pair = PairedDifference(
            try #require(PairedSample(lossOf: Self.first, Self.second, units: 200, isExponential: true)))
        // Losses per token: 220/200 and 234/200.
        let (a, b) = (exp(1.1), exp(1.17))
        #expect(abs(pair.difference - (b - a)) < 1e-12)
        let differences = [b * 110 - a * 100, b * 124 - a * 120]
        let error = abs(differences[0] - differences[1]) / 2 * 2 / 200
        #expect(abs((pair.standardError ?? 0) - error) < 1e-12)
    }

    @Test("of a mean over tasks gives every task the same weight") func meanAccuracy() throws {
        let sample = try #require(
            PairedSample(
                meanAccuracyOf: [examples([true, false]), examples([true, true, false, false])],
                [examples([false, false]), examples([true, true, true, true])]))
        var pair = PairedDifference(sample)
        // −1/2 and +2/4, half of each.
        #expect(pair.difference == 0 && pair.gained == 2 && pair.lost == 1 && pair.count == 6)
        // Errors of the two: 1/2, and √(1/3 / 4); each counts half.
        #expect(abs((pair.standardError ?? 0) - (0.25 * 0.25 + 0.25 / 12).squareRoot()) < 1e-15)
        pair.test(sample, by: .z, purpose: "")
        #expect(pair.pValue == 1 && pair.test == .z)
    }

    @Test("over its error is tested against the normal distribution") func normal() throws {
        // 100 questions, 16 gained, 4 lost: difference 0.12, variance (0.2 − 0.0144) · 100/99 / 100.
        let correct = (0..<100).map { $0 < 50 }
        let other = (0..<100).map { $0 < 4 ? false : $0 >= 50 && $0 < 66 ? true : $0 < 50 }
        let sample = try #require(PairedSample(accuracyOf: examples(correct), examples(other), isNormalized: false))
        var pair = PairedDifference(sample)
        pair.test(sample, by: .z, purpose: "")
        let error = ((0.2 - 0.0144) / 99).squareRoot()
        #expect(abs((pair.standardError ?? 0) - error) < 1e-15)
        // Φ of 2.77143: two-sided 0.00558.
        #expect(abs((pair.pValue ?? 0) - erfc(0.12 / error / 2.0.squareRoot())) < 1e-15)
        #expect(abs((pair.pValue ?? 0) - 0.0056) < 0.0001)
    }
}

@Suite("compare") struct CompareTests {
    private struct File: Decodable {
        struct Setting: Decodable {
            var name: String
            var differs: Bool
        }
        struct Layer: Decodable {
            var differs: Bool
            var precisions: [String?]
        }
        struct Metric: Decodable {
            struct Pair: Decodable {
                var difference: Double
                var stderr: Double?
                var gained: Int?
                var lost: Int?
                var p_value: Double?
                var test: String?
            }
            var name: String
            var task: String?
            var differs: Bool
            var differences: [Double?]
            var paired: [Pair?]
        }
        struct Trial: Decodable { var trial: String }
        var trials: [Trial]
        var settings: [Setting]
        var layers: [Layer]
        var metrics: [Metric]
    }

    @Test("puts what differs first") func order() throws {
        let file = try ExampleDatabase().run(["compare", "first/6", "second/3", "--json"]).json(File.self)
        #expect(file.trials.map(\.trial) == ["first/6", "second/3"])
        #expect(file.settings.prefix { $0.differs }.map(\.name) == ["kind", "label", "learning_rate"])
        #expect(file.settings.drop { $0.differs }.allSatisfy { !$0.differs })
        #expect(file.layers.map(\.differs) == [true, false, true, false])
        #expect(file.layers.first?.precisions == ["int8", "nf4"])
        #expect(file.metrics.map(\.differs) == [true, true, false])
    }

    @Test("measures differences question by question") func paired() throws {
        let file = try ExampleDatabase().run(["compare", "first/6", "second/3", "--json"]).json(File.self)
        let accuracy = try #require(file.metrics.first { $0.task == "arc_easy" })
        let pair = try #require(accuracy.paired.last ?? nil)
        #expect(accuracy.differences == [nil, -0.125] && pair.difference == -0.125)
        #expect(pair.gained == 0 && pair.lost == 1 && pair.p_value == 1)
        #expect(abs((pair.stderr ?? 0) - 0.125) < 1e-12)
        let loss = try #require(file.metrics.first { $0.name == "loss" })
        #expect(abs(((loss.paired.last ?? nil)?.difference ?? 0) + 1.0 / 300) < 1e-12)
        #expect(loss.paired.last??.test == "bootstrap" && pair.test == "mcnemar")
        #expect(file.metrics.first { $0.task == "piqa" }?.paired.last as? File.Metric.Pair == nil)
    }

    @Test("marks the layers that differ") func layers() throws {
        let run = try ExampleDatabase().run(["compare", "first/6", "first/5"])
        #expect(
            run.out.contains(
                """
                Bits per layer
                trial          differ  layers from 0
                first/6             -  8484
                first/5             2  4488
                not all agree       2  ^  ^
                """), "\(run.out)")
        #expect(run.out.contains("Settings") && run.out.contains("more are the same (--all shows them)"))
    }

    @Test("a search stands for its best trial, a single one for all that are complete") func searches() throws {
        let database = try ExampleDatabase()
        let best = try database.run(["compare", "first", "second", "--json"]).json(File.self)
        #expect(best.trials.map(\.trial) == ["first/6", "second/3"])
        let all = try database.run(["compare", "first", "--json"]).json(File.self)
        #expect(all.trials.count == 6)
    }
}
