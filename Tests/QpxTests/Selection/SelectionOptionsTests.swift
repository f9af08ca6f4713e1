import Testing

@testable import qpx

/// The same choice of trials on every command: the table of commands is the promise.
@Suite("The choice of trials") struct SelectionOptionsTests {
    @Test(
        "is the same for commands about one trial",
        arguments: [
            ["--where", "search = first and kind = initial"], ["first", "--where", "bits.3 = 8 and bits.0 = 4"],
            ["first/3-5", "--sort", "-number", "--limit", "1"], ["fir/5"], ["f*/5"],
        ])
    func one(choice: [String]) throws {
        let run = try ExampleDatabase().run(["show"] + choice)
        #expect(run.status == 0 && run.out.contains("Trial first/5"), "\(run.error)\(run.out)")
    }

    @Test(
        "is the same for commands about several",
        arguments: [
            ["--where", "search = first and kind = baseline"], ["first/3-4"], ["first/3,4"],
            ["first", "--kind", "baseline"], ["first/1-6", "--where", "label ~ 'uniform*'"],
        ])
    func several(choice: [String]) throws {
        let database = try ExampleDatabase()
        for command in [["trials"], ["compare"], ["plot", "tasks"]] {
            let run = try database.run(command + choice)
            #expect(run.status == 0, "\(command) \(run.error)")
            #expect(run.out.contains("first/3") && run.out.contains("first/4"), "\(command) \(run.out)")
            #expect(!run.out.contains("first/5"), "\(command) \(run.out)")
        }
    }

    @Test(
        "that is none, or too many, is refused",
        arguments: [
            (["show"], 64, "no trials and no searches are named"), (["rerun"], 64, "no trials and no searches"),
            (["compare"], 64, "no trials and no searches"), (["show", "first", "second"], 64, "that is 2 searches"),
            (["show", "--where", "kind = baseline"], 64, "names 4 trials, show takes one"),
            (["rerun", "first/1-2"], 64, "names 2 trials, rerun takes one"),
            (["show", "first", "--where", "number > 99"], 3, "no trial is as asked for"),
            (["compare", "first", "--where", "kind = initial"], 64, "two to twenty trials"),
        ] as [([String], Int32, String)])
    func refused(arguments: [String], status: Int32, message: String) throws {
        let run = try ExampleDatabase().run(arguments)
        #expect(run.status == status && run.error.contains(message) && run.out.isEmpty, "\(run.error)")
    }
}
