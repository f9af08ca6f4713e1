import Foundation
import Store
import Testing

@testable import qpx

@Suite("A confirmation with fresh seeds", .serialized) struct ConfirmationTests {
    private static let twice = ["--confirm", "2", "--confirm-seeds", "2"]
    /// Enough for a trial to last until somebody looks.
    private static let steps = 80

    private func replicates(_ name: String, _ fixture: SearchFixture) throws -> [TrialRecord] {
        let store = try fixture.store()
        return try store.trials(TrialFilter(search: try store.search(named: name).id)).filter { $0.kind == .replicate }
    }

    private func show(_ name: String, _ fixture: SearchFixture) throws -> ShownSearch {
        try fixture.run(["show", name, "--json"]).json(ShownSearch.self)
    }

    /// Checks that two trials were repeated with two seeds each, once each.
    private func check(_ name: String, _ fixture: SearchFixture) throws {
        let store = try fixture.store()
        let search = try store.search(named: name)
        #expect(search.state == .complete)
        let replicates = try replicates(name, fixture).filter { $0.state == .complete }
        #expect(replicates.count == 4 && Set(replicates.map(\.rerunOf)).count == 2)
        #expect(Set(replicates.map(\.seed)) == Set(ReplicateSeeds.first(2, of: search.seed)))
        #expect(Set(replicates.map { "\($0.rerunOf ?? 0) \($0.seed)" }).count == 4)
        let candidates = try store.trials(TrialFilter(search: search.id)).filter(\.kind.isCandidate)
        #expect(candidates.count { $0.state == .complete } == 7)
        #expect(try store.observations(ofSearch: search.id).count == 11)
        #expect(try store.recommendationSize(ofSearch: search.id).observations == 11)
    }

    @Test("repeats the best trials, says what came of it beside what was believed, and gives the same digits always")
    func whole() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", Self.twice))
        #expect(run.status == 0, "\(run.error)")
        try check("s", fixture)
        #expect(
            run.out.contains("Confirmed with fresh seeds") && run.out.contains("mean of 2 fresh seeds"), "\(run.out)")
        #expect(run.out.contains("searched (best of 7)"))
        let store = try fixture.store()
        let shown = try show("s", fixture)
        #expect(shown.confirmation.count == 2)
        for entry in shown.confirmation {
            let original = try #require(try store.trials(TrialSelector(entry.trial)).first)
            let own = try replicates("s", fixture).filter { $0.rerunOf == original.id }
            let values = own.compactMap(\.objectiveValue)
            #expect(entry.replicates == own.map(\.name) && entry.seeds == 2 && values.count == 2)
            #expect(abs(entry.mean - (values[0] + values[1]) / 2) < 1e-12)
            #expect(abs((entry.stderr ?? 0) - abs(values[0] - values[1]) / 2) < 1e-12)
            let suggestion = try #require(try store.suggestions(ofTrials: [own[0].id])[own[0].id])
            #expect(entry.believed_mean == suggestion.mean && entry.believed_deviation == suggestion.deviation)
            #expect(suggestion.observations == 7)
            // Other seeds train in another order; the allocation, and what it weighs, are the same.
            #expect(own.allSatisfy { $0.objectiveValue != original.objectiveValue })
            #expect(own.allSatisfy { $0.allocation == original.allocation && $0.weightBytes == original.weightBytes })
            if let baseline = entry.baseline {
                let value = try #require(try store.trials(TrialSelector(baseline)).first?.objectiveValue)
                #expect(abs((entry.difference ?? 0) - (entry.mean - value)) < 1e-6)
                #expect((entry.difference_stderr ?? 0) > 0)
            }
        }
        #expect(shown.confirmation.map(\.mean) == shown.confirmation.map(\.mean).sorted())
        let listed = try fixture.run(["trials", "s"])
        #expect(listed.out.contains("replicate") && listed.out.contains("of \(shown.confirmation[0].trial)"))
        let rerun = try fixture.run(["rerun", shown.confirmation[0].replicates[0], "--json"])
        #expect(rerun.status == 0 && rerun.out.contains(#""same": true"#), "\(rerun.error)")

        #expect(try fixture.run(SearchFixture.search("again", Self.twice + ["--threads", "1"])).status == 0)
        #expect(try fixture.results("again") == fixture.results("s"))
    }

    @Test("by two workers gives each replicate to one of them") func workers() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(
            SearchFixture.search("s", steps: Self.steps, Self.twice + ["--workers", "2", "--threads", "1"]))
        #expect(run.status == 0, "\(run.error)")
        try check("s", fixture)
        let store = try fixture.store()
        let attempts = try replicates("s", fixture).map { try store.attempts(ofTrial: $0.id) }
        #expect(attempts.allSatisfy { $0.count == 1 })
        #expect(Set(attempts.joined().compactMap { $0.process?.pid }).count == 2)
    }

    @Test("that is interrupted goes on where it was, to the same bits", arguments: [SIGKILL, SIGINT])
    func interrupted(signal: Int32) throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("whole", steps: Self.steps, Self.twice)).status == 0)
        let running = try fixture.start(SearchFixture.search("cut", steps: Self.steps, Self.twice))
        #expect(try running.wait { try fixture.complete("cut") >= 11 }, "it ended before it was interrupted")
        running.send(signal)
        _ = try running.end()
        #expect(try replicates("cut", fixture).count { $0.state == .complete } < 4)
        let resumed = try fixture.run(["resume", "cut"])
        #expect(resumed.status == 0 && resumed.out.contains("Confirmed with fresh seeds"), "\(resumed.error)")
        try check("cut", fixture)
        let (cut, whole) = (try fixture.results("cut"), try fixture.results("whole"))
        #expect(cut.count == whole.count && cut.allSatisfy(whole.contains) && whole.allSatisfy(cut.contains))
        #expect(try fixture.run(["resume", "cut"]).status == 4)
    }

    @Test("is had of a finished search as well, as often as asked, and only once") func resume() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--no-references"])).status == 0)
        #expect(try replicates("s", fixture).isEmpty && show("s", fixture).confirmation.isEmpty)
        #expect(try fixture.run(["resume", "s"]).status == 4)
        for _ in 1...2 {
            let run = try fixture.run(["resume", "s", "--confirm", "1", "--confirm-seeds", "1"])
            #expect(run.status == 0 && run.out.contains("a fresh seed"), "\(run.error)")
            #expect(try replicates("s", fixture).map(\.state) == [.complete])
            #expect(try fixture.store().search(named: "s").state == .complete)
        }
        let entry = try #require(try show("s", fixture).confirmation.first)
        #expect(entry.seeds == 1 && entry.stderr == nil)
        #expect(try fixture.run(["resume", "s", "--confirm", "1", "--confirm-seeds", "2"]).status == 0)
        #expect(try replicates("s", fixture).map(\.seed) == ReplicateSeeds.first(2, of: 42))
    }

    @Test(
        "that says nothing sensible is refused",
        arguments: [
            (["--confirm=-1"], "out of range"), (["--confirm", "x"], "'x'"),
            (["--confirm-seeds", "2"], "nothing is confirmed"), (["--confirm", "1", "--confirm-seeds", "0"], "out of"),
        ])
    func refused(arguments: [String], message: String) throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", arguments))
        #expect(run.status == 64 && run.error.contains(message), "\(run.error)")
        #expect(try fixture.store().searches().isEmpty)
    }
}

@Suite("A replicate that is asked for") struct EnqueueReplicateTests {
    @Test("waits with a fresh seed, is carried out by resume, and counts towards no limit") func enqueued() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--no-references"])).status == 0)
        let store = try fixture.store()
        let best = try #require(try store.bestTrial(ofSearch: store.search(named: "s").id))
        for arguments in [["best"], ["s/best"], ["\(best.number)", "--seed", "18446744073709551615"]] {
            let run = try fixture.run(["enqueue", "s", "--json", "--replicate"] + arguments)
            #expect(run.status == 0 && run.out.contains(#""rerun_of": "\#(best.name)""#), "\(run.error)")
            #expect(run.out.contains(#""kind": "replicate""#) && run.out.contains(#""state": "waiting""#))
        }
        let seeds = ReplicateSeeds.first(2, of: 42) + [.max]
        #expect(try store.replicates(ofTrial: best.id).map(\.seed) == seeds)
        let plain = try Binary.run(["enqueue", "s", "--replicate", "s/8"], in: fixture.folder.path)
        #expect(plain.status == 0 && plain.error.contains("'qpx resume s' carries it out"), "\(plain.error)")
        let resumed = try fixture.run(["resume", "s"])
        #expect(resumed.status == 0 && resumed.out.contains("mean of 4 fresh seeds"), "\(resumed.error)")
        let replicates = try store.replicates(ofTrial: best.id)
        #expect(replicates.count == 4 && replicates.allSatisfy { $0.state == .complete && $0.origin == .enqueued })
        #expect(try store.knowledge(ofSearch: best.searchID).candidates == 7)
        #expect(try store.observations(ofSearch: best.searchID).count == 11)
        #expect(try store.recommendationSize(ofSearch: best.searchID).observations == 11)
        #expect(try fixture.run(["resume", "s"]).status == 4)
    }

    @Test("is refused with one clear line where there is nothing to repeat") func refused() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--trials", "2"])).status == 0)
        #expect(try fixture.run(SearchFixture.search("other", ["--trials", "2"])).status == 0)
        #expect(try fixture.run(["enqueue", "s", "--allocation", "2244"]).status == 0)
        #expect(try fixture.run(["enqueue", "s", "--replicate", "s/4", "--seed", "5"]).status == 0)
        let cases: [(arguments: [String], status: Int32, message: String)] = [
            (["--replicate", "s/1"], 64, "s/1 is a reference"),
            (["--replicate", "s/6"], 4, "s/6 is waiting"),
            (["--replicate", "s/4", "--seed", "5"], 4, "has a replicate with the seed 5 already"),
            (["--replicate", "s/4", "--seed", "42"], 64, "'qpx rerun s/4'"),
            (["--replicate", "s/4", "--seed", "x"], 64, "--seed"),
            (["--replicate", "s/4-5"], 64, "name one"), (["--replicate", "s/99"], 3, "s/99"),
            (["--replicate", "other/4"], 64, "is no trial of search 's'"),
            (["--replicate", "s/4", "--allocation", "2244"], 64, "--allocation and --replicate"),
            (["--replicate", "s/4", "--label", "x"], 64, "--label and --replicate"),
            (["--allocation", "4422", "--seed", "5"], 64, "only a replicate has a seed"),
            ([], 64, "--allocation is missing"),
        ]
        let before = try fixture.store().trials(TrialSelector("s")).count
        for (arguments, status, message) in cases {
            let run = try fixture.run(["enqueue", "s"] + arguments)
            #expect(
                run.status == status && (run.error + run.out).contains(message),
                "\(arguments): \(run.status) \(run.error)")
        }
        #expect(try fixture.store().trials(TrialSelector("s")).count == before)
    }

    @Test("of a replicate is one more of the trial itself") func again() throws {
        let fixture = try SearchFixture()
        #expect(
            try fixture.run(SearchFixture.search("s", ["--trials", "4", "--confirm", "1", "--confirm-seeds", "1"]))
                .status == 0)
        let store = try fixture.store()
        let first = try #require(try store.trials(TrialSelector("s/8")).first)
        #expect(first.kind == .replicate)
        #expect(try fixture.run(["enqueue", "s", "--replicate", "s/8"]).status == 0)
        let second = try #require(try store.trials(TrialSelector("s/9")).first)
        #expect(second.kind == .replicate && second.rerunOf == first.rerunOf && second.seed != first.seed)
    }
}

@Suite("Replicates that are carried out elsewhere") struct ReplicatesElsewhereTests {
    private struct Asked: Decodable {
        struct Trial: Decodable {
            var trial: String
            var kind: String
            var rerun_of: String?
            var allocation: [String]
        }
        var trials: [Trial]
    }

    @Test("reach an evaluator as such, with their seeds") func evaluator() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("space.json", CommandEvaluatorTests.space)
        _ = try Binary.run(["init"], in: folder.path)
        let keeping = #"cat > "message-$(echo "$QPX_TRIAL" | tr / -).json"; echo '{"value": 1}'"#
        let run = try Binary.run(
            [
                "search", "--space", "space.json", "--evaluator", keeping, "--objective", "loss", "--budget", "4bpw",
                "--trials", "4", "--name", "out", "--confirm", "1", "--confirm-seeds", "2", "--quiet",
            ], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        let store = try Store(path: folder.path + "/qpx.db", access: .read)
        let replicates = try store.trials(TrialSelector("out")).filter { $0.kind == .replicate }
        #expect(replicates.map(\.seed) == ReplicateSeeds.first(2, of: 42))
        struct Message: Decodable {
            var kind: String
            var seed: UInt64
            var allocation: [String]
        }
        for replicate in replicates {
            let data = try Data(contentsOf: URL(filePath: folder.path + "/message-out-\(replicate.number).json"))
            let message = try JSONDecoder().decode(Message.self, from: data)
            #expect(message.kind == "replicate" && message.seed == replicate.seed)
            #expect(message.allocation.joined(separator: ",") == replicate.allocation)
        }
    }

    @Test("are given out when every candidate was told, and end the search") func asked() throws {
        let fixture = try SearchFixture()
        let begun = try fixture.run(SearchFixture.search("s", ["--ask", "--confirm", "1"]))
        #expect(begun.status == 0, "\(begun.error)")
        func ask() throws -> Binary.Run { try fixture.run(["ask", "s", "--count", "9", "--json"]) }
        let candidates = try ask().json(Asked.self).trials
        #expect(candidates.count == 7 && candidates.allSatisfy { $0.kind != "replicate" && $0.rerun_of == nil })
        for number in 1...6 {
            #expect(try fixture.run(["tell", "s/\(number)", "--value", "\(3 + number)"]).status == 0)
        }
        let early = try ask()
        #expect(early.status == 4 && early.error.contains("all_given_out") && early.error.contains("s/7"))
        #expect(try fixture.run(["tell", "s/7", "--value", "9"]).status == 0)
        let replicates = try ask().json(Asked.self).trials
        #expect(replicates.map(\.kind) == ["replicate", "replicate"])
        let recorded = try replicates.flatMap { try fixture.store().trials(TrialSelector($0.trial)) }
        #expect(recorded.map(\.seed) == ReplicateSeeds.first(2, of: 42))
        let original = try #require(replicates.first?.rerun_of)
        let best = try show(fixture)
        #expect(original == best.recommendations.first?.trial)
        for (index, replicate) in replicates.enumerated() {
            #expect(try fixture.run(["tell", replicate.trial, "--value", "\(8 + 2 * index)"]).status == 0)
        }
        let end = try ask()
        #expect(end.status == 4 && end.error.contains("finished"), "\(end.error)")
        #expect(try fixture.store().search(named: "s").state == .complete)
        let entry = try #require(try show(fixture).confirmation.first)
        #expect(entry.trial == original && entry.mean == 9 && entry.stderr == 1 && entry.difference == nil)
    }

    private func show(_ fixture: SearchFixture) throws -> ShownSearch {
        try fixture.run(["show", "s", "--json"]).json(ShownSearch.self)
    }
}
