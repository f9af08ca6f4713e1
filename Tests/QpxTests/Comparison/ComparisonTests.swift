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
        let pair = try #require(
            PairedDifference(
                accuracyOf: examples([true, true, false, false, false]),
                examples([true, false, true, true, false]), isNormalized: false))
        #expect(pair.gained == 2 && pair.lost == 1)
        #expect(abs(pair.difference - 0.2) < 1e-15)
        // Differences 0, -1, 1, 1, 0: mean 0.2, sum of squares 2.8, variance 0.7, over 5 questions 0.14.
        #expect(abs((pair.standardError ?? 0) - 0.14.squareRoot()) < 1e-15)
        #expect(pair.pValue == 1)
    }

    @Test("does not exist where the questions are others") func others() {
        let first = examples([true, false])
        var second = first
        second.items = ["0", "2"]
        #expect(PairedDifference(accuracyOf: first, second, isNormalized: false) == nil)
        #expect(PairedDifference(accuracyOf: first, first, isNormalized: true) == nil)
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

    @Test("of a loss is per token") func loss() throws {
        let first = ExampleResultRecord(task: "t", items: ["0", "1"], choices: [1, 1], logLikelihoods: [-100, -120])
        let second = ExampleResultRecord(task: "t", items: ["0", "1"], choices: [1, 1], logLikelihoods: [-110, -124])
        let pair = try #require(PairedDifference(lossOf: first, second, tokens: 200))
        #expect(abs(pair.difference - 0.07) < 1e-15)
        // Differences 10 and 4: standard error of the mean 3, of the sum 6, of the loss 6 / 200.
        #expect(abs((pair.standardError ?? 0) - 0.03) < 1e-15)
        #expect(pair.gained == nil && pair.pValue == nil)
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
        #expect(file.metrics.first { $0.task == "piqa" }?.paired.last as? File.Metric.Pair == nil)
    }

    @Test("marks the layers that differ") func layers() throws {
        let run = try ExampleDatabase().run(["compare", "first/6", "first/5"])
        #expect(run.out.contains("first/6   8484\nfirst/5   4488\n2 differ  ^  ^"), "\(run.out)")
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
