import Foundation
import Store
import Testing

@testable import qpx

@Suite("pareto") struct ParetoCommandTests {
    private struct Output: Decodable {
        struct Value: Decodable {
            var name: String
            var task: String?
            var direction: String
            var is_objective: Bool
        }
        struct Point: Decodable {
            var trial: String
            var kind: String
            var label: String?
            var weight_bytes: Int
            var bits_per_weight: Double?
            var value: Double
            var stderr: Double?
            var replicates: Int
            var allocation: [String]?
            var within_budget: Bool?
            var on_front: Bool
            var on_joint_front: Bool
        }
        struct Step: Decodable {
            var trial: String
            var hypervolume: Double
            var fraction: Double?
        }
        struct Search: Decodable {
            var search: String
            var budget_bytes: Int?
            var front: [String]
            var points: [Point]
            var hypervolume: [Step]
        }
        struct Joint: Decodable {
            var front: [String]
            var hypervolume: Double?
            var fraction: Double?
        }
        var value: Value
        var reference_value: Double?
        var reference_bytes: Int?
        var searches: [Search]
        var joint: Joint
    }

    @Test("works for any search, with stable keys") func json() throws {
        let database = try ExampleDatabase()
        let run = try database.run(["pareto", "first", "second", "--json"])
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        let output = try run.json(Output.self)
        #expect(output.value.name == "accuracy" && output.value.direction == "maximize" && output.value.is_objective)
        #expect(output.reference_value == 0.375 && output.reference_bytes == 2_000_000)
        let first = try #require(output.searches.first)
        #expect(first.search == "first" && first.budget_bytes == 2_000_000 && first.front == ["first/3", "first/6"])
        #expect(first.points.map(\.trial) == ["first/3", "first/4", "first/5", "first/6"])
        #expect(first.points.map(\.on_front) == [true, false, false, true])
        #expect(first.points.map(\.on_joint_front) == [false, false, false, true])
        #expect(first.points[1].within_budget == false && first.points[1].label == "uniform 8-bit")
        #expect(first.points[3].allocation == ["int8", "nf4", "int8", "nf4"] && first.points[3].stderr == 0.15)
        // Over the budget, uniform 8-bit adds nothing.
        #expect(first.hypervolume.map(\.trial) == ["first/3", "first/5", "first/6"])
        let area = 100_000 * 0.25 / 1_048_576
        #expect(first.hypervolume.map(\.hypervolume) == [0, area / 2, area])
        #expect(output.joint.front == ["second/3", "first/6"])
        let joint = try #require(output.joint.hypervolume)
        #expect(abs(joint - (400_000 * 0.125 + 100_000 * 0.25) / 1_048_576) < 1e-12)
        #expect(abs(try #require(output.joint.fraction) - 0.6) < 1e-9)
    }

    @Test("takes a metric in place of the objective, minimised where its name says so") func metric() throws {
        let database = try ExampleDatabase()
        let loss = try database.run(["pareto", "first", "--metric", "loss/held_out", "--json"]).json(Output.self)
        #expect(loss.value.task == "held_out" && loss.value.direction == "minimize" && !loss.value.is_objective)
        #expect(loss.searches[0].front == ["first/3"])
        let turned = try database.run([
            "pareto", "first", "--metric", "loss", "--direction", "maximize", "--reference-value", "2.5", "--json",
        ]).json(Output.self)
        #expect(turned.searches[0].front == ["first/3", "first/6"] && turned.reference_value == 2.5)
        let negative = try database.run(["pareto", "first", "--reference-value", "-1.5", "--json"]).json(Output.self)
        #expect(negative.reference_value == -1.5)
    }

    @Test("prints the front as a table and draws it, without colour where there is no terminal") func people() throws {
        let database = try ExampleDatabase()
        let run = try database.run(["pareto", "first"])
        #expect(run.status == 0)
        let lines = run.out.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "accuracy (more is better) against memory: first")
        #expect(lines.count { $0.contains("first/3") } == 1 && lines.count { $0.contains("first/6") } == 1)
        #expect(!run.out.contains("first/5") && run.out.contains("4488") == false)
        #expect(run.out.contains("2 of 4 trials; hypervolume 0.02384 accuracy·MiB, 20.0 % of the box"))
        #expect(run.out.contains("●") && run.out.contains("┊ budget") && run.out.contains("memory (MiB)"))
        #expect(!run.out.contains("\u{1B}") && lines.allSatisfy { $0.count <= 100 })
        let all = try database.run(["pareto", "first", "--all"]).out
        #expect(all.contains("dominated") && all.contains("exceeds the budget") && all.contains("first/5"))
        let both = try database.run(["pareto", "first", "second"]).out
        #expect(both.contains("all together: 2 of 8 trials") && both.contains("■ second"))
    }

    @Test("writes every report format, from standard output to a file")
    func formats() throws {
        let database = try ExampleDatabase()
        let csv = try database.run(["pareto", "first", "--format", "csv"]).out.split(separator: "\n")
        #expect(csv.first == "weight_bytes,bits_per_weight,value,standard_error,trial,allocation,label")
        #expect(csv.count == 3 && csv[2].contains("\"int8,nf4,int8,nf4\"") && csv[2].hasPrefix("1900000,"))
        #expect(try database.run(["pareto", "first", "--format", "latex"]).out.contains("\\begin{tabular}"))
        let run = try database.run(["pareto", "first", "second", "--out", "front.md", "--svg", "front.svg"])
        #expect(run.status == 0 && run.out.isEmpty && run.error.contains("wrote "), "\(run.error)")
        #expect(database.folder.names.contains("front.md") && database.folder.names.contains("front.svg"))
        let text = try String(contentsOfFile: database.folder.path + "/front.md", encoding: .utf8)
        #expect(text.contains("| Front") && text.contains("qpx pareto first second"))
        let json = try database.run(["pareto", "first", "--format", "json"])
        #expect(json.out.contains("\"tables\""))
    }

    @Test("draws an SVG of a paper's column, well-formed and labelled", arguments: ChartTheme.allCases)
    func svg(theme: ChartTheme) throws {
        let database = try FrontDatabase()
        let entries: [FrontDatabase.Entry] = [
            .init(bytes: 2_000_000, value: 3.5, standardError: 0.1, kind: .baseline, label: "uniform <4>&\"bit\""),
            .init(bytes: 2_500_000, value: 3.0, standardError: 0.1), .init(bytes: 2_700_000, value: 3.2),
            .init(bytes: 3_000_000, value: 2.5, standardError: 0.2),
            .init(bytes: 3_100_000, value: 2.4, kind: .baseline, label: "uniform 8-bit", isWithinBudget: false),
        ]
        try database.search("one", .minimize, budget: 3_050_000, entries)
        try database.search("two", .minimize, budget: 3_050_000, [.init(bytes: 2_200_000, value: 2.9)])
        let run = try database.run(["pareto", "one", "two", "--svg", "f.svg", "--theme", theme.rawValue, "--quiet"])
        #expect(run.status == 0, "\(run.error)")
        let text = try String(contentsOfFile: database.folder.path + "/f.svg", encoding: .utf8)
        let xml = XMLReader(text)
        #expect(xml.isWellFormed)
        let root = try #require(xml.elements.first)
        // 3.3 inches are 237.6 points.
        #expect(root.name == "svg" && root.attributes["width"] == "237.6pt")
        for label in [
            "memory (MiB)", "loss (less is better)", "one", "two", "all together", "budget", "<4>&\"bit\"", "8-bit",
        ] {
            #expect(xml.text.contains(label), "\(label)")
        }
        // A mark for each of six trials, and for five entries of the legend that have one.
        #expect(xml.count("path") >= 6 + 4)
        #expect(xml.text.contains("one/4: loss 2.5000 ± 0.2000, 2.86 MiB, 24000.00 bits"))
        #expect((xml.count("style") == 1) == (theme == .auto))
    }

    @Test(
        "is refused with one line and the right status",
        arguments: [
            (["pareto"], 64, "Missing expected argument"), (["pareto", "none"], 3, "none"),
            (["pareto", "first", "first"], 64, "a search is there twice"),
            (["pareto", "first", "--metric", "speed"], 64, "--direction is missing"),
            (["pareto", "first", "--metric", "f1"], 3, "has a metric 'f1'"),
            (["pareto", "first", "--metric", "acc/none"], 3, "has a metric 'acc/none'"),
            (["pareto", "first", "--metric", "acc"], 64, "has 2 metrics called 'acc'"),
            (["pareto", "first", "--metric", "/x"], 64, "'/x' is no metric"),
            (["pareto", "first", "--metric", "acc/"], 64, "'acc/' is no metric"),
            (["pareto", "first", "--metric", "acc", "--direction", "up"], 64, "--direction: unknown value 'up'"),
            (["pareto", "first", "--direction", "minimize"], 64, "--direction: an objective has one of its own"),
            (["pareto", "first", "--reference-value", "x"], 64, "--reference-value: 'x' is not a number"),
            (["pareto", "first", "--reference-value", "nan"], 64, "--reference-value: 'nan' is not a number"),
            (["pareto", "first", "--format", "pdf"], 64, "--format: unknown format 'pdf'"),
            (["pareto", "first", "--out", "front.txt"], 64, "does not say the format"),
            (["pareto", "first", "--out", "no/front.md"], 3, "--out: the folder"),
            (["pareto", "first", "--svg", "no/front.svg", "--out", "f.md"], 3, "--svg: the folder"),
            (["pareto", "first", "--svg", "."], 64, "is a folder"),
            (["pareto", "first", "--svg", "f.md", "--out", "f.md"], 64, "f.md is the file of --out"),
            (["pareto", "first", "--theme", "dark"], 64, "add --svg"),
            (["pareto", "first", "--svg", "f.svg", "--theme", "pink"], 64, "--theme: unknown value 'pink'"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, message: String) throws {
        let database = try ExampleDatabase()
        let names = database.folder.names
        let run = try database.run(arguments)
        #expect(run.status == status && run.out.isEmpty, "\(run.error)")
        #expect((run.error).contains(message), "\(run.error)")
        #expect(database.folder.names == names)
    }

    @Test("says so where nothing is complete, and where searches have no common value") func nothing() throws {
        let database = try FrontDatabase()
        try database.search("empty", .minimize, budget: 100, [])
        try database.search("a", .minimize, budget: 100, [.init(bytes: 50, value: 1)])
        try database.search("b", .maximize, budget: 100, objective: "f1", [.init(bytes: 50, value: 1)])
        let empty = try database.run(["pareto", "empty"])
        #expect(empty.status == 3 && empty.error.contains("no complete trial"))
        let both = try database.run(["pareto", "a", "b"])
        #expect(both.status == 64 && both.error.contains("no common front") && both.error.contains("--metric"))
    }
}
