import Foundation
import Store
import Testing

@testable import qpx

@Suite("Several workers on one search", .serialized) struct WorkerTests {
    /// Enough for a trial to last until somebody looks.
    private static let steps = 80

    /// Checks that no candidate is there twice, that there are as many as asked for, and that nothing is left undone.
    private func check(_ name: String, _ fixture: SearchFixture, limit: Int = 7) throws -> [TrialRecord] {
        let store = try fixture.store()
        let search = try store.search(named: name)
        #expect(search.state == .complete)
        let trials = try store.trials(TrialFilter(search: search.id))
        let candidates = trials.filter { $0.kind.isCandidate && $0.state == .complete }
        #expect(candidates.count == limit)
        #expect(Set(candidates.map(\.allocation)).count == limit)
        #expect(trials.allSatisfy { $0.state == .complete || $0.state == .interrupted })
        #expect(try store.liveWork(ofSearch: search.id).isEmpty)
        return trials
    }

    @Test("share it: nothing twice, nothing too much, the same numbers, and each proposal says what it knew")
    func share() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("alone", steps: Self.steps)).status == 0)
        let run = try fixture.run(
            SearchFixture.search("many", steps: Self.steps, ["--workers", "3", "--threads", "3"]))
        #expect(run.status == 0, "\(run.error)")
        #expect(run.out.contains("searched (best of 7)"))
        let trials = try check("many", fixture)
        #expect(trials.count == 10)
        let store = try fixture.store()
        let workers = try Set(trials.flatMap { try store.attempts(ofTrial: $0.id) }.map(\.worker))
        #expect(workers.count > 1, "one worker did everything: \(workers)")
        #expect(Set(trials.map(\.environment.threadCount)) == [1])

        // What was tried by both gave the same bits, whoever did it.
        let alone = try fixture.results("alone")
        for many in try fixture.results("many") where many.mean == nil {
            #expect(alone.contains(many), "\(many.label ?? "")")
        }
        // A proposal knew what had been observed, and what was being tried; nothing is both.
        let observations = try store.observations(ofSearch: trials[0].searchID)
        let suggestions = try store.suggestions(ofTrials: trials.map(\.id))
        #expect(suggestions.count == trials.count { $0.kind == .proposal })
        for (id, suggestion) in suggestions {
            let trial = try #require(trials.first { $0.id == id })
            let known = observations.filter { $0.id <= suggestion.knownObservation ?? 0 }
            #expect(known.count == suggestion.observations)
            #expect(Set(known.map(\.trialNumber)).isDisjoint(with: suggestion.pending))
            #expect((known.map(\.trialNumber) + suggestion.pending).allSatisfy { $0 < trial.number })
        }
        let details = try fixture.run(["show", "many/10"])
        #expect(details.status == 0, "\(details.error)")
    }

    @Test("go on where one is killed: its trial is carried out by another") func killed() throws {
        let fixture = try SearchFixture()
        let first = try fixture.start(SearchFixture.search("s", steps: Self.steps))
        #expect(try first.wait { try fixture.complete("s") >= 1 })
        let second = try fixture.start(["worker", "s", "--name", "doomed"])
        var lost: ClaimedTrial?
        #expect(
            try second.wait {
                lost = try fixture.work(of: second, on: "s")
                return lost != nil
            })
        second.send(SIGKILL)
        #expect(try second.end().status == 128 + SIGKILL)
        let end = try first.end()
        #expect(end.status == 0, "\(end.error)")
        _ = try check("s", fixture)
        let store = try fixture.store()
        let lostID = try #require(lost?.trial.id)
        let attempts = try store.attempts(ofTrial: lostID)
        // It may have finished the trial in the moment before the signal.
        if attempts.first?.state != .complete {
            #expect(attempts.map(\.state) == [.lost, .complete])
            #expect(attempts.map { $0.worker == "doomed" } == [true, false])
            #expect(attempts[0].error == "process \(second.pid) ended")
        }
    }

    @Test("give out the trial of one that is silent, and keep its late result as a repeat, to the same bits")
    func silent() throws {
        let fixture = try SearchFixture()
        let first = try fixture.start(SearchFixture.search("s", steps: Self.steps))
        #expect(try first.wait { try fixture.complete("s") >= 1 })
        let second = try fixture.start(["worker", "s", "--lease", "0.5s", "--threads", "1"])
        var stopped: ClaimedTrial?
        #expect(
            try second.wait {
                guard try fixture.work(of: second, on: "s") != nil else { return false }
                second.send(SIGSTOP)
                usleep(20_000)
                stopped = try fixture.work(of: second, on: "s")
                if stopped == nil { second.send(SIGCONT) }
                return stopped != nil
            })
        let end = try first.end()
        #expect(end.status == 0, "\(end.error)")
        second.send(SIGCONT)
        let late = try second.end()
        #expect(late.status == 0, "\(late.error)")
        let trials = try check("s", fixture)
        let store = try fixture.store()
        let trial = try #require(stopped).trial
        let attempts = try store.attempts(ofTrial: trial.id)
        #expect(attempts.map(\.state) == [.late, .complete])
        #expect(attempts[0].error?.hasPrefix("the lease ran out") == true)
        let kept = try #require(trials.first { $0.kind == .rerun })
        #expect(kept.rerunOf == trial.id && kept.label == "late")
        let metrics = try store.metrics(ofTrials: [trial.id, kept.id])
        #expect(metrics[trial.id] == metrics[kept.id])
        #expect(metrics[kept.id]?.isEmpty == false)
    }

    @Test("that end with an interruption end all, and go on together") func interrupted() throws {
        let fixture = try SearchFixture()
        let running = try fixture.start(
            SearchFixture.search("s", steps: Self.steps, ["--workers", "2", "--threads", "1"]))
        #expect(
            try running.wait {
                guard let search = try? fixture.store().search(named: "s") else { return false }
                return try fixture.store().liveWork(ofSearch: search.id).count == 2
            })
        running.send(SIGINT)
        let end = try running.end()
        #expect(end.status == 130 && end.error.contains("'qpx resume s' goes on"), "\(end.error)")
        #expect(end.error.components(separatedBy: "interrupted").count == 2, "one process speaks: \(end.error)")
        let store = try fixture.store()
        let search = try store.search(named: "s")
        #expect(search.state == .interrupted)
        let left = try store.trials(TrialFilter(search: search.id))
        #expect(left.allSatisfy { $0.state != .running })
        for trial in left where trial.state == .interrupted {
            let attempts = try store.attempts(ofTrial: trial.id)
            #expect(attempts.map(\.state) == [.interrupted])
            #expect(attempts.allSatisfy { $0.process?.isAlive() == false })
        }
        let resumed = try fixture.run(["resume", "s", "--workers", "2"])
        #expect(resumed.status == 0, "\(resumed.error)")
        let trials = try check("s", fixture)
        #expect(trials.count { $0.state == .complete } == 10)
    }

    @Test("need not have begun it: a worker ends what a killed process left, to the same bits") func leftBehind() throws
    {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("whole", steps: Self.steps)).status == 0)
        let running = try fixture.start(SearchFixture.search("cut", steps: Self.steps))
        #expect(try running.wait { try fixture.complete("cut") >= 4 })
        running.send(SIGKILL)
        _ = try running.end()
        let one = try fixture.run(["worker", "cut", "--trials", "1"])
        #expect(one.status == 0, "\(one.error)")
        #expect(try fixture.store().search(named: "cut").state == .interrupted)
        let rest = try fixture.run(["worker", "cut", "--json"])
        #expect(rest.status == 0 && rest.out.contains(#""state": "complete""#), "\(rest.error)")
        #expect(try fixture.results("cut") == fixture.results("whole"))
        let again = try Binary.run(["worker", "cut"], in: fixture.folder.path)
        #expect(again.status == 0 && again.error.contains("has finished already"), "\(again.error)")
    }

    @Test("try a trial again as often as asked when a file cannot be read, and then stop") func retries() throws {
        let fixture = try SearchFixture()
        let running = try fixture.start(SearchFixture.search("s", steps: Self.steps, ["--retries", "2"]))
        #expect(try running.wait { try fixture.complete("s") >= 4 })
        let text = fixture.folder.path + "/held.txt"
        try FileManager.default.moveItem(atPath: text, toPath: text + ".away")
        let end = try running.end()
        #expect(end.status == 3 && end.error.contains("attempt 2 failed, to be tried again"), "\(end.error)")
        let store = try fixture.store()
        let search = try store.search(named: "s")
        #expect(search.state == .failed)
        let last = try #require(try store.trials(TrialFilter(search: search.id)).last)
        let attempts = try store.attempts(ofTrial: last.id)
        #expect(last.state == .interrupted && attempts.map(\.state) == [.failed, .failed, .interrupted])
        #expect(attempts[0].error?.contains("held.txt") == true)
        try FileManager.default.moveItem(atPath: text + ".away", toPath: text)
        let resumed = try fixture.run(["resume", "s"])
        #expect(resumed.status == 0, "\(resumed.error)")
        _ = try check("s", fixture)
    }
}
