import Foundation
import Store
import Testing

@testable import qpx

@Suite("Trials that were measured elsewhere") struct ImportTests {
    static let space = """
        {"choices": [{"name": "q2", "bits": 2}, {"name": "q4", "bits": 4}, {"name": "q8", "bits": 8}],
         "units": [{"bytes": [20, 40, 80], "weights": 80}, {"bytes": [50, 100, 200], "weights": 200},
                   {"bytes": [20, 40, 80], "weights": 80}]}
        """

    /// A search of two trials over three units, to be made better by `direction`.
    private func folder(objective: String = "f1", direction: String = "maximize") throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try folder.file("space.json", Self.space)
        #expect(try Binary.run(["init"], in: folder.path).status == 0)
        let run = try Binary.run(
            [
                "search", "--space", "space.json", "--evaluator", CommandEvaluatorTests.number, "--objective",
                objective, "--direction", direction, "--budget", "5bpw", "--trials", "2", "--name", "s", "--quiet",
            ], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        return folder
    }

    private func trials(_ folder: TemporaryFolder) throws -> (Store, [TrialRecord]) {
        let store = try Store(path: folder.path + "/qpx.db", access: .read)
        return (store, try store.trials(TrialFilter(search: try store.search(named: "s").id)))
    }

    private struct Outcome: Decodable {
        struct Skipped: Decodable {
            var reason: String
            var count: Int
        }
        var search: String
        var dry_run: Bool
        var added: [String]
        var repeated: [String]
        var known: Int
        var skipped: [Skipped]
    }

    private func take(_ folder: TemporaryFolder, _ arguments: [String]) throws -> Outcome {
        let run = try Binary.run(["import"] + arguments + ["--into", "s", "--json"], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(Outcome.self)
    }

    static let table = #"""
        allocation,f1,standard_error,label,time
        "q2,q2,q4",0.5,0.01,by hand,3
        2 8 2,0.25,,"said ""so""",4
        q2;q2;q4,0.75,,,5
        q2 q2,0.1,,,6
        q2 q2 q3,0.1,,,7
        q8 q8 q4,none,,,8

        q8 q8 q4,0.9,,,9
        """#

    @Test("become trials and observations, the further ones of an allocation repetitions; once, however often")
    func table() throws {
        let folder = try folder()
        _ = try folder.file("t.csv", Self.table)
        let before = try trials(folder).1.count
        let dry = try take(folder, ["csv", "t.csv", "--dry-run"])
        #expect(dry.dry_run && dry.added.count == 3 && dry.repeated.count == 1)
        #expect(try trials(folder).1.count == before)

        let first = try take(folder, ["csv", "t.csv"])
        #expect(!first.dry_run && first.added.count == 3 && first.repeated.count == 1 && first.known == 0)
        #expect(first.skipped.map(\.count) == [1, 1, 1])
        #expect(first.skipped.contains { $0.reason == "it has 2 layers, the search 3" })
        #expect(first.skipped.contains { $0.reason.contains("'q3' is none of the search's choices") })

        let (store, after) = try trials(folder)
        let imported = after.filter { $0.origin == .imported }
        #expect(imported.map(\.allocation) == ["q2,q2,q4", "q2,q8,q2", "q2,q2,q4", "q8,q8,q4"])
        #expect(imported.map(\.objectiveValue) == [0.5, 0.25, 0.75, 0.9])
        #expect(imported.map(\.kind) == [.initial, .initial, .rerun, .initial])
        #expect(imported.map(\.label) == ["by hand", "said \"so\"", nil, nil])
        #expect(imported[2].rerunOf == imported[0].id)
        #expect(
            imported[0].weightBytes == 110 && imported[0].isWithinBudget == true && imported[3].isWithinBudget == false)
        #expect(imported[0].provenance == "csv \(folder.path)/t.csv line 2")
        #expect(try store.metrics(ofTrials: [imported[0].id])[imported[0].id] == [MetricRecord(name: "time", value: 3)])
        let observed = try store.observations(ofSearch: imported[0].searchID).filter { $0.trialNumber > before }
        #expect(observed.map(\.value) == [0.5, 0.25, 0.9] && observed[0].standardError == 0.01)

        let again = try take(folder, ["csv", "t.csv"])
        #expect(again.known == 4 && again.added.isEmpty && again.repeated.isEmpty)
        #expect(try trials(folder).1.count == after.count)
    }

    @Test("are marked wherever they are shown, and the best of them may be the best of the search")
    func marks() throws {
        let folder = try folder()
        _ = try folder.file("t.csv", "b0,b1,b2,value\n4,4,2,99\n")
        _ = try take(folder, ["csv", "t.csv"])
        let trials = try Binary.run(["trials", "s"], in: folder.path)
        #expect(trials.out.contains("initial (imported)"))
        let show = try Binary.run(["show", "s/best"], in: folder.path)
        #expect(show.out.contains("measured in") && show.out.contains("t.csv line 2"))
        let compare = try Binary.run(["compare", "s/1", "s/best"], in: folder.path)
        #expect(compare.out.contains("initial (imported)"))
        let report = try Binary.run(["report", "s"], in: folder.path)
        #expect(report.out.contains("measured elsewhere (imported)"))
        let json = try Binary.run(["show", "s/best", "--json"], in: folder.path)
        #expect(json.out.contains(#""origin": "imported""#))
    }

    @Test("do not use up the search's own trials, and are not tried again")
    func limit() throws {
        let folder = try folder()
        _ = try folder.file("slow.json", Self.space)
        // Stops after its first trial; the rest of the trials come after the import.
        let stopping = #"[ -e stop ] && exit 127; touch stop; echo '{"value": 0.5}'"#
        let arguments = [
            "search", "--space", "slow.json", "--evaluator", stopping, "--objective", "f1", "--direction", "maximize",
            "--budget", "5bpw", "--trials", "4", "--name", "t", "--quiet",
        ]
        #expect(try Binary.run(arguments, in: folder.path).status == 1)
        _ = try folder.file("t.csv", "allocation,value\nq2 q4 q2,0.1\nq2 q2 q2,0.2\nq4 q2 q2,0.3\n")
        let taken = try Binary.run(["import", "csv", "t.csv", "--into", "t"], in: folder.path)
        #expect(taken.status == 0, "\(taken.error)")
        // From now on the command answers.
        for _ in 0..<5 {
            try? FileManager.default.removeItem(atPath: folder.path + "/stop")
            _ = try Binary.run(["resume", "t", "--quiet"], in: folder.path)
        }
        let store = try Store(path: folder.path + "/qpx.db", access: .read)
        let search = try store.search(named: "t")
        let complete = try store.trials(TrialFilter(search: search.id)).filter { $0.state == .complete }
        #expect(search.state == .complete)
        #expect(complete.count { $0.origin == .search } == 4 && complete.count { $0.origin == .imported } == 3)
        #expect(Set(complete.compactMap(\.allocation)).count == 7)
    }

    @Test("strict means all or nothing")
    func strict() throws {
        let folder = try folder()
        _ = try folder.file("t.csv", Self.table)
        let before = try trials(folder).1.count
        let run = try Binary.run(["import", "csv", "t.csv", "--into", "s", "--strict"], in: folder.path)
        #expect(run.status == 1 && run.error.contains("3 entries do not fit"), "\(run.error)")
        #expect(try trials(folder).1.count == before)
    }

    @Test(
        "a table that is none is refused in one line",
        arguments: [
            ("", "is empty"), ("a,b\n1,2\n", "no column 'value' or 'f1'"),
            ("value,value\n1,2\n", "two columns 'value'"),
            ("b0,b1,value\n2,2,1\n", "neither a column 'allocation' nor columns 'b0' to 'b2'"),
            ("allocation,value\nq2 q2 q2\n", "line 2 has 1 fields"),
            ("allocation,value\n\"q2,1\n", "a quote is not closed"),
        ])
    func badTable(text: String, message: String) throws {
        let folder = try folder()
        _ = try folder.file("t.csv", text)
        let run = try Binary.run(["import", "csv", "t.csv", "--into", "s"], in: folder.path)
        #expect(run.status == 1 && run.error.contains(message), "\(run.error)")
        #expect(run.error.split(separator: "\n").count <= 2)
    }

    @Test("columns and words are called what the user says")
    func names() throws {
        let folder = try folder()
        _ = try folder.file("t.csv", "\u{FEFF}layer 0, layer 1 ,layer 2,value\r\nlow,low,high,1\r\n")
        let taken = try take(folder, ["csv", "t.csv", "--param", "layer {layer}", "--value-map", "low=q2,high=q8"])
        #expect(taken.added.count == 1 && taken.skipped.isEmpty)
        #expect(try trials(folder).1.last?.allocation == "q2,q2,q8")
        for (option, value) in [("--param", "layer"), ("--value-map", "low"), ("--value-map", "a=b,a=c")] {
            let run = try Binary.run(["import", "csv", "t.csv", "--into", "s", option, value], in: folder.path)
            #expect(run.status == 64, "\(run.error)")
        }
    }

    static let results = """
        {"results": {"piqa": {"alias": "piqa", "acc,none": 0.6, "acc_stderr,none": 0.03, "acc_norm,none": 0.65,
           "acc_norm_stderr,none": "N/A"}, "boolq": {"acc,none": 0.5, "acc_stderr,none": 0.04, "em,strict": 0.1},
           "all": {"acc,none": 0.9}}, "group_subtasks": {"all": ["piqa", "boolq"], "piqa": [], "boolq": []},
         "n-samples": {"piqa": {"original": 1838, "effective": 100}}, "total_evaluation_time_seconds": "12.5"}
        """

    @Test("results of lm-evaluation-harness are metrics, their mean accuracy the objective")
    func harness() throws {
        let folder = try folder(objective: "accuracy")
        _ = try folder.file("results.json", Self.results)
        let taken = try take(folder, ["lm-eval", "results.json", "--allocation", "q2,q4,q2"])
        #expect(taken.added.count == 1)
        let (store, trials) = try trials(folder)
        let trial = try #require(trials.last)
        #expect(trial.objectiveValue == 0.55 && trial.durationSeconds == 12.5)
        #expect(abs((trial.objectiveStandardError ?? 0) - 0.025) < 1e-12)
        let metrics = try store.metrics(ofTrials: [trial.id])[trial.id] ?? []
        #expect(metrics.contains(MetricRecord(name: "acc", task: "piqa", value: 0.6, standardError: 0.03, count: 100)))
        #expect(metrics.contains(MetricRecord(name: "acc_norm", task: "piqa", value: 0.65, count: 100)))
        #expect(metrics.contains(MetricRecord(name: "em,strict", task: "boolq", value: 0.1)))
        #expect(!metrics.contains { $0.task == "all" })

        _ = try folder.file("again.json", Self.results)
        let repeated = try take(folder, ["lm-eval", "again.json", "--trial", "s/1"])
        #expect(repeated.repeated.count == 1)
        let neither = try Binary.run(["import", "lm-eval", "again.json", "--into", "s"], in: folder.path)
        #expect(neither.status == 64)
    }

    @Test(
        "harness results without the objective are refused",
        arguments: [("{}", "has no 'results'"), (Self.results, "no result called 'f1'"), ("nonsense", "is not JSON")])
    func badHarness(text: String, message: String) throws {
        let folder = try folder()
        _ = try folder.file("r.json", text)
        let run = try Binary.run(
            ["import", "lm-eval", "r.json", "--into", "s", "--allocation", "q2 q2 q2"], in: folder.path)
        #expect(run.status == 1 && run.error.contains(message), "\(run.error)")
    }
}
