import Foundation
import Store
import Testing

@testable import qpx

@Suite("compare, of trials") struct CompareTrialsTests {
    private struct File: Decodable {
        struct Setting: Decodable {
            var name: String
            var differs: Bool
        }
        struct Allocation: Decodable {
            var trial: String
            var differing_layers: Int?
            var differing_modules: Int?
        }
        struct Layer: Decodable { var layer: Int }
        struct Metric: Decodable {
            struct Pair: Decodable {
                var p_value: Double?
                var p_holm: Double?
                var test: String?
                var interval: [Double]?
            }
            var name: String
            var task: String?
            var values: [Double?]
            var difference_stderrs: [Double?]
            var difference_is_paired: [Bool?]
            var paired: [Pair?]
        }
        struct Correction: Decodable { var tests: Int }
        struct Bootstrap: Decodable {
            var resamples: Int
            var seed: Int
        }
        struct Memory: Decodable {
            var weight_bytes: Int
            var difference: Int?
            var bits_per_weight_difference: Double?
        }
        struct Time: Decodable { var ratio: Double? }
        struct Training: Decodable {
            var step: Int?
            var loss: Double?
        }
        struct Trial: Decodable { var trial: String }
        var baseline: String
        var trials: [Trial]
        var settings: [Setting]
        var allocations: [Allocation]
        var layers: [Layer]
        var metrics: [Metric]
        var correction: Correction
        var bootstrap: Bootstrap
        var memory: [Memory]
        var time: [Time]
        var training: [Training]
    }

    private func file(_ arguments: [String]) throws -> File {
        let run = try ExampleDatabase().run(["compare"] + arguments + ["--json"])
        try #require(run.status == 0, "\(run.error)")
        return try run.json(File.self)
    }

    @Test("begins the page with settings, then layers, metrics, pairs, memory and time") func order() throws {
        let run = try ExampleDatabase().run(["compare", "first/3", "first/5", "first/6"])
        #expect(run.status == 0, "\(run.error)")
        let headings = [
            "Settings", "Bits per layer", "Metrics", "Differences to first/3",
            "first/5 against first/3, question by question", "first/6 against first/3, question by question",
            "Memory and time",
        ]
        let lines = run.out.split(separator: "\n").map(String.init)
        let places = headings.map { lines.firstIndex(of: $0) ?? -1 }
        #expect(!places.contains(-1) && places == places.sorted() && places.first == 0, "\(run.out)")
        #expect(run.out.contains("p (Holm)") && run.out.contains("gained"), "\(run.out)")
        #expect(run.out.contains("training loss: of the last step"), "\(run.out)")
    }

    @Test("takes the baseline from the list or from elsewhere, and puts it first") func baseline() throws {
        let own = try file(["first/3", "first/5", "first/6", "--baseline", "first/5"])
        #expect(own.baseline == "first/5" && own.trials.map(\.trial) == ["first/5", "first/3", "first/6"])
        let other = try file(["first/3", "--baseline", "second/best"])
        #expect(other.trials.map(\.trial) == ["second/3", "first/3"])
        let several = try ExampleDatabase().run(["compare", "first/3", "--baseline", "first/4-5"])
        #expect(several.status == 64 && several.error.contains("--baseline: 'first/4-5' is 2 trials"))
    }

    @Test("counts layers that are not as in the baseline") func distances() throws {
        let found = try file(["first/3", "first/4", "first/5", "first/6", "first/1"])
        #expect(found.allocations.map(\.differing_layers) == [nil, 4, 2, 2, nil])
        #expect(found.allocations.map(\.differing_modules) == [nil, 28, 14, 14, nil])
    }

    @Test("tests accuracies by McNemar and losses by the bootstrap, and corrects for their number") func tests() throws
    {
        let found = try file(["first/2", "first/4", "first/6"])
        let accuracy = try #require(found.metrics.first { $0.task == "arc_easy" })
        // 2 right against 5 and 5 of 8: three gained, none lost: 2 · 2⁻³.
        #expect(accuracy.paired.map { $0 == nil } == [true, false, false])
        #expect(accuracy.paired.dropFirst().allSatisfy { abs(($0?.p_value ?? 0) - 0.25) < 1e-12 })
        #expect(accuracy.paired[1]?.test == "mcnemar" && accuracy.paired[1]?.interval == nil)
        let loss = try #require(found.metrics.first { $0.name == "loss" })
        // One window of three is 3 nats of 300 tokens worse: drawn 0 to 3 times.
        let pair = try #require(loss.paired[1])
        #expect(pair.test == "bootstrap" && pair.interval?.count == 2)
        #expect(abs((pair.interval?[0] ?? 1)) < 1e-12 && abs((pair.interval?[1] ?? 0) - 0.03) < 1e-12)
        // Zero is among the draws with a chance of 8/27.
        #expect(abs((pair.p_value ?? 0) - 16.0 / 27) < 0.02)
        #expect(found.correction.tests == 4)
        // Holm: the smaller two are multiplied with 4 and 3, the larger come to 1.
        #expect(accuracy.paired[1]?.p_holm == 1 && accuracy.paired[2]?.p_holm == 1 && pair.p_holm == 1)
        #expect(found.bootstrap.resamples == 10_000 && found.bootstrap.seed == 42)
        let bootstrap = try file(["first/2", "first/6", "--test", "bootstrap"])
        let drawn = try #require(bootstrap.metrics.first { $0.task == "arc_easy" }?.paired[1])
        #expect(drawn.test == "bootstrap" && drawn.interval?.count == 2)
    }

    @Test("says where a standard error is not paired") func unpaired() throws {
        let found = try file(["first/3", "second/3"])
        let piqa = try #require(found.metrics.first { $0.task == "piqa" })
        #expect(piqa.difference_is_paired == [nil, false])
        #expect(abs((piqa.difference_stderrs[1] ?? 0) - (2 * 0.18 * 0.18).squareRoot()) < 1e-12)
        #expect(found.metrics.first { $0.task == "arc_easy" }?.difference_is_paired == [nil, true])
        let run = try ExampleDatabase().run(["compare", "first/3", "second/3", "--all"])
        #expect(run.out.contains("0.0000 (± 0.2546)"), "\(run.out)")
        #expect(run.out.contains("not tested"), "\(run.out)")
    }

    @Test("puts memory, time and the end of training beside those of the baseline") func costs() throws {
        let found = try file(["first/3", "first/4"])
        #expect(found.memory.map(\.weight_bytes) == [1_500_000, 2_900_000])
        #expect(found.memory.map(\.difference) == [nil, 1_400_000])
        #expect(found.memory.map(\.bits_per_weight_difference) == [nil, 4])
        #expect(found.time.map(\.ratio) == [nil, 1])
        #expect(found.training.map(\.step) == [1, 1] && found.training.map(\.loss) == [4.25, 4.25])
        let run = try ExampleDatabase().run(["compare", "first/3", "first/4"])
        #expect(run.out.contains("+1.335") && run.out.contains("×1.00") && run.out.contains("!: exceeds the budget"))
    }

    @Test("keeps and drops settings and metrics by pattern, and metrics by name") func filter() throws {
        let kept = try file(["first/3", "first/6", "--keep", "learning*", "--keep", "acc*"])
        #expect(kept.settings.map(\.name) == ["learning_rate"])
        #expect(kept.metrics.map(\.name) == ["acc", "acc"])
        let dropped = try file(["first/3", "first/6", "--drop", "*/piqa", "--drop", "?abel"])
        #expect(dropped.metrics.map(\.name) == ["acc", "loss"] && !dropped.settings.contains { $0.name == "label" })
        let named = try file(["first/3", "first/6", "--metric", "acc/arc_easy", "--metric", "loss"])
        #expect(named.metrics.map { $0.task ?? "" } == ["arc_easy", "held_out"])
        let different = try file(["first/3", "first/6", "--only-different"])
        #expect(different.settings.allSatisfy(\.differs) && !different.settings.isEmpty)
        #expect(different.layers.map(\.layer) == [0, 2] && different.metrics.map(\.name) == ["acc", "loss"])
    }

    @Test(
        "refuses what cannot be understood, and says what to do",
        arguments: [
            (["first/3"], 64, "two to twenty trials can be compared, and first/3 is one"),
            (["first/3", "first/3"], 64, "is one"), (["first", "first"], 64, "two to twenty searches"),
            (["first/3", "first/6", "--metric", "lss"], 3, "Did you mean 'loss'?"),
            (["first/3", "first/6", "--metric", "acc/arc_esy"], 3, "Did you mean 'acc/arc_easy'?"),
            (["first/3", "first/6", "--metric", "/x"], 64, "is no metric"),
            (["first/3", "first/6", "--keep", "learning_rte"], 3, "Did you mean 'learning_rate'?"),
            (["first/3", "first/6", "--precision", "13"], 64, "--precision: 13 is out of range"),
            (["first/3", "first/6", "--test", "mcnemr"], 64, "Did you mean 'mcnemar'?"),
            (["first/3", "first/6", "--all", "--only-different"], 64, "opposites"),
            (["first/3", "first/6", "--format", "latx"], 64, "Did you mean 'latex'?"),
            (["first/3", "first/6", "--out", "table"], 64, "does not say the format"),
            (["first/3", "first/6", "--out", "no/table.md"], 3, "does not exist"),
            (["first/3", "first/99"], 3, "the last trial"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, message: String) throws {
        let run = try ExampleDatabase().run(["compare"] + arguments)
        #expect(run.status == status && (run.error.contains(message)), "\(run.error)")
        #expect(run.out.isEmpty)
    }

    @Test("more than twenty trials are too many") func tooMany() throws {
        let database = try FrontDatabase()
        try database.search(
            "s", .minimize, budget: nil, (1...21).map { FrontDatabase.Entry(bytes: $0, value: Double($0)) })
        let run = try database.run(["compare", "s"])
        #expect(run.status == 64 && run.error.contains("and s are 21"), "\(run.error)")
        #expect(try database.run(["compare", "s/1-20"]).status == 0)
        #expect(try database.run(["compare", "s/1-20", "--baseline", "s/21"]).status == 64)
    }

    @Test("writes as many decimals as are asked for") func precision() throws {
        let run = try ExampleDatabase().run(["compare", "first/3", "first/6", "--precision", "2"])
        #expect(run.out.contains("0.38 ± 0.15") && run.out.contains("+0.25"), "\(run.out)")
    }

    @Test("is the same table in Markdown, CSV, LaTeX and JSON") func formats() throws {
        let database = try ExampleDatabase()
        let markdown = try database.run(["compare", "first/3", "first/6", "--format", "markdown"])
        #expect(
            markdown.out.hasPrefix("## Settings\n") && markdown.out.contains("## Memory and time"), "\(markdown.out)")
        #expect(markdown.out.contains("Made with:\n\n    qpx compare first/3 first/6 --format markdown"))
        let latex = try database.run(["compare", "first/3", "first/6", "--format", "latex"])
        #expect(latex.out.contains("\\caption{Bits per layer}") && latex.out.contains("$\\pm$"), "\(latex.out)")
        let csv = try database.run(["compare", "first/3", "first/6", "--format", "csv", "--only-different"])
        let lines = csv.out.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("section,name,task,of,value,stderr,difference,difference_stderr,paired,gained,lost"))
        #expect(lines.contains("setting,kind,,first/3,baseline,,,,,,,,,,,,"), "\(csv.out)")
        #expect(lines.contains("layer,0,,first/6,int8,,,,,,,,,,,,"), "\(csv.out)")
        let accuracy = try #require(lines.first { $0.hasPrefix("metric,acc,arc_easy,first/6,") })
        #expect(accuracy.hasPrefix("metric,acc,arc_easy,first/6,0.625,0.15,0.25,0.1636"), "\(accuracy)")
        #expect(accuracy.contains(",true,2,0,mcnemar,0.5,"), "\(accuracy)")
        #expect(lines.contains("memory,weight_bytes,,first/6,1900000,,400000,,,,,,,,,,"), "\(csv.out)")
        #expect(!csv.out.contains("piqa"))
        let json = try database.run(["compare", "first/3", "first/6", "--format", "json"])
        #expect(json.out == (try database.run(["compare", "first/3", "first/6", "--json"])).out)
    }

    @Test("writes a report to a file, whole, in the format of its name") func file() throws {
        let database = try ExampleDatabase()
        let run = try database.run(["compare", "first/3", "first/6", "--out", "table.tex"])
        #expect(run.status == 0 && run.out.isEmpty && run.error.contains("wrote "), "\(run.error)")
        let text = try String(contentsOfFile: database.folder.path + "/table.tex", encoding: .utf8)
        #expect(text.contains("\\caption{Metrics}"))
    }

    @Test("is the same bytes every time") func deterministic() throws {
        let database = try ExampleDatabase()
        for arguments in [["--all"], ["--json"], ["--format", "csv"]] {
            let once = try database.run(["compare", "first/1-6", "second/3"] + arguments)
            #expect(once.out == (try database.run(["compare", "first/1-6", "second/3"] + arguments)).out)
        }
    }

    @Test("an objective that no metric has is a row of its own") func objective() throws {
        let database = try FrontDatabase()
        try database.search(
            "s", .minimize, budget: nil,
            [.init(bytes: 1, value: 3, standardError: 0.3), .init(bytes: 2, value: 2.5, standardError: 0.4)])
        let run = try database.run(["compare", "s/1", "s/2", "--json"])
        #expect(
            run.out.contains("\"name\": \"loss\"") && run.out.contains("\"differences\": [null, -0.5]"), "\(run.out)")
    }
}
