import Foundation
import Testing

@testable import qpx

@Suite("A report's form") struct ReportFormTests {
    private func csv(_ run: Binary.Run) -> [[String]] {
        #expect(run.status == 0, "\(run.error)")
        return run.out.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test("results: searches that differ in their seed are one row, mean ± standard deviation") func seeds() throws {
        let database = try SeedDatabase()
        let run = try database.run("report", "a-*", "--digits", "3")
        #expect(run.status == 0, "\(run.error)")
        // By hand: 50, 55, 60 is 55 ± 5; 60, 70, 80 is 70 ± 10; means 45, 50, 47.5 and 55, 61, 67.
        #expect(run.out.contains("55.000 ± 5.000") && run.out.contains("70.000 ± 10.000"), "\(run.out)")
        #expect(run.out.contains("47.500 ± 2.500") && run.out.contains("61.000 ± 6.000"), "\(run.out)")
        #expect(run.out.contains("± is the standard deviation over 3 seeds."))
        #expect(run.out.contains("a-1/3 a-2/3 a-3/3") && run.out.contains("searched (best of 2)"))
        // The intact model is the same for all: once, and no deviation.
        #expect(run.out.components(separatedBy: "| intact").count == 2 && !run.out.contains("95.000 ±"))
        let apart = try csv(database.run("report", "a-*", "--each-seed", "--format", "csv"))
        #expect(apart.count == 1 + 1 + 3 * 2)
    }

    @Test("leaves out columns by their names, and says little where little is asked for") func hidden() throws {
        let database = try SeedDatabase()
        let rows = try csv(
            database.run("report", "a-*", "--hide", "*_acc", "--hide", "trial", "--format", "csv"))
        #expect(rows[0] == ["parameters_removed", "method", "bits_per_weight", "weight_bytes"])
        #expect(rows.allSatisfy { $0.count == 4 })
        let unknown = try database.run("report", "a-1", "--hide", "triall")
        #expect(unknown.status == 3 && unknown.error.contains("Did you mean 'trial'?"))
        let brief = try database.run("report", "a-*", "--brief", "--hide", "trial")
        #expect(!brief.out.contains("a-1") && brief.out.contains("± is the standard deviation over 3 seeds."))
        #expect(brief.out.contains("qpx report 'a-*' --brief --hide trial"))
    }

    @Test(
        "names that differ in their ends are written in short",
        arguments: [
            (["a-1", "a-2", "a-3"], "a-{1,2,3}"), (["a-1"], "a-1"), (["x", "y"], "x y"), (["a", "a-2"], "a a-2"),
            (["main-one-thing", "main-something-else"], "main-one-thing main-something-else"),
        ])
    func names(names: [String], expected: String) {
        #expect(NameList.text(names) == expected)
    }

    @Test("ablation: the settings that differ, and one trial of each") func ablation() throws {
        let database = try SeedDatabase()
        let rows = try csv(database.run("report", "a-1", "b-1", "--template", "ablation", "--format", "csv"))
        #expect(
            rows[0] == [
                "rank", "bits_per_weight", "arc_acc", "piqa_acc", "mean_acc", "objective", "weight_bytes", "trial",
            ])
        #expect(rows.dropFirst().map { $0[0] } == ["8", "16"] && rows.dropFirst().map { $0[2] } == ["0.6", "0.9"])
        let picked = try csv(
            database.run(
                "report", "a-1", "b-1", "--template", "ablation", "--pick", "uniform 4-bit", "--format", "csv"))
        #expect(picked.dropFirst().map { $0[2] } == ["0.5", "0.52"])
        let seeds = try database.run("report", "a-*", "b-1", "--template", "ablation")
        #expect(seeds.out.contains("70.00 ± 10.00") && seeds.out.contains("**90.00**"), "\(seeds.out)")
        let none = try database.run("report", "a-1", "--template", "ablation", "--pick", "nothing")
        #expect(none.status == 3)
    }

    @Test("log: the trials that are chosen, in the order asked for") func log() throws {
        let rows = try csv(
            SeedDatabase().run(
                "report", "*", "--template", "log", "--where", "kind = proposal", "--sort", "-objective", "--limit",
                "2",
                "--format", "csv"))
        #expect(rows.dropFirst().map { $0[0] } == ["a-3/3", "b-1/3"])
        #expect(rows.dropFirst().map { $0[3] } == ["48", "48"])
    }

    @Test("front: not dominated, fewest bytes first") func front() throws {
        let rows = try csv(SeedDatabase().run("report", "a-1", "--template", "front", "--format", "csv"))
        #expect(rows.count == 2 && rows[1].contains("a-1/3"))
    }

    @Test("digits, units, caption and footnotes are the user's") func style() throws {
        let run = try SeedDatabase().run(
            "report", "a-1", "--digits", "1", "--unit", "fraction", "--memory-unit", "KiB", "--caption",
            "My 50 % table",
            "--footnote", "one run", "--format", "latex")
        #expect(run.out.contains("\\caption{My 50 \\% table}") && run.out.contains("one run"), "\(run.out)")
        #expect(run.out.contains("0.6") && run.out.contains("& KiB &") && run.out.contains("0.98"), "\(run.out)")
        #expect(run.out.contains("2025-03-01"))
    }

    @Test("every number can be traced to its trials, seeds and files") func trace() throws {
        let database = try SeedDatabase()
        let rows = try csv(database.run("report", "a-*", "--trace", "--format", "csv"))
        let cell = try #require(rows.first { $0[0].hasPrefix("searched") && $0[1] == "arc" })
        #expect(cell[3] == "a-1/3 a-2/3 a-3/3" && cell[4] == "1 2 3")
        #expect(cell[5].contains("adapter cccccccccccc /runs/a-2.safetensors"))
        // Every number of the table has a line.
        let json = try database.run("report", "a-*", "--json").out
        let values = json.components(separatedBy: "\"value\": ").dropFirst().filter { !$0.hasPrefix("null") }
        #expect(rows.count == 1 + values.count)
    }

    @Test("is the same bytes each time", arguments: ReportForms.names, ReportFormats.names.filter { $0 != "csv" })
    func stable(form: String, format: String) throws {
        let database = try SeedDatabase()
        let runs = try (0..<2).map { _ in
            try database.run("report", "*", "--template", form, "--format", format).out
        }
        #expect(runs[0] == runs[1] && !runs[0].isEmpty)
    }

    @Test(
        "what cannot be reported is refused",
        arguments: [
            (["a-1/2"], 64, "'a-1/2' is a trial"), (["a-1", "--template", "reslts"], 64, "Did you mean 'results'?"),
            (["a-1", "--form", "log"], 64, "--form: belongs to"), (["a-1", "--digits", "x"], 64, "--digits"),
            (["a-1", "--unit", "percents"], 64, "--unit"), (["a-1", "--template", "none.tex"], 3, "none.tex"),
            (["a-1", "--where", "number > 9"], 3, "is like that"), (["z*"], 3, "no search 'z*'"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, message: String) throws {
        let database = try SeedDatabase()
        let run = try Binary.run(["report"] + arguments, in: database.folder.path)
        #expect(run.status == status && run.error.contains(message) && run.out.isEmpty, "\(run.error)")
    }
}

@Suite("A user's template") struct TemplateFileTests {
    private func render(_ text: String, name: String = "t.tex.mustache", _ arguments: [String] = []) throws
        -> Binary.Run
    {
        let database = try SeedDatabase()
        try text.write(toFile: database.folder.path + "/" + name, atomically: true, encoding: .utf8)
        return try Binary.run(["report", "a-1", "--template", name] + arguments, in: database.folder.path)
    }

    @Test("gets rows by column and cells in order, escaped and marked in its language") func filled() throws {
        let run = try render(
            """
            {{! by column }}
            {{#rows}}
            {{method.text}} & {{{arc_acc.marked}}} & {{arc_acc.value}} \\\\
            {{/rows}}
            {{#columns}}{{title}}{{^last()}}, {{/last()}}{{/columns}}
            {{date}} {{#searches}}{{name}} {{ratio}} {{seed}}{{/searches}}
            """)
        #expect(
            run.out == """
                intact & 95.00 & 0.95 \\\\
                uniform 4-bit & \\underline{50.00} & 0.5 \\\\
                searched (best of 2) & \\textbf{60.00} & 0.6 \\\\
                Removed \\%, Method, Bits, arc, piqa, Mean, MiB, Trial
                2025-03-01 a-1 0.2 1

                """, "\(run.out)\(run.error)")
    }

    @Test(
        "escapes as the name of its file says",
        arguments: [("t.tex", "Removed \\%"), ("t.html", "Removed %"), ("t.txt.mustache", "Removed %")])
    func escapes(name: String, expected: String) throws {
        #expect(try render("{{#columns}}{{title}} {{/columns}}", name: name).out.hasPrefix(expected))
    }

    @Test("may take another form") func form() throws {
        #expect(try render("{{#rows}}{{trial.text}} {{/rows}}", ["--form", "log"]).out == "a-1/1 a-1/2 a-1/3 \n")
    }

    @Test(
        "that is wrong is refused with the line",
        arguments: [
            ("\n{{#rows}}", "line 2"), ("{{#rows}}\n{{factz.text}}{{/rows}}", "line 2: unknown name 'factz'"),
            ("{{titel}}", "Did you mean 'title'?"), ("{{#rows}}{{/row}}", "unknown name 'row'"),
        ])
    func wrong(text: String, message: String) throws {
        let run = try render(text)
        #expect(run.status == 64 && run.error.contains(message) && run.out.isEmpty, "\(run.error)")
    }
}
