import Testing

@testable import Store

@Suite("Records come back as they were stored") struct RecordTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test("a model, and one pruned from it") func model() throws {
        let store = bench.store
        #expect(try store.model(id: bench.model.id) == bench.model)
        var pruned = Samples.model("b", name: "tiny-pruned")
        pruned.pruning = ModelRecord.Pruning(
            parentID: bench.model.id, pruningRatio: 0.2, parametersRemoved: 0.17, importance: "taylor",
            seed: UInt64.max - 1)
        let stored = try store.recordModel(pruned)
        #expect(try store.model(id: stored.id) == stored)
        #expect(stored.pruning == pruned.pruning)
        #expect(try store.models() == [bench.model, stored])
    }

    @Test("a model that is seen again keeps its row and gets the new path") func modelAgain() throws {
        var again = Samples.model()
        again.path = "elsewhere/tiny"
        let stored = try bench.store.recordModel(again)
        #expect(stored.id == bench.model.id)
        #expect(stored.path == "elsewhere/tiny")
        #expect(stored.createdAt == bench.model.createdAt)
    }

    @Test("a search, with its pruned model and a new limit") func search() throws {
        let store = bench.store
        #expect(try store.search(id: bench.search.id) == bench.search)
        #expect(bench.search.seed == UInt64.max)
        #expect(bench.search.environment == Samples.environment)
        let pruned = try store.recordModel(Samples.model("b"))
        _ = try store.recordPruning(
            ofSearch: bench.search.id, prunedModelID: pruned.id, parametersRemoved: 0.15, budgetBytes: 12_345)
        let changed = try store.setTrialLimit(ofSearch: bench.search.id, to: 20)
        #expect(changed.prunedModelID == pruned.id)
        #expect(changed.parametersRemoved == 0.15)
        #expect(changed.budgetBytes == 12_345)
        #expect(changed.trialLimit == 20)
        let failed = try store.finishSearch(id: changed.id, state: .failed, error: "no memory")
        #expect(failed.error == "no memory")
        #expect(try store.transitions(ofSearch: changed.id).map(\.to) == [.waiting, .running, .failed])
    }

    @Test("a trial with everything that it brought") func trial() throws {
        let store = bench.store
        var new = Samples.trial(search: bench.search)
        new.specification = #"{"recovery":false}"#
        let trial = try store.beginTrial(new, allocation: Samples.allocation(6), suggestion: Samples.suggestion)
        #expect(try store.trial(id: trial.id) == trial)
        #expect(trial.name == "first/1")
        #expect(trial.allocation == "nf4,int8,int8,nf4")
        let done = try store.completeTrial(id: trial.id, result: Samples.result)
        #expect(done.objectiveValue == 0.1 + 0.2)
        #expect(done.objectiveStandardError == 0.01)
        #expect(done.durationSeconds == 12.5)
        #expect(done.specification == new.specification)
        #expect(done.seed == 42)
        #expect(try store.suggestions(ofTrials: [trial.id]) == [trial.id: Samples.suggestion])
        #expect(
            try store.metrics(ofTrials: [trial.id])[trial.id] == [
                MetricRecord(name: "loss", value: 2.5, step: 10),
                MetricRecord(name: "acc", task: "colours", value: 0.75, standardError: 0.02, count: 500),
                MetricRecord(name: "perplexity", task: "text", value: nil, count: 3),
            ])
        #expect(try store.metrics(ofSearch: bench.search.id)[trial.id]?.map(\.name) == ["acc", "perplexity"])
        #expect(
            try store.trainingLosses(ofTrial: trial.id) == [
                TrainingLossRecord(step: 0, loss: 3.5, learningRate: 0.001, gradientNorm: 1.25),
                TrainingLossRecord(step: 1, loss: nil, learningRate: 0.001, gradientNorm: nil),
            ])
        let artifacts = try store.artifacts(of: .trial(trial.id))
        #expect(artifacts.map(\.path) == ["out/a.safetensors"])
        #expect(artifacts.first?.sha256 == Samples.digest("f"))
        #expect(artifacts.first?.trialID == trial.id)
        let observation = try #require(try store.observations(ofSearch: bench.search.id).first)
        #expect(observation.value == 0.1 + 0.2)
        #expect(observation.standardError == 0.01)
        #expect(observation.allocation == trial.allocation)
        #expect(observation.trialNumber == 1)
        #expect(observation.origin == .search)
    }

    @Test("the changes of a trial's state, with the process that made them") func transitions() throws {
        let trial = try bench.store.beginTrial(
            Samples.trial(search: bench.search), allocation: Samples.allocation(1), waiting: true)
        #expect(trial.state == .waiting)
        #expect(trial.startedAt == nil)
        try bench.store.startTrial(id: trial.id)
        let failed = try bench.store.failTrial(id: trial.id, error: "it broke", durationSeconds: 2)
        #expect(failed.error == "it broke")
        #expect(failed.startedAt != nil)
        let transitions = try bench.store.transitions(ofTrial: trial.id)
        #expect(transitions.map(\.from) == [nil, .waiting, .running])
        #expect(transitions.map(\.to) == [.waiting, .running, .failed])
        #expect(transitions.allSatisfy { $0.process == bench.store.process })
        #expect(transitions.map(\.at) == transitions.map(\.at).sorted())
    }

    @Test("importances; a later estimate replaces an earlier one") func importances() throws {
        let first = (0..<3).map {
            ImportanceRecord(
                estimator: "mutual information", layer: $0, value: Double($0), nullMean: 0.1, nullDeviation: 0.01)
        }
        try bench.store.recordImportances(ofSearch: bench.search.id, first)
        #expect(try bench.store.importances(ofSearch: bench.search.id) == first)
        let later = ImportanceRecord(estimator: "mutual information", layer: 1, value: 9)
        try bench.store.recordImportances(ofSearch: bench.search.id, [later])
        #expect(try bench.store.importances(ofSearch: bench.search.id) == [first[0], later, first[2]])
    }

    @Test("a stage; made again it replaces") func stage() throws {
        let new = StageRecord(
            digest: Samples.digest("c"), kind: "prune", path: "cache/p", seconds: 3, detail: #"{"r":1}"#)
        let stored = try bench.store.recordStage(new)
        #expect(try bench.store.stage(digest: new.digest) == stored)
        #expect(try bench.store.stage(digest: Samples.digest("d")) == nil)
        var again = new
        again.path = "cache/q"
        #expect(try bench.store.recordStage(again).id == stored.id)
        #expect(try bench.store.stage(digest: new.digest)?.path == "cache/q")
    }

    @Test("artifacts of a search and of a stage, and their removal") func artifacts() throws {
        let stage = try bench.store.recordStage(StageRecord(digest: Samples.digest("c"), kind: "prune", seconds: 1))
        let one = try bench.store.recordArtifact(
            ArtifactRecord(
                kind: "report", path: "r.md", bytes: 0, sha256: Samples.digest("1"), searchID: bench.search.id))
        let two = try bench.store.recordArtifact(
            ArtifactRecord(kind: "model", path: "m", bytes: 5, sha256: Samples.digest("2"), stageID: stage.id))
        #expect(try bench.store.artifacts(of: .search(bench.search.id)) == [one])
        #expect(try bench.store.artifacts(of: .stage(stage.id)) == [two])
        try bench.store.markArtifactDeleted(id: one.id)
        #expect(try bench.store.artifacts(of: .search(bench.search.id)).first?.deletedAt != nil)
    }

    @Test("events of a search and of a trial") func events() throws {
        let trial = try bench.begin(1)
        let store = bench.store
        try store.record(EventRecord(level: .warning, message: "resumed", searchID: bench.search.id))
        try store.record(
            EventRecord(level: .info, message: "began", searchID: bench.search.id, trialID: trial.id))
        #expect(try store.events(ofSearch: bench.search.id).map(\.message) == ["resumed", "began"])
        let event = try #require(try store.events(ofTrial: trial.id).first)
        #expect(event.level == .info && event.message == "began" && !event.at.isEmpty)
    }

    @Test("text of any kind", arguments: ["", "naïve 'quote' \"double\" ; -- 模型 🙂", "a\u{0}b", "line\nline"])
    func text(text: String) throws {
        try bench.store.record(EventRecord(level: .info, message: text, searchID: bench.search.id))
        #expect(try bench.store.events(ofSearch: bench.search.id).map(\.message) == [text])
    }

    @Test(
        "numbers to the last bit (only the sign of -0 is lost, which SQLite does not keep)",
        arguments: [0.1, 0, 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .pi, 1.0 / 3, -1e-300])
    func numbers(value: Double) throws {
        let trial = try bench.begin(1)
        try bench.store.completeTrial(
            id: trial.id,
            result: TrialResult(
                objectiveValue: value, durationSeconds: 1, metrics: [MetricRecord(name: "m", value: value)]))
        let metric = try bench.store.metrics(ofTrials: [trial.id])[trial.id]?.first
        #expect(metric?.value?.bitPattern == value.bitPattern)
        #expect(try bench.store.trial(id: trial.id).objectiveValue == value)
    }

    @Test("but no observation of what is no number", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) throws {
        let trial = try bench.begin(1)
        let done = try bench.store.completeTrial(
            id: trial.id, result: TrialResult(objectiveValue: value, durationSeconds: 1))
        #expect(done.objectiveValue == nil)
        #expect(try bench.store.observations(ofSearch: bench.search.id).isEmpty)
        #expect(try bench.store.bestTrial(ofSearch: bench.search.id) == nil)
        var suggestion = Samples.suggestion
        suggestion.mean = value
        #expect(throws: StoreError.notFinite(field: "a predicted mean")) {
            try bench.store.beginTrial(
                Samples.trial(search: bench.search), allocation: Samples.allocation(2), suggestion: suggestion)
        }
        #expect(try bench.store.trials().count == 1)
    }

    @Test("a foreign value in a column is an error, not a trap") func foreignValue() throws {
        try bench.store.write { database in
            try database.execute("PRAGMA ignore_check_constraints = ON")
            try database.execute("UPDATE search SET state = 'asleep'")
        }
        #expect(throws: StoreError.badRow(column: "state", reason: "'asleep'")) {
            try bench.store.search(id: bench.search.id)
        }
    }
}
