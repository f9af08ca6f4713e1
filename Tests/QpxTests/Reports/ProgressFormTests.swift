import Store
import Testing

@testable import qpx

@Suite("The form 'progress'") struct ProgressFormTests {
    private static let digits = ["4444", "8444", "4844", "4484", "4448"]

    private func fill(_ database: FormDatabase, _ name: String, _ seed: UInt64, rank: Int = 8, _ losses: [Double])
        throws
    {
        try database.search(
            name, seed: seed, settings: #""rank":\#(rank)"#,
            zip(Self.digits, losses).map { .init(digits: $0, losses: [10 * $1]) })
    }

    @Test("is the best after equal numbers of trials, and how many it took to equal the first row") func progress()
        throws
    {
        let database = try FormDatabase()
        try fill(database, "a-1", 1, [5, 4, 3])
        try fill(database, "a-2", 2, [6, 7, 2])
        try fill(database, "b-1", 1, rank: 16, [4, 3, 9, 1])
        try fill(database, "b-2", 2, rank: 16, [5, 6, 4])
        let table = try #require(
            try ProgressForm().tables(of: database.material("a-1", "a-2", "b-1", "b-2")).first)
        #expect(
            table.columns.map(\.name) == [
                "search", "parameters_removed", "rank", "seeds", "best_after_1", "best_after_2", "best_after_3",
                "trials_to_equal",
            ])
        #expect(table.texts("search") == ["a-{1,2}", "b-{1,2}"] && table.texts("rank") == ["8", "16"])
        // 5, 6; 4, 6; 3, 2. Then 4, 5; 3, 5; 3, 4.
        #expect(table.texts("best_after_1") == ["5.5000 ± 0.7071", "4.5000 ± 0.7071"])
        #expect(table.texts("best_after_2") == ["5.0000 ± 1.4142", "4.0000 ± 1.4142"])
        #expect(table.texts("best_after_3") == ["2.5000 ± 0.7071", "3.5000 ± 0.7071"])
        #expect(table.column("best_after_3").map(\.isBold) == [true, false])
        // b-1 has 3 in its second trial; b-2 never has 2.
        #expect(table.texts("trials_to_equal") == ["3.0", "2 (1 of 2)"])
        #expect(table.rows[1].trials == ["b-1/1", "b-1/2", "b-1/4", "b-2/1", "b-2/3"])
    }

    @Test("leaves empty where a row has fewer trials than the longest") func lengths() throws {
        let database = try FormDatabase()
        try fill(database, "a-1", 1, [5, 4, 3, 2, 1])
        try fill(database, "b-1", 1, rank: 16, [4, 3])
        let table = try #require(try ProgressForm().tables(of: database.material("a-1", "b-1")).first)
        #expect(table.texts("best_after_2") == ["4.0000", "3.0000"] && table.texts("best_after_5") == ["1.0000", ""])
        #expect(table.texts("trials_to_equal") == ["5", "(0 of 1)"])
    }

    @Test(
        "has columns that grow",
        arguments: [(1, [1]), (4, [1, 2, 3, 4]), (60, [1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 60])])
    func counts(last: Int, expected: [Int]) {
        #expect(ProgressRow.counts(upTo: last) == expected)
    }

    @Test("warm starts from searches that differ in their seed are one group") func warmStarts() throws {
        let database = try FormDatabase()
        for seed in 1...2 { try fill(database, "a-\(seed)", UInt64(seed), [5]) }
        try fill(database, "b-1", 1, rank: 16, [5])
        for (name, seed, source) in [("w-1", 1, "a-1"), ("w-2", 2, "a-2"), ("x", 3, "b-1"), ("y", 4, "gone")] {
            try database.search(
                name, seed: UInt64(seed), settings: #""rank":8,"warm_start":["\#(source)"]"#,
                [.init(digits: "4444", losses: [40])])
        }
        let searches = try ["a-1", "w-1", "w-2", "x", "y", "a-2"].map { try database.store.search(named: $0) }
        let groups = try SeedGroup.groups(searches, in: database.store)
        #expect(groups.map { $0.searches.map(\.name) } == [["a-1", "a-2"], ["w-1", "w-2"], ["x"], ["y"]])
        let settings = try DifferingSettings(Array(searches[1...2]), in: database.store)
        #expect(settings.names.isEmpty)
    }
}
