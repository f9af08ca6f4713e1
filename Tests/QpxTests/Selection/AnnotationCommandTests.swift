import Store
import Testing

@testable import qpx

@Suite("Tags, notes and the archive") struct AnnotationCommandTests {
    private struct Trials: Decodable {
        struct Trial: Decodable {
            var trial: String
            var tags: [String]
            var archived_at: String?
        }
        var trials: [Trial]
    }

    private struct Chosen: Decodable {
        struct Trial: Decodable {
            var trial: String
            var values: [String: Double?]
        }
        var total: Int
        var trials: [Trial]
    }

    private struct Notes: Decodable {
        struct Note: Decodable {
            var note: Int
            var text: String
        }
        var name: String
        var notes: [Note]
    }

    private func names(_ database: ExampleDatabase, _ arguments: String...) throws -> [String] {
        let run = try database.run(["trials", "--json"] + arguments)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(Trials.self).trials.map(\.trial)
    }

    @Test("a tag finds what bears it, a search's tag all its trials") func tags() throws {
        let database = try ExampleDatabase()
        #expect(try database.run(["tag", "paper", "first/3", "second/best", "first/3"]).status == 0)
        #expect(try names(database, "--where", "tag = paper") == ["first/3", "second/3"])
        #expect(try names(database, "first/3-4", "--where", "tag != paper") == ["first/4"])
        #expect(try database.run(["tag", "whole", "second"]).status == 0)
        #expect(try names(database, "--where", "tag ~ 'wh*'").count == 7)
        #expect(try database.run(["tag", "good", "--where", "accuracy > 0.6 and kind = proposal"]).status == 0)
        #expect(try names(database, "--where", "tag = good") == ["first/6"])
        #expect(try names(database, "--where", "tag is missing and search = first").count == 5)
        #expect(try database.run(["tag"]).out.contains("paper       2         0"))
        let shown = try database.run(["trials", "first/3", "--json"]).json(Trials.self).trials
        #expect(shown.map(\.tags) == [["paper"]])
        #expect(try database.run(["trials", "first"]).out.contains("paper"))
        #expect(try database.run(["show", "first/3"]).out.contains("paper"))
        #expect(try database.run(["show", "second"]).out.contains("whole"))
        #expect(try database.run(["tag", "paper", "first/3", "--remove"]).status == 0)
        #expect(try names(database, "--where", "tag = paper") == ["second/3"])
        let twice = try database.run(["tag", "paper", "second/3"])
        #expect(twice.status == 0 && twice.error.contains("tagged already"))
    }

    @Test(
        "what cannot be tagged or noted is refused, and nothing changes",
        arguments: [
            (["tag", "two words", "first/3"], 64, "cannot be a tag"), (["tag", "paper"], 64, "no trials"),
            (["tag", "paper", "first/3", "third"], 3, "no search 'third'"),
            (["tag", "paper", "--where", "number > 100"], 3, "no trials are like that"),
            (["note", "first/1-2", "x"], 64, "names 2 trials"), (["note", "first", "  "], 64, "the note is empty"),
            (["note", "first/1", "--remove", "9"], 3, "has no note 9"),
            (["archive"], 64, "no trials"), (["archive", "first", "--undo"], 4, "search 'first' exists"),
            (["archive", "first/3", "--undo"], 3, "no archived trials"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, message: String) throws {
        let database = try ExampleDatabase()
        let run = try database.run(arguments)
        #expect(run.status == status && run.error.contains(message), "\(run.status) \(run.error)")
        #expect(try database.store.tags().isEmpty && names(database).count == 14)
    }

    @Test("a note is kept, shown, found and taken away") func notes() throws {
        let database = try ExampleDatabase()
        let written = try database.run(["note", "first/7", "diverged; lower the rate", "--json"]).json(Notes.self)
        #expect(written.name == "first/7" && written.notes.map(\.text) == ["diverged; lower the rate"])
        #expect(try database.run(["note", "second", "the good one"]).status == 0)
        #expect(try names(database, "--where", "note ~ '*rate*'") == ["first/7"])
        #expect(try names(database, "--where", "note ~ 'the good*'").count == 7)
        #expect(try database.run(["show", "first/7"]).out.contains("diverged; lower the rate"))
        #expect(try database.run(["show", "second"]).out.contains("the good one"))
        let number = try #require(written.notes.first?.note)
        #expect(try database.run(["note", "first/7", "--remove", "\(number)"]).status == 0)
        #expect(try names(database, "--where", "note is missing").count == 7)
    }

    @Test("what is archived is out of sight until it is taken back") func archive() throws {
        let database = try ExampleDatabase()
        let dry = try database.run(["archive", "first/3-4", "--dry-run"])
        #expect(dry.out == "first/3\nfirst/4\n")
        #expect(try names(database, "first").count == 7)
        #expect(try database.run(["archive", "first/3-4"]).status == 0)
        #expect(try names(database, "first") == ["first/1", "first/2", "first/5", "first/6", "first/7"])
        #expect(try names(database, "--archived", "--where", "archived") == ["first/3", "first/4"])
        #expect(try database.run(["show", "first/3"]).error.contains("archived"))
        #expect(try database.run(["archive", "first/4", "--undo"]).out == "first/4\n")
        #expect(try names(database, "first").contains("first/4"))
        #expect(try database.run(["archive", "second"]).status == 0)
        #expect(try names(database).allSatisfy { $0.hasPrefix("first/") })
        #expect(try database.run(["archive", "second", "--undo"]).status == 0)
        #expect(try names(database, "second").count == 7)
        #expect(try database.run(["archive", "--where", "state = failed"]).out == "first/7\nsecond/7\n")
        #expect(try database.run(["archive", "--undo", "--where", "search = first"]).out == "first/3\nfirst/7\n")
        #expect(try names(database, "--archived", "--where", "archived") == ["second/7"])
    }

    @Test("columns are values of expressions, missing ones null") func columns() throws {
        let run = try ExampleDatabase().run([
            "trials", "first/1,5", "--json", "--columns", "weight_bytes / 1000, bits.2, max(number, 3), acc.arc_easy",
        ])
        let chosen = try run.json(Chosen.self)
        #expect(chosen.trials.map(\.trial) == ["first/1", "first/5"])
        #expect(
            chosen.trials.map { $0.values["weight_bytes / 1000"] ?? nil } == [6856.96, 1900]
                && chosen.trials.map { $0.values["bits.2"] ?? nil } == [nil, 8])
        #expect(chosen.trials.map { $0.values["max(number, 3)"] ?? nil } == [3, 5])
        let csv = try ExampleDatabase().run([
            "trials", "first/1,5", "--columns", "trial,objective,label", "--format", "csv",
        ])
        #expect(csv.out == "trial,objective,label\nfirst/1,0.75,intact\nfirst/5,0.5,importance-based\n")
        let all = try ExampleDatabase().run(["trials", "--limit", "2"])
        #expect(all.out.contains("2 of 14 trials"))
    }

    @Test("specifications are told apart") func diff() throws {
        let database = try ExampleDatabase()
        let run = try database.run(["diff", "first", "second"])
        #expect(run.status == 0 && run.out.contains("learning_rate  0.001  0.0003"), "\(run.out)")
        #expect(run.out.contains("2 more are the same"))
        #expect(try database.run(["diff", "first", "second", "--exit-code"]).status == 7)
        #expect(try database.run(["diff", "first", "first", "--exit-code"]).status == 0)
        #expect(try database.run(["diff", "first/3", "first/4"]).out.contains("allocation"))
        #expect(try database.run(["diff", "first", "none.yaml"]).status == 3)
    }
}
