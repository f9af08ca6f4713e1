import Testing

@testable import Store

@Suite("What a search recommends") struct RecommendationQueryTests {
    let bench: Bench
    var store: Store { bench.store }
    var search: Int { bench.search.id }
    /// Five complete candidates, to be maximized; the third has the best value.
    let trials: [TrialRecord]

    init() throws {
        let bench = try Bench()
        self.bench = bench
        trials = try [0.3, 0.5, 0.9, 0.7, 0.1].enumerated().map { index, value in
            try bench.complete(index + 1, objective: value)
        }
    }

    /// Trials by number with falling means.
    private func recommendations(_ numbers: [Int]) -> [RecommendationRecord] {
        numbers.enumerated().map { index, number in
            RecommendationRecord(
                trialID: trials[number - 1].id, mean: 0.6 - 0.1 * Double(index), deviation: 0.01 * Double(number))
        }
    }

    private func recommended() throws -> [Int] {
        try store.recommendations(ofSearch: search).map { try store.trial(id: $0.trialID).number }
    }

    @Test("is recorded in its order, with means and deviations, and replaced as a whole") func replaced() throws {
        #expect(try store.recommend(recommendations([4, 3, 2]), observations: 4, forSearch: search))
        #expect(try store.recommendations(ofSearch: search) == recommendations([4, 3, 2]))
        #expect(try store.recommend(recommendations([2, 4]), observations: 5, forSearch: search))
        #expect(try store.recommendations(ofSearch: search) == recommendations([2, 4]))
        let size = try store.recommendationSize(ofSearch: search)
        #expect(size.observations == 5 && size.count == 2)
    }

    @Test("stays when what comes rests on no more, unless that says more of the same") func stays() throws {
        #expect(try store.recommend(recommendations([4, 3]), observations: 4, forSearch: search))
        #expect(try !store.recommend(recommendations([2, 1, 3]), observations: 3, forSearch: search))
        #expect(try !store.recommend(recommendations([2, 1]), observations: 4, forSearch: search))
        #expect(try recommended() == [4, 3])
        #expect(try store.recommend(recommendations([4, 3, 2]), observations: 4, forSearch: search))
        #expect(try recommended() == [4, 3, 2])
    }

    @Test("is recorded all or not at all") func whole() throws {
        #expect(try store.recommend(recommendations([4, 3]), observations: 4, forSearch: search))
        var broken = recommendations([1, 2])
        broken[1].mean = .nan
        #expect(throws: StoreError.self) { try store.recommend(broken, observations: 5, forSearch: search) }
        #expect(try recommended() == [4, 3])
    }

    @Test("decides which trial is best, wherever the best is asked for") func best() throws {
        let lucky = try #require(try store.best(ofSearch: search))
        #expect(lucky.trial.number == 3 && lucky.belief == nil && lucky.observed == lucky.trial)
        try store.recommend(recommendations([4, 3]), observations: 5, forSearch: search)
        let best = try #require(try store.best(ofSearch: search))
        #expect(best.trial.number == 4 && best.belief == recommendations([4, 3]).first)
        #expect(best.observed.number == 3 && best.observedBelief == recommendations([4, 3]).last)
        #expect(try store.bestTrial(ofSearch: search)?.number == 4)
        #expect(try store.trials(TrialSelector("first/best")).map(\.number) == [4])
        #expect(try store.searches().map(\.best?.number) == [4])
    }

    @Test("is not best beyond the budget") func budget() throws {
        let over = try store.beginTrial(
            Samples.trial(search: bench.search, kind: .baseline, isWithinBudget: false),
            allocation: Samples.allocation(15))
        try store.completeTrial(id: over.id, result: TrialResult(objectiveValue: 2, durationSeconds: 1))
        let first = RecommendationRecord(trialID: over.id, mean: 2, deviation: 0.1)
        try store.recommend([first] + recommendations([2]), observations: 6, forSearch: search)
        #expect(try store.bestTrial(ofSearch: search)?.number == 2)
    }

    @Test("is forgotten with a trial that is archived or restored, and comes again with fewer observations")
    func archived() throws {
        try store.recommend(recommendations([4, 3, 2]), observations: 5, forSearch: search)
        try store.archiveTrial(id: trials[3].id)
        #expect(try store.recommendations(ofSearch: search).isEmpty)
        #expect(try store.bestTrial(ofSearch: search)?.number == 3)
        // A worker that had not heard of it.
        #expect(try !store.recommend(recommendations([4, 3]), observations: 5, forSearch: search))
        #expect(try store.recommend(recommendations([2, 3]), observations: 4, forSearch: search))
        #expect(try store.bestTrial(ofSearch: search)?.number == 2)
        try store.restoreTrial(id: trials[3].id)
        #expect(try store.recommendations(ofSearch: search).isEmpty)
        #expect(try store.bestTrial(ofSearch: search)?.number == 3)
    }

    @Test("by two workers at once ends with what rests on more", arguments: 1...4) func race(round: Int) throws {
        let (path, id) = (bench.folder.path(), search)
        let choices = [recommendations([4, 3]), recommendations([1, 2])]
        let errors = onThreads(4) { index in
            let store = try Store(path: path, access: .write)
            try store.recommend(choices[index % 2], observations: index + 2, forSearch: id)
        }
        #expect(errors.isEmpty, "\(errors)")
        let size = try store.recommendationSize(ofSearch: search)
        #expect(size.observations == 5 && size.count == 2)
        #expect(try recommended() == [1, 2])
    }
}
