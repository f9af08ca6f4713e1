import Testing

@testable import Store

@Suite("Trials are chosen") struct TrialQueryTests {
    let bench: Bench
    var store: Store { bench.store }

    /// Ten candidates: number n has the allocation of pattern n and the objective of the table.
    init() throws {
        bench = try Bench()
        for (index, value) in [0.3, 0.9, 0.5, 0.9, 0.1, 0.2, 0.7, 0.4, 0.6, 0.8].enumerated() {
            let trial = try bench.begin(index + 1, kind: index == 0 ? .baseline : .proposal)
            try store.completeTrial(
                id: trial.id,
                result: TrialResult(
                    objectiveValue: value, durationSeconds: 1,
                    metrics: [MetricRecord(name: "acc", task: "colours", value: value)]))
        }
    }

    private func numbers(_ change: (inout TrialFilter) -> Void) throws -> [Int] {
        var filter = TrialFilter(search: bench.search.id)
        change(&filter)
        return try store.trials(filter).map(\.number)
    }

    @Test("by number, state and kind") func plain() throws {
        #expect(try numbers { _ in } == Array(1...10))
        #expect(try numbers { $0.numbers = [2...3, 9...20] } == [2, 3, 9, 10])
        #expect(try numbers { $0.states = [.failed] } == [])
        #expect(try numbers { $0.states = [.failed, .complete] }.count == 10)
        #expect(try numbers { $0.kinds = [.baseline] } == [1])
        #expect(try numbers { $0.limit = 3 } == [1, 2, 3])
        #expect(try numbers { $0.searches = [99] } == [])
    }

    private func bits(_ layer: Int, module: String? = nil, _ bits: Double) -> TrialExpression {
        .comparison(.equal, .bits(layer: layer, module: module), .number(bits))
    }

    @Test("by the bits of a layer") func layers() throws {
        #expect(try numbers { $0.condition = bits(1, 8) } == [2, 3, 6, 7, 10])
        #expect(try numbers { $0.condition = .and(bits(1, 8), bits(0, 4)) } == [2, 6, 10])
        #expect(try numbers { $0.condition = bits(1, 3) } == [])
        #expect(try numbers { $0.condition = .not(bits(1, 8)) } == [1, 4, 5, 8, 9])
    }

    @Test("by the bits of a module, in layers that are split and in whole ones") func modules() throws {
        let split = try AllocationRecord(layers: [
            .init(layer: 0, module: "down_proj", precision: "int8", bits: 8),
            .init(layer: 0, module: "q_proj", precision: "nf4", bits: 4),
            .init(layer: 1, precision: "int8", bits: 8), .init(layer: 2, precision: "nf4", bits: 4),
            .init(layer: 3, precision: "nf4", bits: 4),
        ])
        _ = try store.beginTrial(Samples.trial(search: bench.search), allocation: split)
        let whole = try numbers { $0.condition = bits(0, 8) }
        #expect(!whole.isEmpty && !whole.contains(11))
        #expect(try numbers { $0.condition = bits(0, module: "down_proj", 8) } == whole + [11])
        #expect(try numbers { $0.condition = bits(0, module: "q_proj", 8) } == whole)
        #expect(try numbers { $0.condition = bits(0, module: "q_proj", 4) }.contains(11))
    }

    @Test("by the bounds of a metric") func metrics() throws {
        func acc(_ task: String?, _ comparison: TrialExpression.Comparison, _ value: Double) -> TrialExpression {
            .comparison(comparison, .metric(name: "acc", task: task, part: .value), .number(value))
        }
        #expect(try numbers { $0.condition = acc(nil, .greater, 0.65) } == [2, 4, 7, 10])
        #expect(try numbers { $0.condition = acc("colours", .lessOrEqual, 0.15) } == [5])
        #expect(try numbers { $0.condition = acc("shapes", .less, 1) } == [])
        #expect(
            try numbers { $0.condition = .isMissing(.metric(name: "acc", task: "shapes", part: .value)) }.count == 10)
    }

    @Test("page by page, with how many there are in all") func pages() throws {
        func page(_ change: (inout TrialFilter) -> Void) throws -> ([Int], Int) {
            var filter = TrialFilter(search: bench.search.id)
            change(&filter)
            let page = try store.trialPage(filter, includingMetrics: false)
            let (trials, total) = (page.trials, page.total)
            #expect(try store.trials(filter).map(\.number) == trials.map(\.number))
            #expect(try store.trialCount(filter) == total)
            return (trials.map(\.number), total)
        }
        #expect(try page { $0.limit = 3 } == ([1, 2, 3], 10))
        #expect(try page { ($0.limit, $0.offset) = (3, 8) } == ([9, 10], 10))
        #expect(try page { ($0.limit, $0.offset) = (3, 20) } == ([], 10))
        let condition = bits(1, 8)
        #expect(try page { ($0.condition, $0.limit, $0.offset) = (condition, 2, 1) } == ([3, 6], 5))
        #expect(try page { ($0.condition, $0.limit, $0.offset) = (condition, 9, 4) } == ([10], 5))
        #expect(try page { ($0.condition, $0.offset) = (condition, 9) } == ([], 5))
        #expect(try page { $0.condition = condition } == ([2, 3, 6, 7, 10], 5))
    }

    @Test("in the order asked for") func order() throws {
        #expect(try numbers { ($0.order, $0.limit) = (.objective(.maximize), 4) } == [2, 4, 10, 7])
        #expect(try numbers { ($0.order, $0.limit) = (.objective(.minimize), 2) } == [5, 6])
        #expect(try numbers { ($0.order, $0.limit) = (.newest, 2) } == [10, 9])
        _ = try bench.begin(0)
        #expect(try numbers { $0.order = .objective(.maximize) }.last == 11)
        #expect(try numbers { $0.order = .objective(.minimize) }.last == 11)
    }

    @Test("as the best, the earlier of equals") func best() throws {
        #expect(try store.bestTrial(ofSearch: bench.search.id)?.number == 2)
    }

    @Test("as the best only within the budget") func bestWithinBudget() throws {
        let over = try store.beginTrial(
            Samples.trial(search: bench.search, kind: .baseline, isWithinBudget: false),
            allocation: Samples.allocation(15))
        try store.completeTrial(id: over.id, result: TrialResult(objectiveValue: 1, durationSeconds: 1))
        #expect(try store.bestTrial(ofSearch: bench.search.id)?.number == 2)
    }

    struct Selection: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let numbers: [Int]
    }

    @Test(
        "by selector",
        arguments: [
            Selection(testDescription: "first/7", numbers: [7]),
            Selection(testDescription: "fi/7", numbers: [7]),
            Selection(testDescription: "first/3-5", numbers: [3, 4, 5]),
            Selection(testDescription: "first/9-99", numbers: [9, 10]),
            Selection(testDescription: "first/best", numbers: [2]),
            Selection(testDescription: "first/4,1-2,best", numbers: [4, 1, 2]),
            Selection(testDescription: "first", numbers: Array(1...10)),
        ])
    func selector(selection: Selection) throws {
        let trials = try store.trials(TrialSelector(selection.testDescription))
        #expect(trials.map(\.number) == selection.numbers)
    }

    @Test(
        "by no selector that says nothing",
        arguments: [
            "", "/", "/3", "first/", "first/x", "first/3-", "first/-3", "first/5-3", "first/0", "first/1-2-3",
            "first/3,", "first/99999999999999999999", "first/7/8", "first/٣",
        ])
    func badSelector(text: String) {
        let error = #expect(throws: StoreError.self) { try TrialSelector(text) }
        guard case .badSelector(text, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("and where there is none, the error says what there is") func none() throws {
        #expect(
            throws: StoreError.noTrial(selector: "first/11", hint: "the last trial of search 'first' is 10")
        ) { try store.trials(TrialSelector("first/11")) }
        try store.archiveTrial(id: try store.trial(search: "first", number: 4).id)
        let error = #expect(throws: StoreError.self) { try store.trials(TrialSelector("first/4")) }
        #expect(error?.description.contains("it was archived at 2025-01-01T") == true)
        let empty = try store.createSearch(Samples.search(model: bench.model, name: "empty"))
        #expect(throws: StoreError.noTrial(selector: "empty/1", hint: "search 'empty' has no trials yet")) {
            try store.trials(TrialSelector("empty/1"))
        }
        #expect(throws: StoreError.self) { try store.trials(TrialSelector("empty/best")) }
        #expect(try store.trials(TrialSelector("empty")).isEmpty)
        #expect(try store.trials(TrialFilter(search: empty.id)).isEmpty)
    }

    @Test("for comparison with all that belongs to them, in the order asked for") func comparison() throws {
        let ids = try store.trials(TrialSelector("first/3,1")).map(\.id)
        let comparison = try store.comparison(ofTrials: ids)
        #expect(comparison.trials.map(\.number) == [3, 1])
        #expect(comparison.searches == [bench.search])
        #expect(comparison.models == [bench.model])
        #expect(comparison.allocations.map(\.precisions) == ["int8,nf4,nf4,nf4", "int8,int8,nf4,nf4"])
        #expect(comparison.metrics.mapValues { $0.map(\.value) } == [ids[0]: [0.5], ids[1]: [0.3]])
        #expect(comparison.suggestions.isEmpty)
        #expect(throws: StoreError.noRow(table: "trial", id: 777)) { try store.comparison(ofTrials: [777]) }
    }
}
