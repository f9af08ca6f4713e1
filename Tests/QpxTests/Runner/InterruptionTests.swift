import Foundation
import Store
import Testing

@testable import qpx

@Suite("A search that is interrupted") struct InterruptionTests {
    /// A way to end a process.
    struct Ending: Sendable, CustomTestStringConvertible {
        var name: String
        var signal: Int32
        var status: Int32
        /// Whether the process itself still writes what happened.
        var isRecorded: Bool
        var testDescription: String { name }
    }

    static let endings = [
        Ending(name: "SIGKILL", signal: SIGKILL, status: 128 + SIGKILL, isRecorded: false),
        Ending(name: "SIGINT", signal: SIGINT, status: 130, isRecorded: true),
        Ending(name: "SIGTERM", signal: SIGTERM, status: 143, isRecorded: true),
    ]

    /// Enough for a trial to last until a signal arrives.
    private static let steps = 80

    @Test("goes on where it was, to the same bits", arguments: endings, [2, 6])
    func resume(_ ending: Ending, after finished: Int) throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("whole", steps: Self.steps)).status == 0)
        let running = try fixture.start(SearchFixture.search("cut", steps: Self.steps))
        #expect(try running.wait { try fixture.complete("cut") >= finished }, "it ended before it was interrupted")
        running.send(ending.signal)
        let end = try running.end()
        #expect(end.status == ending.status, "\(end.error)")

        var store = try fixture.store()
        let search = try store.search(named: "cut")
        let before = try store.trials(TrialFilter(search: search.id))
        let kept = try fixture.results("cut")
        #expect(kept.count >= finished && kept.count < 10)
        if ending.isRecorded {
            #expect(search.state == .interrupted)
            #expect(before.allSatisfy { $0.state != .running })
            #expect(end.error.contains("'qpx resume cut' goes on"), "\(end.error)")
        } else {
            #expect(search.state == .running)
        }

        let resumed = try fixture.run(["resume", "cut"])
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(resumed.out.contains("searched (best of 7)"))
        store = try fixture.store()
        #expect(try store.search(named: "cut").state == .complete)
        let after = try store.trials(TrialFilter(search: search.id))
        for trial in before where trial.state == .complete { #expect(after.contains(trial)) }
        #expect(after.allSatisfy { $0.state == .complete || $0.state == .interrupted })
        #expect(after.count { $0.state == .interrupted } <= 1)
        #expect(try fixture.results("cut") == fixture.results("whole"))

        let again = try fixture.run(["resume", "cut"])
        #expect(again.status == 4 && again.error.contains("finished already"), "\(again.error)")
    }

    @Test("is not taken from the process that carries it out") func taken() throws {
        let fixture = try SearchFixture()
        let running = try fixture.start(SearchFixture.search("busy", steps: Self.steps))
        #expect(try running.wait { try fixture.complete("busy") >= 1 })
        let other = try fixture.run(["resume", "busy"])
        #expect(other.status == 4 && other.error.contains("is being carried out"), "\(other.error)")
        #expect(try running.end().status == 0)
        #expect(try fixture.results("busy").count == 10)
    }

    @Test("by a file that is gone says so, and goes on when it is back") func fileGone() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("whole", steps: Self.steps)).status == 0)
        let running = try fixture.start(SearchFixture.search("cut", steps: Self.steps))
        #expect(try running.wait { try fixture.complete("cut") >= 5 })
        let text = fixture.folder.path + "/held.txt"
        try FileManager.default.moveItem(atPath: text, toPath: text + ".away")
        let end = try running.end()
        #expect(end.status == 3 && end.error.contains("error: \(text)"), "\(end.error)")
        let search = try fixture.store().search(named: "cut")
        #expect(search.state == .failed && search.error?.contains("held.txt") == true)
        let missing = try fixture.run(["resume", "cut"])
        #expect(missing.status == 3 && missing.error.contains("held.txt"), "\(missing.error)")

        try FileManager.default.moveItem(atPath: text + ".away", toPath: text)
        let resumed = try fixture.run(["resume", "cut"])
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(try fixture.store().search(named: "cut").error == nil)
        #expect(try fixture.results("cut") == fixture.results("whole"))
    }

    @Test(
        "by a full disk says so, keeps what is finished, and goes on when there is room",
        .enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
    func fullDisk() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("whole", steps: Self.steps)).status == 0)
        let disk = try #require(try SmallDisk(at: fixture.folder.path + "/disk", bytes: 4 << 20))
        #expect(try fixture.run(["init", "--db", "disk/qpx.db"]).status == 0)
        let running = try fixture.start(
            SearchFixture.search("whole", steps: Self.steps) + ["--db", "disk/qpx.db"])
        #expect(try running.wait { try fixture.complete("whole", in: "disk/qpx.db") >= 3 })
        try disk.fill()
        let end = try running.end()
        #expect(end.status == 1 && end.error.contains("the disk is full"), "\(end.error)")
        let kept = try fixture.results("whole", in: "disk/qpx.db")
        #expect(kept.count >= 3 && kept.count < 10)
        #expect(try fixture.run(["trials", "whole", "--db", "disk/qpx.db"]).status == 0)

        try disk.makeRoom()
        let resumed = try fixture.run(["resume", "whole", "--db", "disk/qpx.db"])
        #expect(resumed.status == 0, "\(resumed.error)")
        let results = try fixture.results("whole", in: "disk/qpx.db")
        #expect(Array(results.prefix(kept.count)) == kept)
        #expect(try fixture.results("whole") == results)
    }

    @Test("is refused when a file is another one now") func changed() throws {
        let fixture = try SearchFixture()
        let running = try fixture.start(SearchFixture.search("cut", steps: Self.steps))
        #expect(try running.wait { try fixture.complete("cut") >= 1 })
        running.send(SIGKILL)
        _ = try running.end()
        _ = try fixture.folder.file("train.txt", TinyCheckpoint.text(lines: 61))
        let resumed = try fixture.run(["resume", "cut"])
        #expect(resumed.status == 7 && resumed.error.contains("train.txt is not the one that was recorded"))
    }

    @Test("that is not there is not found, with the one that was meant") func unknown() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("first", ["--recovery-steps", "0"])).status == 0)
        let run = try fixture.run(["resume", "frist"])
        #expect(run.status == 3 && run.error.contains("'first'"), "\(run.error)")
    }
}
