import Testing

@testable import Store

@Suite("A trial") struct TrialLifecycleTests {
    let bench: Bench
    var store: Store { bench.store }

    init() throws { bench = try Bench() }

    @Test("is in the file when it begins, and visible to others") func begins() throws {
        let trial = try bench.begin(1)
        let other = try Store(path: bench.folder.path(), access: .read)
        #expect(try other.trial(id: trial.id) == trial)
        #expect(trial.state == .running)
        #expect(trial.startedAt == trial.createdAt)
    }

    @Test(
        "with an allocation that a live candidate has is refused", arguments: [TrialKind.proposal, .baseline, .initial])
    func duplicate(kind: TrialKind) throws {
        let first = try bench.begin(3)
        #expect(throws: StoreError.duplicateAllocation(search: "first", number: 1, state: "running")) {
            try bench.begin(3, kind: kind)
        }
        try store.completeTrial(id: first.id, result: TrialResult(objectiveValue: 1, durationSeconds: 1))
        #expect(throws: StoreError.duplicateAllocation(search: "first", number: 1, state: "complete")) {
            try bench.begin(3, kind: kind)
        }
        #expect(try store.trials().count == 1)
    }

    @Test("may repeat one that failed or was interrupted, or was archived") func again() throws {
        try store.failTrial(id: try bench.begin(3).id, error: "e")
        try store.interruptTrial(id: try bench.begin(3).id)
        try store.archiveTrial(id: try bench.complete(3, objective: 1).id)
        #expect(try bench.begin(3).number == 4)
    }

    @Test("that is a rerun or a reference may repeat any") func repeats() throws {
        let original = try bench.complete(3, objective: 1)
        let rerun = try store.beginTrial(
            Samples.trial(search: bench.search, kind: .rerun, rerunOf: original.id), allocation: Samples.allocation(3))
        #expect(rerun.rerunOf == original.id)
        _ = try bench.begin(3, kind: .reference)
        try store.completeTrial(id: rerun.id, result: TrialResult(objectiveValue: 1, durationSeconds: 1))
        #expect(try store.observations(ofSearch: bench.search.id).map(\.trialID) == [original.id])
    }

    @Test("without an allocation can only be a reference") func reference() throws {
        let trial = try store.beginTrial(Samples.trial(search: bench.search, kind: .reference), allocation: nil)
        #expect(trial.allocation == nil)
        #expect(throws: StoreError.self) {
            try store.beginTrial(Samples.trial(search: bench.search), allocation: nil)
        }
    }

    @Test("of a baseline is an observation that says so") func baseline() throws {
        try bench.complete(0, kind: .baseline, objective: 0.25)
        #expect(try store.observations(ofSearch: bench.search.id).map(\.origin) == [.baseline])
    }

    @Test(
        "that is finished takes no other state and no results",
        arguments: [TrialState.complete, .failed, .interrupted])
    func finished(state: TrialState) throws {
        let trial = try bench.begin(1)
        switch state {
        case .complete: try store.completeTrial(id: trial.id, result: Samples.result)
        case .failed: try store.failTrial(id: trial.id, error: "e")
        default: try store.interruptTrial(id: trial.id)
        }
        let finished = try store.trial(id: trial.id)
        let refusal = { (wanted: TrialState) in
            StoreError.wrongState(trial: "first/1", state: state.rawValue, wanted: wanted.rawValue)
        }
        #expect(throws: refusal(.complete)) { try store.completeTrial(id: trial.id, result: Samples.result) }
        #expect(throws: refusal(.failed)) { try store.failTrial(id: trial.id, error: "e") }
        #expect(throws: refusal(.interrupted)) { try store.interruptTrial(id: trial.id) }
        #expect(throws: refusal(.running)) { try store.startTrial(id: trial.id) }
        #expect(try store.trial(id: trial.id) == finished)
    }

    @Test(
        "that is finished is guarded by the file itself",
        arguments: [
            "UPDATE trial SET label = 'better'", "UPDATE trial SET state = 'running'",
            "UPDATE trial SET objective_value = 1", "DELETE FROM trial", "UPDATE metric SET value = 1",
            "DELETE FROM metric", "INSERT INTO metric (trial_id, name, value) VALUES (1, 'new', 1)",
            "INSERT OR REPLACE INTO metric (trial_id, name, task, value) VALUES (1, 'acc', 'colours', 1)",
            "UPDATE example_result SET correct = NULL", "DELETE FROM example_result",
            "INSERT INTO example_result (trial_id, task, set_id, log_likelihoods) VALUES (1, 'x', 1, x'')",
            "UPDATE training_loss SET loss = 0", "DELETE FROM training_loss",
            "INSERT INTO training_loss (trial_id, step) VALUES (1, 99)", "UPDATE suggestion SET mean = 0",
            "DELETE FROM suggestion", "UPDATE observation SET value = 1", "DELETE FROM observation",
            "UPDATE trial_transition SET at = ''", "DELETE FROM trial_transition",
            "UPDATE allocation SET precisions = ''", "UPDATE allocation_layer SET bits = 2",
            "UPDATE example_set SET count = 9", "UPDATE example_item SET item = ''",
            "UPDATE search SET specification = '{}'", "UPDATE search SET seed = 1",
            "UPDATE attempt SET worker = 'x'", "DELETE FROM attempt",
        ])
    func guarded(sql: String) throws {
        let trial = try store.beginTrial(
            Samples.trial(search: bench.search), allocation: Samples.allocation(1), suggestion: Samples.suggestion)
        #expect(trial.id == 1)
        try store.completeTrial(id: trial.id, result: Samples.result)
        #expect(throws: StoreError.self) { try store.write { _ = try $0.execute(sql) } }
        _ = try store.write { try $0.execute("UPDATE trial SET archived_at = 'now'") }
    }

    @Test("that is archived goes out of sight and comes back") func archive() throws {
        let trial = try bench.complete(1, objective: 0.5)
        try store.archiveTrial(id: trial.id)
        #expect(try store.trials().isEmpty)
        #expect(try store.observations(ofSearch: bench.search.id).isEmpty)
        #expect(try store.metrics(ofSearch: bench.search.id).isEmpty)
        #expect(try store.bestTrial(ofSearch: bench.search.id) == nil)
        #expect(throws: StoreError.self) { try store.trial(search: "first", number: 1) }
        #expect(try store.trial(id: trial.id).archivedAt != nil)
        #expect(try store.restoreTrial(id: trial.id) == trial)
        #expect(try store.observations(ofSearch: bench.search.id).count == 1)
    }

    @Test("that is archived does not come back beside its successor") func restoreDuplicate() throws {
        let trial = try bench.complete(1, objective: 0.5)
        try store.archiveTrial(id: trial.id)
        try bench.complete(1, objective: 0.5)
        #expect(throws: StoreError.duplicateAllocation(search: "first", number: 2, state: "complete")) {
            try store.restoreTrial(id: trial.id)
        }
    }

    @Test("that runs cannot be archived") func archiveRunning() throws {
        let trial = try bench.begin(1)
        #expect(throws: StoreError.wrongState(trial: "first/1", state: "running", wanted: "archived")) {
            try store.archiveTrial(id: trial.id)
        }
    }
}
