import Foundation
import Testing

@testable import qpx

private struct Trial: Decodable, Equatable {
    var trial: String
    var kind: String
    var state: String
    var allocation: [String]?
    var bits: [Int]?
    var objective_value: Double?
    var within_budget: Bool?
    var error: String?
    var seed: UInt64
}

@Suite("searches and trials") struct ListingTests {
    private struct Searches: Decodable {
        struct Search: Decodable {
            var search: String
            var state: String
            var budget_bits_per_weight: Double?
            var complete: Int
            var failed: Int
            var best: Trial?
        }
        var searches: [Search]
    }
    private struct Trials: Decodable { var trials: [Trial] }

    @Test("searches lists the newest first, with the best trial within the budget") func searches() throws {
        let database = try ExampleDatabase()
        let run = try database.run(["searches", "--json"])
        let searches = try run.json(Searches.self).searches
        #expect(searches.map(\.search) == ["second", "first"])
        #expect(searches.map(\.best?.trial) == ["second/3", "first/6"])
        #expect(searches.allSatisfy { $0.complete == 6 && $0.failed == 1 && $0.budget_bits_per_weight == 5.5 })
        let text = try database.run(["searches"])
        #expect(text.out.contains("first") && text.out.contains("6/6 (1 failed)") && text.out.contains("20.0 %"))
        #expect(!text.out.contains("\u{1B}"))
    }

    @Test("an empty database lists nothing, on standard output too") func empty() throws {
        let database = try ExampleDatabase(isFilled: false)
        #expect(try database.run(["searches", "--json"]).json(Searches.self).searches.isEmpty)
        let run = try database.run(["searches"])
        #expect(run.out.isEmpty && run.error.contains("no searches yet") && run.status == 0)
        #expect(try database.run(["trials", "--quiet"]).error.isEmpty)
    }

    @Test(
        "trials takes searches, numbers, ranges, best and filters",
        arguments: [
            (["first"], ["first/1", "first/2", "first/3", "first/4", "first/5", "first/6", "first/7"]),
            (["first/2-4"], ["first/2", "first/3", "first/4"]), (["fir/best"], ["first/6"]),
            (["first/1", "second/1,3"], ["first/1", "second/1", "second/3"]),
            (["first", "--state", "failed"], ["first/7"]),
            (["first", "--kind", "baseline", "initial"], ["first/3", "first/4", "first/5"]),
            (["first", "--sort", "best", "--limit", "2", "--kind", "baseline,proposal"], ["first/4", "first/6"]),
            (["first", "--where", "bits.0 = 8 and bits.3 = 4"], ["first/6", "first/7"]),
            (["--where", "acc.arc_easy >= 0.7"], ["first/1", "second/1"]),
            (["first", "--where", "weight_bytes <= 1500000"], ["first/3"]),
            (["first", "--where", "kind != reference", "--where", "objective > 0.5"], ["first/4", "first/6"]),
            (
                ["*", "--where", "accuracy > 0.5", "--sort", "-accuracy,search"],
                ["first/1", "second/1", "first/4", "first/6", "second/4"]
            ),
            (["*/best"], ["first/6", "second/3"]),
            (["first", "--sort", "-weight_bytes", "--limit", "2"], ["first/1", "first/2"]),
            (["first", "--sort", "newest", "--limit", "2"], ["first/7", "first/6"]),
            (
                ["first/1-6", "--where", "label ~ '*bit' or allocation is missing"],
                ["first/1", "first/2", "first/3", "first/4"]
            ),
            (["--where", "learning_rate < 0.0005 and state = failed"], ["second/7"]),
            (["--where", "learning-rate = 0.001 and count.8 = 4"], ["first/4"]),
            (["--where", "error ~ '*infinite*' and search = first"], ["first/7"]),
            (
                ["--where", "arc_easy.acc.count = 8 and acc.arc_easy.stderr < 1 and number = 1"],
                ["first/1", "second/1"]
            ),
            (["--where", "not within_budget"], ["first/4", "second/4"]),
        ])
    func trials(arguments: [String], expected: [String]) throws {
        let run = try ExampleDatabase().run(["trials", "--json"] + arguments)
        #expect(run.status == 0, "\(run.error)")
        #expect(try run.json(Trials.self).trials.map(\.trial) == expected)
    }

    @Test("a trial carries its allocation layer by layer") func allocation() throws {
        let database = try ExampleDatabase()
        let trial = try #require(try database.run(["trials", "first/6", "--json"]).json(Trials.self).trials.first)
        #expect(trial.allocation == ["int8", "nf4", "int8", "nf4"] && trial.bits == [8, 4, 8, 4])
        #expect(trial.seed == 42 && trial.objective_value == 0.625 && trial.error == nil)
        let text = try database.run(["trials", "first"]).out
        #expect(text.contains("8484") && text.contains("the loss became infinite at step 3"))
        #expect(text.contains("2.77!") && text.contains("!: exceeds the budget"))
    }

    @Test(
        "what is not there or wrong is refused",
        arguments: [
            (["trials", "third"], 3, "no search 'third'"), (["trials", "first/99"], 3, "the last trial"),
            (["trials", "first/x"], 64, "names no trial"), (["trials", "--state", "done"], 64, "--state: unknown"),
            (["trials", "--where", "acc"], 64, "--where: character 1: 'acc' is no condition"),
            (["trials", "--where", "acc.piqq > 1"], 64, "Did you mean 'acc.piqa'?"),
            (["trials", "--where", "state = done"], 64, "'done' is none of"),
            (["trials", "--where", "label > 1"], 64, "text cannot be compared with a number"),
            (["trials", "--where", "bits.x = 8"], 64, "needs a layer"),
            (["trials", "--where", "bits.0.q = 8"], 64, "unknown module 'q'"),
            (["trials", "--where", "1; DROP TABLE trial"], 64, "character 2: ';' means nothing here"),
            (["trials", "--sort", "-nothing"], 64, "--sort: character 1: unknown name 'nothing'"),
            (["trials", "--columns", "trial,,number"], 64, "--columns: ''"),
            (["trials", "x*"], 3, "no search 'x*'"),
            (["trials", "--limit", "0"], 64, "--limit: 0 is out of range"), (["show", "frist"], 3, "did you mean"),
            (["show", "first/1-2"], 64, "names 2 trials"), (["compare", "first/1", "third/1"], 3, "no search"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, message: String) throws {
        let run = try ExampleDatabase().run(arguments)
        #expect(run.status == status)
        #expect(run.error.contains(message), "\(run.error)")
        #expect(run.out.isEmpty)
    }
}

@Suite("show") struct ShowTests {
    private struct Details: Decodable {
        struct Metric: Decodable {
            var name: String
            var task: String?
            var value: Double?
            var stderr: Double?
        }
        struct Suggestion: Decodable { var mean: Double }
        struct Step: Decodable { var loss: Double? }
        struct Artifact: Decodable { var sha256: String }
        struct Transition: Decodable { var to: String }
        var trial: Trial
        var metrics: [Metric]
        var suggestion: Suggestion?
        var training: [Step]
        var artifacts: [Artifact]
        var transitions: [Transition]
    }
    private struct SearchDetails: Decodable {
        struct Specification: Decodable { var learning_rate: Double }
        struct Importance: Decodable { var value: Double }
        var specification: Specification
        var importance: [Importance]
        var trials: [String: Int]
        var best: Trial?
    }

    @Test("a trial: everything that is recorded") func trial() throws {
        let database = try ExampleDatabase()
        let details = try database.run(["show", "first/best", "--json"]).json(Details.self)
        #expect(details.trial.trial == "first/6")
        #expect(details.metrics.first { $0.task == "arc_easy" }?.value == 0.625)
        #expect(details.suggestion?.mean == 0.6 && details.training.compactMap(\.loss) == [4.5, 4.25])
        #expect(details.artifacts.count == 1 && details.transitions.map(\.to) == ["running", "complete"])
        let text = try database.run(["show", "first/6"]).out
        for word in ["8484", "arc_easy", "0.6000 ± 0.0500", "2 steps, loss 4.5000 to 4.2500", "node-1"] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test("a search: specification, importance, counts, best") func search() throws {
        let database = try ExampleDatabase()
        let details = try database.run(["show", "first", "--json"]).json(SearchDetails.self)
        #expect(details.specification.learning_rate == 0.001 && details.importance.count == 4)
        #expect(details.trials == ["waiting": 0, "running": 0, "complete": 6, "failed": 1, "interrupted": 0])
        #expect(details.best?.trial == "first/6")
        let text = try database.run(["show", "first"]).out
        for word in ["learning_rate", "20.0 % of parameters", "5.5 bpw = 1.91 MiB", "6 complete, 1 failed"] {
            #expect(text.contains(word), "\(word)")
        }
    }
}

@Suite("report") struct ReportTests {
    @Test("writes every format at once, the best bold, what exceeds the budget marked") func formats() throws {
        let database = try ExampleDatabase()
        let arguments = ["report", "first", "--out", "table.md"] + ReportFormats.names.flatMap { ["--format", $0] }
        let run = try database.run(arguments)
        #expect(run.status == 0 && run.out.isEmpty, "\(run.error)")
        let names = database.folder.names.filter { $0.hasPrefix("table") }
        #expect(names == ["table.csv", "table.json", "table.md", "table.tex"])
        let markdown = try String(contentsOfFile: database.folder.path + "/table.md", encoding: .utf8)
        #expect(markdown.contains("## tiny\\_16"))
        #expect(markdown.contains("**62.50**"))
        #expect(markdown.contains("uniform 8-bit<sup>1</sup>") && markdown.contains("exceeds the budget"))
        #expect(markdown.contains("    qpx search --name first") && markdown.contains("    qpx report first"))
        let csv = try String(contentsOfFile: database.folder.path + "/table.csv", encoding: .utf8)
        #expect(
            csv.hasPrefix(
                "parameters_removed,method,bits_per_weight,arc_easy_acc,piqa_acc,mean_acc,held_out_loss,weight_bytes,trial\n"
                    + "0,intact,,0.75,0.5,0.625,"))
        #expect(csv.contains("0.2,searched (best of 4),6.5,0.625,0.5,0.5625,"))
    }

    @Test("of several searches shows the intact model once") func several() throws {
        let run = try ExampleDatabase().run(["report", "first", "second", "--format", "csv"])
        #expect(run.out.split(separator: "\n").filter { $0.contains(",intact,") }.count == 1)
        #expect(run.out.split(separator: "\n").filter { $0.contains("importance-based") }.count == 2)
    }

    @Test("goes to standard output, by default as Markdown, as JSON when asked") func standardOutput() throws {
        let database = try ExampleDatabase()
        #expect(try database.run(["report", "first"]).out.hasPrefix("## "))
        #expect(try database.run(["report", "first", "--json"]).out.hasPrefix("{"))
        #expect(try database.run(["report", "first", "--standard-errors"]).out.contains("62.50 ± 15.00"))
    }

    @Test(
        "wrong requests leave no file behind",
        arguments: [
            (["report", "first", "--format", "excel"], 64, "unknown format 'excel'"),
            (["report", "first", "--out", "table"], 64, "does not say the format"),
            (["report", "first", "--out", "no/table.md"], 3, "does not exist"),
            (["report", "third", "--out", "table.md"], 3, "no search 'third'"),
            (["report", "first", "--accuracy", "f1"], 64, "--accuracy: unknown value 'f1'"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, message: String) throws {
        let database = try ExampleDatabase()
        let run = try database.run(arguments)
        #expect(run.status == status)
        #expect(run.error.contains(message), "\(run.error)")
        #expect(!database.folder.names.contains { $0.hasPrefix("table") })
    }
}
