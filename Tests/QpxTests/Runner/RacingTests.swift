import Engine
import Foundation
import Testing

@testable import Store
@testable import qpx

@Suite("A search that stops trials early") struct RacingTests {
    /// Objectives with enough examples to race for, and confidences at which some trial of the tiny model is stopped.
    enum Goal: String, CaseIterable, Sendable {
        case loss, accuracy

        var arguments: [String] {
            switch self {
            case .loss: ["--objective", "loss", "--objective-text", "long.txt"]
            case .accuracy: ["--objective", "accuracy", "--objective-text"]
            }
        }

        /// An untrained model is at chance in every question: only luck tells allocations apart.
        var racing: [String] {
            let (confidence, stages) = self == .loss ? ("0.8", "4") : ("0.55", "3")
            return [
                "--early-stopping", "racing", "--racing-confidence", confidence, "--racing-stages", stages,
            ]
        }
    }

    /// Questions whose choices are of one length, so that weights decide which is right.
    private static func task(examples: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return (0..<examples).map { n in
            let (one, two) = (letters[n % 26], letters[(n * 7 + 3 + n / 26) % 26])
            return
                #"{"id": "t/\#(n)", "context": "\#(n) \#(n * n)", "choices": ["\#(one)\#(two)", "\#(two)!"], "gold": \#(n % 2)}"#
                + "\n"
        }.joined()
    }

    private static func fixture() throws -> SearchFixture {
        let fixture = try SearchFixture()
        _ = try fixture.folder.file("long.txt", TinyCheckpoint.text(lines: 160))
        _ = try fixture.folder.file("task.jsonl", task(examples: 80))
        return fixture
    }

    private static func arguments(_ name: String, _ goal: Goal, _ more: [String]) -> [String] {
        let all = SearchFixture.search(
            name,
            goal.arguments + ["--budget", "5bpw", "--no-references", "--trials", "14", "--initial-trials", "5"] + more)
        return goal == .loss ? all : all.filter { $0 != "--objective-text" }
    }

    private static let racing = Goal.loss.racing

    /// Trials of a search by number, reruns left out.
    private static func trials(_ name: String, in store: Store) throws -> [TrialRecord] {
        try store.trials(TrialFilter(search: try store.search(named: name).id)).filter { $0.kind != .rerun }
            .sorted { $0.number < $1.number }
    }

    @Test("gives every trial that it does not stop the bits that it has without races", arguments: Goal.allCases)
    func survivors(goal: Goal) throws {
        let fixture = try Self.fixture()
        #expect(try fixture.run(Self.arguments("raced", goal, goal.racing)).status == 0)
        #expect(try fixture.run(Self.arguments("whole", goal, ["--trials", "40"])).status == 0)
        let store = try fixture.store()
        let raced = try Self.trials("raced", in: store)
        let whole = try Self.trials("whole", in: store)
        let races = try store.races(ofTrials: raced.map(\.id))
        #expect(raced.count == 14 && raced.allSatisfy { $0.state == .complete })
        let stopped = raced.filter { $0.fidelity < 1 }
        #expect(!stopped.isEmpty && stopped.count < raced.count, "\(stopped.map(\.number))")
        func bits(_ trial: TrialRecord) throws -> [String] {
            let metrics = try store.metrics(ofTrials: [trial.id])[trial.id] ?? []
            let examples = try store.exampleResults(ofTrial: trial.id)
            let losses = try store.trainingLosses(ofTrial: trial.id)
            return [
                "\(metrics)", "\(examples)", "\(losses)", "\(trial.objectiveValue?.bitPattern ?? 0)",
                "\(trial.objectiveStandardError?.bitPattern ?? 0)",
            ]
        }
        var compared = 0
        for trial in raced where trial.fidelity == 1 {
            guard let twin = whole.first(where: { $0.allocation == trial.allocation }) else { continue }
            #expect(try bits(trial) == bits(twin), "\(trial.name)")
            compared += races[trial.id] == nil ? 0 : 1
        }
        #expect(compared > 0, "no trial that raced and was not stopped is there to compare")
        // What has a name, and the first one, races against nobody.
        for trial in raced where trial.kind == .baseline || trial.label != nil { #expect(races[trial.id] == nil) }
        for trial in stopped {
            let race = try #require(races[trial.id])
            let incumbent = try store.trial(id: race.incumbentID)
            #expect(incumbent.fidelity == 1 && incumbent.number < trial.number)
            #expect(race.isStopped && race.fidelity == trial.fidelity && race.scored < race.examples)
            // The estimate is the incumbent's value and the mean difference on what was scored.
            let value = try #require(trial.objectiveValue)
            #expect(abs(value - (try #require(incumbent.objectiveValue)) - race.difference) < 1e-12)
            #expect(goal == .loss ? race.difference > 0 : race.difference < 0)
            #expect(trial.objectiveStandardError == race.standardError && race.standardError > 0)
            let examples = try store.exampleResults(ofTrial: trial.id)
            #expect(examples.map(\.items.count) == [race.scored])
            let all = try #require(
                try store.exampleResults(ofTrial: incumbent.id).first { $0.task == examples[0].task })
            #expect(Set(all.items).isSuperset(of: examples[0].items))
            let counts = try store.metrics(ofTrials: [trial.id])[trial.id]?.filter {
                $0.name == "acc" || $0.name == "loss"
            }
            #expect(counts?.map(\.count) == [goal == .loss ? 31 * race.scored : race.scored])
        }
        #expect(try store.bestTrial(ofSearch: try store.search(named: "raced").id)?.fidelity == 1)
        // The surrogate hears how far an estimate can be trusted.
        let observations = try store.observations(ofSearch: try store.search(named: "raced").id)
        #expect(observations.filter { $0.fidelity < 1 }.count == stopped.count)
    }

    @Test("does the same again, with two threads, and after an interruption") func again() throws {
        let fixture = try Self.fixture()
        for (name, threads) in [("one", "1"), ("two", "2")] {
            #expect(try fixture.run(Self.arguments(name, .loss, Self.racing + ["--threads", threads])).status == 0)
        }
        let results = try fixture.results("one")
        #expect(try fixture.results("two") == results)
        let store = try fixture.store()
        #expect(try Self.trials("one", in: store).map(\.fidelity) == Self.trials("two", in: store).map(\.fidelity))
        let process = try fixture.start(Self.arguments("three", .loss, Self.racing))
        #expect(try process.wait { try fixture.complete("three") >= 6 }, "it ended before it was interrupted")
        process.send(SIGINT)
        #expect(try process.end().status == 130)
        #expect(try fixture.run(["resume", "three"]).status == 0)
        #expect(try fixture.results("three").map(\.metrics) == results.map(\.metrics))
    }

    @Test("with several workers records whom each trial raced against, one that had been evaluated whole before")
    func workers() throws {
        let fixture = try Self.fixture()
        let run = try fixture.run(Self.arguments("s", .loss, Self.racing + ["--workers", "2"]))
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        let trials = try Self.trials("s", in: store)
        let races = try store.races(ofTrials: trials.map(\.id))
        #expect(!races.isEmpty && trials.allSatisfy { ($0.fidelity < 1) == (races[$0.id]?.isStopped ?? false) })
        for trial in trials {
            guard let race = races[trial.id] else { continue }
            let incumbent = try store.trial(id: race.incumbentID)
            #expect(incumbent.searchID == trial.searchID && incumbent.fidelity == 1)
            #expect(try #require(incumbent.finishedAt) <= #require(trial.finishedAt))
        }
    }

    @Test("repeats a stopped trial to the same example, or whole") func rerun() throws {
        let fixture = try Self.fixture()
        #expect(try fixture.run(Self.arguments("s", .loss, Self.racing)).status == 0)
        let trials = try Self.trials("s", in: fixture.store())
        let stopped = try #require(trials.last { $0.fidelity < 1 })
        let run = try fixture.run(["rerun", stopped.name, "--json"])
        #expect(run.status == 0, "\(run.error)")
        let again = try #require(
            try fixture.store().trials(TrialFilter(search: stopped.searchID)).last { $0.kind == .rerun })
        #expect(again.fidelity == stopped.fidelity && again.objectiveValue == stopped.objectiveValue)
        let races = try fixture.store().races(ofTrials: [again.id, stopped.id])
        #expect(races[again.id] == races[stopped.id] && races[again.id] != nil)
        #expect(run.out.contains("\"whole\": null"), "\(run.out)")

        let whole = try Binary.run(["rerun", stopped.name, "--whole"], in: fixture.folder.path)
        #expect(whole.status == 0 && whole.error.contains("as far as that went"), "\(whole.error)\(whole.out)")
        let completed = try #require(
            try fixture.store().trials(TrialFilter(search: stopped.searchID)).last { $0.kind == .rerun })
        #expect(completed.fidelity == 1 && completed.number > again.number)
        let value = try #require(completed.objectiveValue)
        let estimate = try #require(stopped.objectiveValue)
        #expect(abs(value - estimate) < 5 * (try #require(stopped.objectiveStandardError)))
        let json = try fixture.run(["rerun", stopped.name, "--whole", "--json"])
        #expect(json.out.contains("\"estimate\": ") && json.out.contains("\"value\": "), "\(json.out)")
        // One that was not stopped is repeated as ever.
        #expect(try fixture.run(["rerun", "s/best", "--whole"]).status == 0)
    }

    @Test("marks what was stopped wherever trials are shown") func shown() throws {
        let fixture = try Self.fixture()
        #expect(try fixture.run(Self.arguments("s", .loss, Self.racing)).status == 0)
        let trials = try Self.trials("s", in: fixture.store())
        let stopped = try #require(trials.last { $0.fidelity < 1 })
        let count = trials.count { $0.fidelity < 1 }
        let listed = try fixture.run(["trials", "s"])
        #expect(listed.out.contains("~: stopped early") && listed.out.contains(" ~"), "\(listed.out)")
        let shown = try fixture.run(["show", stopped.name])
        #expect(shown.out.contains("stopped after") && shown.out.contains("against s/"), "\(shown.out)")
        let json = try fixture.run(["show", stopped.name, "--json"])
        #expect(json.out.contains("\"incumbent\": \"s/") && json.out.contains("\"stopped\": true"), "\(json.out)")
        let search = try fixture.run(["show", "s", "--json"])
        #expect(search.out.contains("\"stopped_early\": \(count)"), "\(search.out)")
        let report = try fixture.run(["report", "s"])
        #expect(report.out.contains("s: \(count) trials were stopped early; they are in no row."), "\(report.out)")
        #expect(report.out.contains("best of 14"))
        let compared = try fixture.run(["compare", "s/best", stopped.name, "--json"])
        let output = try compared.json(Comparison.self)
        let loss = try #require(output.metrics.first { $0.name == "loss" })
        #expect(loss.differences == [nil, nil])
        let pair = try #require(loss.paired[1])
        let examples = try fixture.store().exampleResults(ofTrial: stopped.id)
        #expect(pair.n == examples[0].items.count)
        let text = try fixture.run(["compare", "s/best", stopped.name])
        #expect(text.out.contains("only pairs can be compared"), "\(text.out)")
        #expect(try fixture.run(["export", "optuna", "s", "--out", "o.db"]).status == 0)
        let optuna = try ForeignDatabase(path: fixture.folder.path + "/o.db")
        #expect(try optuna.rows("SELECT trial_id FROM trials WHERE state = 'PRUNED'").count == count)
    }

    /// What `qpx compare --json` prints, as far as it is looked at.
    private struct Comparison: Decodable {
        struct Metric: Decodable {
            struct Pair: Decodable { var n: Int }
            var name: String
            var differences: [Double?]
            var paired: [Pair?]
        }
        var metrics: [Metric]
    }

    @Test("tells a later search what it stopped, which may try it whole") func warmStart() throws {
        let fixture = try Self.fixture()
        #expect(try fixture.run(Self.arguments("s", .loss, Self.racing)).status == 0)
        let run = try fixture.run(
            Self.arguments("t", .loss, ["--warm-start", "s", "--trials", "3", "--initial-trials", "3"]))
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        let search = try store.search(named: "t")
        let taken = try store.observations(ofSearch: search.id).filter { $0.origin == .warmStart }
        #expect(taken.contains { $0.fidelity < 1 })
        let specification = try Specification(canonicalJSON: search.specification, of: "t")
        #expect(specification.earlyStopping == .defaults)
        // The surrogate hears how far each estimate can be trusted, and how noisy the comparison of the others is.
        let writable = try Store(path: fixture.folder.path + "/qpx.db", access: .write)
        let progress = ProgressLine(style: .off, now: { 0 }, write: { _ in })
        let context = try RecordedContext(store: writable, progress: progress).context(search, specification)
        let learned = try SurrogateObservations(store: writable, space: context.problem.space, search: search)
            .all(writable.knowledge(ofSearch: search.id)).filter { $0.origin == .warmStart }
        #expect(learned.count == taken.count && learned.allSatisfy(\.isSameObjective))
        #expect(learned.map(\.isWhole) == taken.map { $0.fidelity == 1 })
        for (observation, row) in zip(learned, taken) {
            if row.fidelity < 1 {
                #expect(observation.standardError == row.standardError)
            } else if let paired = row.pairedStandardError, paired > 0 {
                #expect(observation.standardError == paired)
            }
            #expect(observation.standardError > 0)
        }
    }

    @Test("says afterwards what races would have saved") func replay() throws {
        let fixture = try Self.fixture()
        #expect(try fixture.run(Self.arguments("s", .loss, [])).status == 0)
        struct Output: Decodable {
            struct Race: Decodable {
                var trial: String
                var incumbent: String
                var scored: Int
                var examples: Int
                var difference: Double
                var whole_difference: Double
                var stopped: Bool
                var wronged: Bool
            }
            var trials: Double
            var stopped: Double
            var winners: Double
            var wronged: Double
            var scored: Double
            var races: [Race]
        }
        let run = try fixture.run(["race", "s", "--racing-confidence", "0.8", "--racing-stages", "4", "--json"])
        #expect(run.status == 0, "\(run.error)")
        let output = try run.json(Output.self)
        #expect(Double(output.races.count) == output.trials && output.trials > 5 && output.stopped > 0)
        #expect(output.races.allSatisfy { $0.stopped == ($0.scored < $0.examples) && (!$0.wronged || $0.stopped) })
        let share = Double(output.races.map(\.scored).reduce(0, +)) / Double(output.races.map(\.examples).reduce(0, +))
        #expect(abs(output.scored - share) < 1e-12)
        // A race in the search itself comes to the same: until the first trial that is stopped, the searches are alike.
        #expect(try fixture.run(Self.arguments("r", .loss, Self.racing)).status == 0)
        let store = try fixture.store()
        let first = try #require(try Self.trials("r", in: store).first { $0.fidelity < 1 })
        let race = try #require(try store.races(ofTrials: [first.id])[first.id])
        let found = try #require(output.races.first { $0.trial == "s/\(first.number)" })
        #expect(found.scored == race.scored && abs(found.difference - race.difference) < 1e-12)
        // In other orders of the trials other ones win; what is counted keeps its order of size.
        let shuffled = try fixture.run(
            ["race", "s", "--orders", "50", "--shuffle-trials", "--racing-confidence", "0.8", "--json"])
        let many = try shuffled.json(Output.self)
        #expect(many.winners > 0 && many.wronged <= many.winners && many.stopped <= many.trials)
        #expect(many.races.map(\.trial) == output.races.map(\.trial))
        let alone = try fixture.run(["race", "s", "--shuffle-trials"])
        #expect(alone.status == 64 && alone.error.contains("--shuffle-trials: one order"), "\(alone.error)")
        let text = try fixture.run(["race", "s", "--orders", "20"])
        #expect(text.status == 0 && text.out.contains("on average over 20 orders"), "\(text.out)")
    }

    @Test(
        "cannot be asked for where nothing is raced, or by numbers that mean nothing",
        arguments: [
            (["--racing-stages", "3"], "--racing-stages: nothing is raced"),
            (["--racing-confidence", "0.9"], "--racing-confidence: nothing is raced"),
            (["--early-stopping", "halving"], "--early-stopping: unknown value 'halving'"),
            (["--early-stopping", "racing", "--racing-confidence", "0.4"], "--racing-confidence: 0.4 is out of range"),
            (["--early-stopping", "racing", "--racing-confidence", "1"], "--racing-confidence: 1 is out of range"),
            (["--early-stopping", "racing", "--racing-stages", "1"], "--racing-stages: 1 is out of range"),
            (["--early-stopping", "racing", "--racing-stages", "x"], "--racing-stages: 'x' is not a whole number"),
            (["--early-stopping", "racing", "--ask"], "--early-stopping: only trials that qpx evaluates itself"),
            (
                ["--early-stopping", "racing", "--evaluator", "true"],
                "--early-stopping: only trials that qpx evaluates"
            ),
        ])
    func refused(more: [String], message: String) throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", more))
        #expect(run.status == 64 && run.error.contains(message), "\(run.error)")
        #expect(try fixture.store().searches().isEmpty)
    }

    @Test("says what is wrong when there is nothing to replay") func nothingToReplay() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(["race", "none"]).status == 3)
        #expect(try fixture.run(SearchFixture.search("s", ["--ask"])).status == 0)
        #expect(try fixture.run(["race", "s"]).status == 64)
        let one = [
            "--trials", "1", "--initial-trials", "1", "--no-references", "--choices", "4", "8", "--budget", "5bpw",
        ]
        #expect(try fixture.run(SearchFixture.search("t", one)).status == 0)
        let few = try fixture.run(["race", "t", "--orders", "0"])
        #expect(few.status == 64 && few.error.contains("--orders"), "\(few.error)")
    }
}
