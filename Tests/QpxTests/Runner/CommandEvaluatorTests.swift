import Foundation
import Store
import Testing

@testable import qpx

@Suite("A search whose trials another program carries out") struct CommandEvaluatorTests {
    static let space = """
        {"name": "my-net", "choices": [{"name": "q2", "bits": 2}, {"name": "q4", "bits": 4}, {"name": "q8", "bits": 8}],
         "units": [{"bytes": [20, 40, 80], "weights": 80}, {"bytes": [50, 100, 200], "weights": 200},
                   {"bytes": [20, 40, 80], "weights": 80}], "fixed_bytes": 16}
        """
    /// Takes a number out of the message, as a shell can.
    static let number = #"sed -n 's/.*"number": \([0-9]*\),.*/{"value": \1}/p'"#

    /// A folder with a database and the file of a space.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try folder.file("space.json", Self.space)
        _ = try Binary.run(["init"], in: folder.path)
        return folder
    }

    private func search(
        _ folder: TemporaryFolder, _ evaluator: String, _ more: [String] = [], trials: Int = 6
    ) throws -> Binary.Run {
        try Binary.run(
            [
                "search", "--space", "space.json", "--evaluator", evaluator, "--objective", "loss", "--budget", "4bpw",
                "--trials", "\(trials)", "--name", "out", "--quiet",
            ] + more, in: folder.path)
    }

    private func trials(_ folder: TemporaryFolder, _ name: String = "out") throws -> (Store, [TrialRecord]) {
        let store = try Store(path: folder.path + "/qpx.db", access: .read)
        return (store, try store.trials(TrialFilter(search: try store.search(named: name).id)))
    }

    @Test("needs no model of ours: units, sizes and a command do")
    func space() throws {
        let folder = try folder()
        let run = try search(folder, Self.number)
        #expect(run.status == 0, "\(run.error)")
        let (store, trials) = try trials(folder)
        #expect(trials.map(\.objectiveValue) == [1, 2, 3, 4, 5, 6])
        #expect(
            trials.allSatisfy { $0.state == .complete && ($0.isWithinBudget == true || $0.label == "uniform 8-bit") })
        #expect(trials.first { $0.label == "uniform 4-bit" }?.weightBytes == 196)
        let search = try store.search(named: "out")
        #expect(search.evaluator == .command && search.direction == .minimize && search.choices == "q2,q4,q8")
        #expect(try store.model(id: search.modelID).architecture == "space")
        let best = try #require(try store.bestTrial(ofSearch: search.id))
        #expect(best.objectiveValue == 1)
        let log = try #require(try store.artifacts(of: .trial(best.id)).first { $0.kind == "evaluator_log" })
        #expect(try String(contentsOfFile: log.path, encoding: .utf8).contains(#"{"value": 1}"#))
    }

    @Test("has its objective in the report, though it is no metric that qpx knows") func reported() throws {
        let folder = try folder()
        let run = try Binary.run(
            [
                "search", "--space", "space.json", "--evaluator", Self.number, "--objective", "latency",
                "--direction", "minimize", "--budget", "4bpw", "--trials", "6", "--name", "out", "--quiet",
            ], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        let report = try Binary.run(["report", "out", "--format", "csv"], in: folder.path)
        let lines = report.out.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let column = try #require(lines.first?.firstIndex { $0.contains("objective_latency") }, "\(report.out)")
        let values = lines.dropFirst().map { Double($0[column]) }
        #expect(values.count > 2 && values.allSatisfy { $0 != nil } && values.first == 1, "\(report.out)")
        let shown = try Binary.run(["show", "out"], in: folder.path)
        #expect(!shown.out.contains("???"), "\(shown.out)")
    }

    @Test("is one of a space without a model, too, where trials are asked for") func askedSpace() throws {
        let folder = try folder()
        let made = try Binary.run(
            [
                "search", "--space", "space.json", "--ask", "--objective", "latency", "--direction", "minimize",
                "--budget", "4bpw", "--trials", "6", "--name", "out", "--quiet",
            ], in: folder.path)
        #expect(made.status == 0, "\(made.error)")
        for number in 1...6 {
            let asked = try Binary.run(["ask", "out", "--quiet"], in: folder.path)
            #expect(asked.status == 0 && asked.out.contains("out/\(number)"), "\(asked.out) \(asked.error)")
            let told = try Binary.run(["tell", "out/\(number)", "--value", "\(number)", "--quiet"], in: folder.path)
            #expect(told.status == 0, "\(told.error)")
        }
        let (store, trials) = try trials(folder)
        #expect(trials.map(\.objectiveValue) == [1, 2, 3, 4, 5, 6])
        #expect(try store.search(named: "out").state == .complete && store.search(named: "out").evaluator == .ask)
        #expect(try Binary.run(["ask", "out"], in: folder.path).status == 4)
    }

    /// The message, as far as a program that is written once relies on it.
    private struct Message: Decodable {
        struct Objective: Decodable {
            var name: String
            var direction: String
        }
        var `protocol`: Int
        var search: String
        var trial: String
        var number: Int
        var attempt: Int
        var seed: UInt64
        var kind: String
        var label: String?
        var model: String?
        var pruned_model: String?
        var base: String
        var recovers: Bool
        var granularity: String
        var allocation: [String]?
        var bits: [Int]?
        var weight_bytes: Int?
        var bits_per_weight: Double?
        var within_budget: Bool?
        var budget_bytes: Int
        var objective: Objective
        var specification: [String: Opaque]
        var reply_file: String

        /// Anything.
        struct Opaque: Decodable { init(from decoder: any Decoder) throws {} }
    }

    private func messages(_ folder: TemporaryFolder) throws -> [Message] {
        try folder.names.filter { $0.hasPrefix("message-") }.map {
            try JSONDecoder().decode(Message.self, from: Data(contentsOf: URL(filePath: folder.path + "/" + $0)))
        }.sorted { $0.number < $1.number }
    }

    /// Keeps each message, and what the environment says.
    static let keeping = #"""
        name=message-$(echo "$QPX_TRIAL" | tr / -).json; cat > "$name"
        echo "{\"metrics\": [{\"name\": \"$QPX_SEARCH\", \"value\": 3}], \"objective\": {\"value\": 0.5}}" > "$QPX_REPLY_FILE"
        echo '{"value": 9}'
        """#

    @Test("is told of the pruned model, the allocation and every setting; the reply file counts more than the output")
    func message() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(
            SearchFixture.search(
                "out", steps: 3, ["--evaluator", Self.keeping, "--trials", "4", "--seed", "18446744073709551615"]))
        #expect(run.status == 0, "\(run.error)")
        let messages = try messages(fixture.folder)
        let model = fixture.folder.path + "/tiny"
        #expect(messages.count >= 7)
        for message in messages {
            #expect(message.protocol == 1 && message.search == "out" && message.attempt == 1)
            #expect(message.trial == "out/\(message.number)" && message.seed == .max && message.model == model)
            #expect(message.objective.name == "loss" && message.objective.direction == "minimize")
            #expect(message.specification["recovery_steps"] != nil && message.granularity == "layer")
            let pruned = try #require(message.pruned_model)
            #expect(FileManager.default.fileExists(atPath: pruned + "/config.json"))
            if let allocation = message.allocation {
                #expect(allocation.count == 4 && message.bits?.count == 4 && message.weight_bytes != nil)
            }
        }
        #expect(messages[0].base == "intact" && messages[0].allocation == nil && messages[0].label == "intact")
        #expect(messages[2].base == "pruned" && messages[2].recovers && messages[2].bits == nil)
        let uniform = try #require(messages.first { $0.label == "uniform 4-bit" })
        #expect(uniform.allocation == ["nf4", "nf4", "nf4", "nf4"] && uniform.bits == [4, 4, 4, 4])
        let store = try fixture.store()
        let trials = try store.trials(TrialFilter(search: try store.search(named: "out").id))
        #expect(trials.allSatisfy { $0.objectiveValue == 0.5 })
        #expect(try store.metrics(ofTrials: [trials[0].id])[trials[0].id] == [MetricRecord(name: "out", value: 3)])
    }

    @Test("weighs trials as the native search does")
    func sizes() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("native", ["--granularity", "module"])).status == 0)
        let external = ["--granularity", "module", "--evaluator", #"echo '{"value": 1}'"#]
        #expect(try fixture.run(SearchFixture.search("out", external)).status == 0)
        let store = try fixture.store()
        func sizes(_ name: String) throws -> [String: Int?] {
            let trials = try store.trials(TrialFilter(search: try store.search(named: name).id))
            return Dictionary(trials.compactMap { trial in trial.label.map { ($0, trial.weightBytes) } }) { a, _ in a }
        }
        #expect(try sizes("native") == sizes("out"))
        let (native, out) = (try store.search(named: "native"), try store.search(named: "out"))
        #expect(native.prunedModelID == out.prunedModelID && native.budgetBytes == out.budgetBytes)
    }

    @Test("needs config.json alone where nothing is pruned or measured")
    func configurationAlone() throws {
        let fixture = try SearchFixture()
        let folder = fixture.folder
        _ = try folder.file(
            "bare/config.json", String(contentsOfFile: folder.path + "/tiny/config.json", encoding: .utf8))
        let run = try fixture.run([
            "search", "--model", "bare", "--evaluator", Self.number, "--objective", "acc/piqa", "--direction",
            "maximize", "--layer-importance", "none", "--budget", "5bpw", "--trials", "3", "--name", "out",
        ])
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        #expect(try store.search(named: "out").objective == "acc/piqa")
        let intact = try store.trials(TrialFilter(search: 1)).first { $0.label == "intact" }
        let inspected = try fixture.run(["model", "inspect", "tiny", "--json"]).json(ModelOutput.self)
        #expect(intact?.weightBytes.map { $0 > inspected.parameters } == true)
    }

    @Test(
        "records why an attempt failed, keeps its output, and stops when nothing ever succeeds",
        arguments: [
            ("echo first >&2; echo 'CUDA out of memory' >&2; exit 3", "ended with status 3: CUDA out of memory"),
            (#"echo '{"error": "too large"}'; exit 1"#, "status 1: too large"),
            (#"echo '{"protocol": 1, "error": "too large"}'"#, "the evaluator says: too large"),
            ("kill -9 $$", "ended by signal 9"),
            ("sleep 60 & sleep 60", "took longer than 0.3 seconds"),
            ("trap '' TERM; echo begun", "holds no JSON object"),
            (#"echo '{"value": NaN}'"#, "value is NaN"),
            (#"echo '{"metrics": {"acc": 1}}'"#, "no metric called 'loss'; it has acc"),
            (#"echo '{"value": 1' > "$QPX_REPLY_FILE""#, "the reply is not JSON"),
        ])
    func failure(evaluator: String, message: String) throws {
        let folder = try folder()
        let run = try search(folder, evaluator, ["--evaluator-timeout", "0.3"])
        #expect(run.status == 1 && run.error.contains("no result in the first 3 trials"), "\(run.error)")
        let (store, trials) = try trials(folder)
        #expect(trials.count == 3)
        for trial in trials {
            #expect(trial.state == .failed && trial.error?.contains(message) == true, "\(trial.error ?? "")")
            #expect(try store.artifacts(of: .trial(trial.id)).map(\.kind) == ["evaluator_log"])
        }
        #expect(folder.names.contains("qpx.artifacts"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/qpx.artifacts/logs")
        #expect(left.allSatisfy { $0.hasSuffix(".log") })
    }

    @Test("goes on when some trials fail, and does not try their allocations again")
    func someFail() throws {
        let folder = try folder()
        let evaluator = #"n=$(sed -n 's/.*"number": \([0-9]*\),.*/\1/p'); [ $((n % 2)) = 1 ] && echo "{\"value\": $n}""#
        let run = try search(folder, evaluator, trials: 8)
        #expect(run.status == 0, "\(run.error)")
        let (_, trials) = try trials(folder)
        #expect(trials.count { $0.state == .failed } == 4 && trials.count { $0.state == .complete } == 4)
        #expect(Set(trials.compactMap(\.allocation)).count == 8)
    }

    @Test("stops at once when there is no such command, and is resumed when there is")
    func missingCommand() throws {
        let folder = try folder()
        let run = try search(folder, "./measure")
        #expect(run.status == 1 && run.error.contains("the evaluator cannot be run"), "\(run.error)")
        #expect(try trials(folder).1.map(\.state) == [.interrupted])
        let script = try folder.file("measure", "#!/bin/sh\n" + Self.number + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let resumed = try Binary.run(["resume", "out", "--quiet"], in: folder.path)
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(try trials(folder).1.count { $0.state == .complete } == 6)
    }

    @Test("is not resumed with other units")
    func changedSpace() throws {
        let folder = try folder()
        #expect(try search(folder, "./measure").status == 1)
        _ = try folder.file("space.json", Self.space.replacing("\"fixed_bytes\": 16", with: "\"fixed_bytes\": 17"))
        let resumed = try Binary.run(["resume", "out"], in: folder.path)
        #expect(resumed.status == 7, "\(resumed.error)")
    }

    @Test("ends the program when it is interrupted itself", arguments: [SIGINT, SIGTERM])
    func interruption(signal: Int32) throws {
        let folder = try folder()
        let running = try RunningBinary(
            [
                "search", "--space", "space.json", "--objective", "loss", "--budget", "4bpw", "--name", "out",
                "--evaluator", "echo $$ > pid; sleep 600 & wait",
            ], in: folder.path)
        let pidFile = folder.path + "/pid"
        #expect(running.wait { (try? String(contentsOfFile: pidFile, encoding: .utf8))?.contains("\n") == true })
        let pid = try #require(
            pid_t(String(contentsOfFile: pidFile, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, 0) == 0)
        running.send(signal)
        #expect(try running.end().status == 128 + signal)
        // A killed leader whose parent is gone is taken note of by the system, sooner or later.
        for _ in 0..<2000 where kill(pid, 0) == 0 { usleep(5000) }
        #expect(kill(pid, 0) != 0)
        #expect(try trials(folder).1.map(\.state) == [.interrupted])
    }

    @Test("repeats a trial by asking again")
    func rerun() throws {
        let folder = try folder()
        #expect(try search(folder, #"echo '{"metrics": {"loss": 0.25}}'"#).status == 0)
        let run = try Binary.run(["rerun", "out/1", "--json"], in: folder.path)
        #expect(run.status == 0 && run.out.contains(#""same": true"#), "\(run.error)")
    }

    @Test(
        "refuses what does not go together",
        arguments: [
            (["--space", "space.json"], "--space: only a search with --evaluator has it"),
            (["--model", "x", "--evaluator-timeout", "9"], "--evaluator-timeout: only a search with --evaluator"),
            (["--space", "space.json", "--evaluator", "x", "--model", "y"], "--model and --space"),
            (["--space", "space.json", "--evaluator", "x", "--objective", "f1"], "--direction is missing"),
            (
                ["--space", "space.json", "--evaluator", "x", "--ratio", "0.5", "--calibration", "x"],
                "no model to prune"
            ),
            (["--space", "space.json", "--evaluator", "x", "--evaluator-timeout", "2d"], "'2d' is no time"),
            (["--space", "space.json", "--evaluator", "x", "--evaluator-timeout", "0"], "'0' is no time"),
            (["--space", "space.json", "--evaluator", "x", "--references"], "a space has no intact model"),
            (["--space", "space.json", "--evaluator", "x", "--epochs", "2"], "say --recovery-steps"),
            (
                [
                    "--model", "x", "--direction", "minimize", "--task", "t", "--calibration", "c", "--recovery-steps",
                    "0",
                ],
                "has a direction of its own"
            ),
            (["--model", "x", "--layer-importance", "none"], "unknown value 'none'"),
        ])
    func refused(arguments: [String], message: String) throws {
        let folder = try folder()
        let run = try Binary.run(["search", "--budget", "4bpw"] + arguments, in: folder.path)
        #expect(run.status == 64 && run.error.contains(message), "\(run.error)")
        #expect(try Store(path: folder.path + "/qpx.db", access: .read).searches().isEmpty)
    }

    @Test(
        "refuses a file of units that is none",
        arguments: [
            ("{", "is not JSON"), ("[]", "choices is missing"), (#"{"choices": []}"#, "choices is a list of 0"),
            (#"{"choices": [{"name": "a b", "bits": 1}]}"#, "choices[0].name is 'a b'"),
            (#"{"choices": [{"name": "a", "bits": 0}]}"#, "choices[0].bits is 0"),
            (#"{"choices": [{"name": "a", "bits": 1}]}"#, "at least two"),
            (
                #"{"choices": [{"name": "a", "bits": 1}, {"name": "b", "bits": 2}], "units": [{"bytes": [1], "weights": 8}]}"#,
                "space.json"
            ),
            (
                #"{"choices": [{"name": "a", "bits": 1}, {"name": "b", "bits": 2}], "units": [{"bytes": [1, -2], "weights": 8}]}"#,
                "units[0].bytes is -2"
            ),
            (
                #"{"choices": [{"name": "a", "bits": 4}, {"name": "b", "bits": 2}], "units": [{"bytes": [1, 2], "weights": 8}]}"#,
                "space.json"
            ),
            (
                #"{"choices": [{"name": "a", "bits": 1}, {"name": "b", "bits": 2}], "units": [{"bytes": [1, 2], "weights": 0}]}"#,
                "no weights"
            ),
        ])
    func badSpace(text: String, message: String) throws {
        let folder = try folder()
        _ = try folder.file("space.json", text)
        let run = try search(folder, Self.number)
        #expect(run.status == 1 && run.error.contains(message), "\(run.error)")
    }

    @Test("takes what is known of the units from a file")
    func importance() throws {
        let folder = try folder()
        _ = try folder.file("known.json", "[0.1, 3, 0.2]")
        let run = try search(folder, Self.number, ["--importance-file", "known.json", "--budget", "5bpw"])
        #expect(run.status == 0, "\(run.error)")
        #expect(try trials(folder).1.contains { $0.label == "importance-based" })
        _ = try folder.file("short.json", "[0.1]")
        let refused = try Binary.run(
            [
                "search", "--space", "space.json", "--evaluator", "x", "--budget", "4bpw", "--importance-file",
                "short.json",
            ], in: folder.path)
        #expect(refused.status == 1 && refused.error.contains("not a list of 3 numbers"), "\(refused.error)")
    }
}
