import Store
import Testing

@testable import qpx

@Suite("compare, of searches") struct CompareSearchesTests {
    private struct File: Decodable {
        struct Search: Decodable {
            struct Step: Decodable {
                var trials: Int
                var value: Double
                var trial: String
            }
            var search: String
            var trials: Int
            var best: String?
            var best_so_far: [Step]
        }
        struct Setting: Decodable {
            var name: String
            var differs: Bool
        }
        struct Equal: Decodable {
            var trials: Int
            var values: [Double?]
            var best: [String?]
        }
        struct Trial: Decodable { var trial: String }
        var searches: [Search]?
        var search_settings: [Setting]?
        var objective: String?
        var common_trials: Int?
        var equal_trials: [Equal]?
        var trials_to_reach: [[Int?]]?
        var trials: [Trial]
    }

    /// `a` has seven candidates, `b` six of which one is beyond the budget and the best; less is better.
    private func database() throws -> FrontDatabase {
        let database = try FrontDatabase()
        typealias Entry = FrontDatabase.Entry
        let a = [5, 4.5, 4.75, 4.25, 4.25, 4.5, 4].map { Entry(bytes: 100, value: $0, standardError: 0.25) }
        var b = [4.5, 4.75, 5, 4.625, 5, 4.125].map { Entry(bytes: 100, value: $0) }
        b.insert(Entry(bytes: 100, value: 9, kind: .reference), at: 0)
        b[3].isWithinBudget = false
        b[3].value = 1
        try database.search("a", .minimize, budget: 200, a)
        try database.search("b", .minimize, budget: 150, b)
        return database
    }

    private func file(_ arguments: [String]) throws -> File {
        let run = try database().run(["compare"] + arguments + ["--json"])
        try #require(run.status == 0, "\(run.error)")
        return try run.json(File.self)
    }

    @Test("puts their best side by side after the same number of trials") func equalCounts() throws {
        let found = try file(["a", "b"])
        #expect(found.common_trials == 6 && found.objective == "loss")
        #expect(found.equal_trials?.map(\.trials) == [5, 6])
        #expect(found.equal_trials?.map(\.values) == [[4.25, 4.5], [4.25, 4.125]])
        #expect(found.equal_trials?.map(\.best) == [["a/4", "b/2"], ["a/4", "b/7"]])
        #expect(found.searches?.map(\.trials) == [7, 6])
        #expect(found.searches?.first?.best_so_far.map(\.trials) == [1, 2, 4, 7])
        #expect(found.searches?.last?.best_so_far.map(\.trial) == ["b/2", "b/7"])
    }

    @Test("says how many trials each needed to be as good as another") func reached() throws {
        #expect(try file(["a", "b"]).trials_to_reach == [[7, 7], [nil, 6]])
    }

    @Test("compares their settings and their best trials") func settings() throws {
        let found = try file(["a", "b"])
        #expect(found.search_settings?.filter(\.differs).map(\.name) == ["budget_bytes"])
        #expect(found.trials.map(\.trial) == ["a/7", "b/7"])
        #expect(try file(["a", "b", "--baseline", "b"]).searches?.map(\.search) == ["b", "a"])
        let best = try file(["a", "b", "--best"])
        #expect(best.searches == nil && best.trials.map(\.trial) == ["a/7", "b/7"])
    }

    @Test("shows it to people, with the curves") func page() throws {
        let run = try database().run(["compare", "a", "b"])
        #expect(run.status == 0, "\(run.error)")
        let lines = run.out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let headings = [
            "Settings of the searches", "Searches", "Best loss after the same number of trials",
            "Trials until as good as the other's best", "best loss so far (less is better)", "Bits per layer",
            "Memory and time",
        ]
        let places = headings.map { lines.firstIndex(of: $0) ?? -1 }
        #expect(!places.contains(-1) && places == places.sorted(), "\(run.out)")
        #expect(run.out.contains("     5  4.2500 ± 0.2500  4.5000     +0.2500"), "\(run.out)")
        #expect(run.out.contains("never (of 6)"), "\(run.out)")
        #expect(run.out.contains("● a   ■ b   ┊ 6 trials: what all have"), "\(run.out)")
        #expect(lines.allSatisfy { !$0.hasSuffix(" ") }, "\(run.out)")
    }

    @Test("draws each curve as steps with a mark at each improvement") func curve() throws {
        let database = try database()
        let searches = try ["a", "b"].map { try database.store.search(named: $0) }
        let plot = try #require(CurvePlot(try SearchComparison(database.store, searches: searches)))
        let drawing = plot.rendered(width: 50, colour: .off)
        #expect(
            drawing.filter { $0 == "●" }.count == 4 + 1 && drawing.filter { $0 == "■" }.count == 2 + 1, "\(drawing)")
        #expect(drawing.split(separator: "\n").allSatisfy { $0.count <= 50 }, "\(drawing)")
    }

    @Test("does not compare the values of different objectives, and says so") func objectives() throws {
        let database = try database()
        try database.search("c", .maximize, budget: 200, objective: "accuracy", [.init(bytes: 100, value: 0.5)])
        let run = try database.run(["compare", "a", "c"])
        #expect(run.status == 0 && run.out.contains("the objectives differ, so their values are not compared"))
        #expect(!run.out.contains("after the same number of trials") && run.out.contains("Memory and time"))
        let json = try database.run(["compare", "a", "c", "--json"]).json(File.self)
        #expect(json.objective == nil && json.equal_trials?.isEmpty == true)
    }

    @Test("a search without a best trial is compared as far as it goes") func unfinished() throws {
        let database = try database()
        try database.search("d", .minimize, budget: 50, [.init(bytes: 100, value: 1, isWithinBudget: false)])
        let run = try database.run(["compare", "a", "d"])
        #expect(run.status == 0 && run.error.contains("search 'd' has no complete trial within its budget yet"))
        #expect(run.out.contains("Searches"))
        #expect(try database.run(["compare", "a", "d", "--best"]).status == 3)
        #expect(try database.run(["compare", "a", "d", "--fail-if", "loss > 1"]).status == 64)
    }

    @Test("is written as a report too") func reports() throws {
        let database = try database()
        let markdown = try database.run(["compare", "a", "b", "--format", "markdown"])
        #expect(markdown.out.contains("## Best loss after the same number of trials"), "\(markdown.out)")
        #expect(markdown.out.contains("**4.1250**"), "\(markdown.out)")
        let csv = try database.run(["compare", "a", "b", "--format", "csv"])
        let lines = csv.out.split(separator: "\n").map(String.init)
        #expect(lines.contains("best_after,6,,b,4.125,,-0.125,,,,,,,,,,"), "\(csv.out)")
        #expect(lines.contains("trials_to_reach,b,,a,7,,,,,,,,,,,,"), "\(csv.out)")
        #expect(lines.contains("trials_to_reach,a,,b,,,,,,,,,,,,,"), "\(csv.out)")
        #expect(lines.contains("search_setting,budget_bytes,,b,150,,,,,,,,,,,,"), "\(csv.out)")
    }
}
