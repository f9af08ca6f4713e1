import Store
import Testing

@testable import qpx

@Suite("compare --fail-if") struct FailureCheckTests {
    /// first/3 has 3 of 8 right, first/4 has 5, first/5 has 4, first/2 has 2. A difference of two questions has the paired
    /// error √((2/8 − 1/16) / 7) = 0.1637, of one question 0.125.
    @Test(
        "ends with status 7 where the condition holds, with both sides and the trial",
        arguments: [
            ("accuracy < baseline", ["first/3", "first/2", "first/5"], "holds for first/2 (0.250000 < 0.375000)"),
            ("accuracy > baseline + se", ["first/3", "first/4"], "first/4 (0.625000 > 0.538663)"),
            ("acc.arc_easy >= baseline.acc.arc_easy + 1*se.acc.arc_easy", ["first/3", "first/4"], ">= 0.538663"),
            ("baseline - accuracy = 0 or objective > 0.6", ["first/3", "first/4"], "first/4 (0.625000 > 0.600000)"),
            ("weight_bytes > 1.5*baseline", ["first/3", "first/4"], "first/4 (2900000 > 2250000)"),
            (
                "loss > baseline", ["first/3", "first/4", "first/5"],
                "first/4 (2.519167 > 2.512500), first/5 (2.515833 >"
            ),
            ("not differing_layers < 3", ["first/3", "first/4"], "first/4 (differing_layers is 4)"),
            ("min(duration, 20) = 12.5", ["first/3", "first/4"], "first/4 (12.500000 = 12.500000)"),
            ("abs(accuracy - baseline) > se", ["first/3", "first/2", "first/4"], "first/4 (0.250000 > 0.163663)"),
            ("training_loss = 4.25", ["first/3", "first/4"], "4.250000 = 4.250000"),
        ] as [(String, [String], String)])
    func holds(condition: String, trials: [String], message: String) throws {
        let run = try ExampleDatabase().run(["compare"] + trials + ["--fail-if", condition])
        #expect(run.status == 7, "\(run.error)")
        #expect(run.error.hasPrefix("error: --fail-if: '\(condition)' holds for first/"), "\(run.error)")
        #expect(run.error.contains(message), "\(run.error)")
        // The comparison is there all the same.
        #expect(run.out.contains("Settings"))
    }

    @Test(
        "ends with status 0 where it holds for no trial",
        arguments: ["accuracy < baseline - 2*se", "loss < baseline", "weight_bytes > 3MiB", "acc.piqa != baseline"])
    func passes(condition: String) throws {
        let run = try ExampleDatabase().run(["compare", "first/3", "first/4", "first/5", "--fail-if", condition])
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    }

    @Test("every condition is checked") func several() throws {
        let run = try ExampleDatabase().run([
            "compare", "first/3", "first/4", "--fail-if", "accuracy < 0", "--fail-if", "accuracy > 0.5",
        ])
        #expect(run.status == 7 && run.error.contains("'accuracy > 0.5' holds") && !run.error.contains("< 0'"))
    }

    @Test(
        "what cannot be checked is refused before anything is written",
        arguments: [
            ("acuracy < 0.5", "Did you mean 'accuracy'?"), ("acc < 0.5", "'acc' is 2 metrics"),
            ("acc.arc_esy < 0.5", "Did you mean 'acc.arc_easy'?"), ("accuracy + 1", "is no condition"),
            ("accuracy < baseline and", "ends"), ("baseline > 2", "'baseline' of what?"),
            ("accuracy + loss > baseline", "'baseline' of what?"), ("se", "'se' of what?"),
            ("weight_bytes > baseline + se", "weight_bytes has no standard error"),
            ("accuracy < 'high'", "cannot be compared"), ("accuracy > 1/0", "cannot be checked for first/4"),
        ])
    func refused(condition: String, message: String) throws {
        let run = try ExampleDatabase().run(["compare", "first/3", "first/4", "--fail-if", condition])
        #expect(run.status == 64 && run.error.contains("--fail-if") && run.error.contains(message), "\(run.error)")
        #expect(run.out.isEmpty)
    }

    @Test("a missing value has not passed") func missing() throws {
        let database = try FrontDatabase()
        try database.search(
            "s", .minimize, budget: nil,
            [
                .init(bytes: 1, value: 3, metrics: [MetricRecord(name: "extra", value: 1)]),
                .init(bytes: 2, value: 2),
            ])
        let run = try database.run(["compare", "s/1", "s/2", "--fail-if", "extra > baseline"])
        #expect(run.status == 64 && run.error.contains("cannot be checked for s/2: extra is missing"), "\(run.error)")
        #expect(try database.run(["compare", "s/1", "s/2", "--fail-if", "extra is missing"]).status == 7)
    }

    @Test("is not changed by what is shown") func filtered() throws {
        let run = try ExampleDatabase().run([
            "compare", "first/3", "first/4", "--metric", "loss", "--fail-if", "acc.arc_easy > 0.6",
        ])
        #expect(run.status == 7, "\(run.error)")
    }
}
