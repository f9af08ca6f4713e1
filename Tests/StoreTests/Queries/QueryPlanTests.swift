import Testing

@testable import Store

@Suite("With 100,000 trials") struct QueryPlanTests {
    static let searches = 20
    static let trialsPerSearch = 5_000

    /// Filled in SQL, since the question is how it is read: 20 searches of 5,000 trials with 3 metrics each.
    private static func filled() throws -> Bench {
        let bench = try Bench()
        try bench.store.write { database in
            for number in 2...searches {
                _ = try Samples.search(model: bench.model, name: "search-\(number)").insert(into: database, at: "t")
            }
            for pattern in 0..<16 { _ = try Samples.allocation(pattern).insertIfNew(into: database) }
            try database.executeScript(
                """
                WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < \(searches * trialsPerSearch))
                INSERT INTO trial (search_id, number, allocation_id, kind, rerun_of, state, weight_bytes, within_budget,
                    seed, objective_value, created_at, qpx_version, host, thread_count, processor)
                SELECT i / \(trialsPerSearch) + 1, i % \(trialsPerSearch) + 1, i % 16 + 1,
                    iif(i % \(trialsPerSearch) < 16, 'proposal', 'reference'), NULL, 'running', i, 1, i,
                    (i * 7919 % 100003) / 100003.0, 't', 'v', 'h', 1, 'p'
                FROM n;
                INSERT INTO metric (trial_id, name, task, value)
                SELECT trial.id, 'acc', task.value, 0.5 FROM trial, json_each('["a", "b", "c"]') AS task;
                INSERT INTO observation (search_id, trial_id, allocation_id, value, origin, created_at)
                SELECT search_id, id, allocation_id, objective_value, 'search', 't' FROM trial WHERE kind = 'proposal';
                UPDATE trial SET state = 'complete';
                """)
        }
        return bench
    }

    @Test("the main queries answer, and find what they should") func answers() throws {
        let bench = try Self.filled()
        let store = bench.store
        #expect(try store.searches().map(\.complete).reduce(0, +) == Self.searches * Self.trialsPerSearch)
        let search = try store.search(named: "search-7")
        #expect(try store.trials(TrialFilter(search: search.id)).count == Self.trialsPerSearch)
        #expect(try store.metrics(ofSearch: search.id).count == Self.trialsPerSearch)
        #expect(try store.observations(ofSearch: search.id).count == 16)
        let best = try #require(try store.bestTrial(ofSearch: search.id))
        let candidates = try store.observations(ofSearch: search.id)
        #expect(best.objectiveValue == candidates.map(\.value).max())
        #expect(try store.trials(TrialSelector("search-7/4999")).map(\.number) == [4999])
        #expect(try store.comparison(ofTrials: [1, 50_000, 99_999]).trials.count == 3)
        var filter = TrialFilter(search: search.id)
        filter.condition = .comparison(.equal, .bits(layer: 2, module: nil), .number(8))
        #expect(try store.trials(filter).count == Self.trialsPerSearch / 2)
        filter = TrialFilter()
        (filter.order, filter.limit) = (.newest, 5)
        #expect(try store.trials(filter).map(\.id) == [100_000, 99_999, 99_998, 99_997, 99_996])
    }

    struct Plan: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let sql: @Sendable () -> String
    }

    static let plans = [
        Plan(testDescription: "trials of a search") { TrialFilter(search: 1).query().sql },
        Plan(testDescription: "trials of a search by number") {
            var filter = TrialFilter(search: 1)
            filter.numbers = [1...5]
            return filter.query().sql
        },
        Plan(testDescription: "running trials of a search") {
            var filter = TrialFilter(search: 1)
            filter.states = [.running]
            return filter.query().sql
        },
        Plan(testDescription: "trials of all searches whose layer 12 has 8 bits") {
            var filter = TrialFilter()
            filter.condition = .comparison(.equal, .bits(layer: 12, module: nil), .number(8))
            return filter.query().sql
        },
        Plan(testDescription: "trials of a search by a metric") {
            var filter = TrialFilter(search: 1)
            filter.condition = .comparison(.less, .metric(name: "acc", task: "a", part: .value), .number(1))
            return filter.query().sql
        },
        Plan(testDescription: "trials by ids") {
            var filter = TrialFilter()
            filter.ids = [1, 2]
            return filter.query().sql
        },
        Plan(testDescription: "the best trial") { Database.bestObservedQuery(.maximize) },
        Plan(testDescription: "whom a trial races against") { Store.incumbentQuery(.maximize) },
        Plan(testDescription: "the metrics of a search") { Store.searchMetricsQuery },
        Plan(testDescription: "the observations of a search") { Store.observationsQuery },
        Plan(testDescription: "which metrics there are") { Store.nextMetricQuery },
        Plan(testDescription: "which tasks a metric has") { Store.nextTaskQuery },
        Plan(testDescription: "the searches") { Store.searchesQuery },
        Plan(testDescription: "a trial that does the same") { Database.twinQuery },
        Plan(testDescription: "how many candidates a search has") { Database.candidateCountQuery },
        Plan(testDescription: "what was predicted in a search") { Store.predictionsQuery },
        Plan(testDescription: "the losses of trials") { Store.trainingLossesQuery },
        Plan(testDescription: "which trials have losses") { Store.trialsWithLossesQuery },
        Plan(testDescription: "who is at a trial") { Database.runningAttemptQuery },
        Plan(testDescription: "the course of a search") { Store.courseQuery },
        Plan(testDescription: "the examples of trials") { Store.exampleResultsQuery },
        Plan(testDescription: "the last losses of trials") { Store.finalTrainingLossesQuery },
    ]

    @Test("no trial, metric or observation is read that is not asked for", arguments: plans) func plan(plan: Plan)
        throws
    {
        let bench = try Bench()
        let steps = try bench.store.read { database in
            let parameters = try database.parameters(of: plan.sql())
            let nothing = Dictionary(uniqueKeysWithValues: parameters.map { ($0, SQLValue.null) })
            return try database.rows("EXPLAIN QUERY PLAN " + plan.sql(), nothing) { try $0.text("detail") }
        }
        #expect(!steps.isEmpty)
        for table in [
            "trial", "metric", "observation", "allocation_layer", "allocation", "attempt", "suggestion",
            "example_result", "training_loss",
        ] {
            #expect(
                !steps.contains { $0 == "SCAN \(table)" || $0.hasPrefix("SCAN \(table) ") }, "\(steps)")
        }
    }

    @Test("the first of all trials are found in an index, without their rows") func firstOfAll() throws {
        let bench = try Bench()
        var filter = TrialFilter()
        filter.order = .values([.init(.field(.objective), isDescending: true)])
        filter.limit = 20
        let query = filter.query(columns: TrialFilter.idColumn)
        let steps = try bench.store.read { database in
            try database.rows("EXPLAIN QUERY PLAN " + query.sql, query.arguments) { try $0.text("detail") }
        }
        #expect(steps.contains { $0.contains("COVERING INDEX trial_list") }, "\(steps)")
    }

    @Test("the best trial comes from the index, not from sorting all") func bestFromIndex() throws {
        let bench = try Bench()
        let steps = try bench.store.read { database in
            try database.rows("EXPLAIN QUERY PLAN " + Database.bestObservedQuery(.minimize), ["search": 1]) {
                try $0.text("detail")
            }
        }
        #expect(steps.contains { $0.contains("trial_objective") }, "\(steps)")
        #expect(!steps.contains("USE TEMP B-TREE FOR ORDER BY"), "\(steps)")
    }
}

extension Database {
    /// The names of a text's parameters.
    fileprivate func parameters(of sql: String) throws -> [String] {
        var names: Set<String> = []
        for match in sql.matches(of: /:([a-z_0-9]+)/) { names.insert(String(match.output.1)) }
        return names.sorted()
    }
}
