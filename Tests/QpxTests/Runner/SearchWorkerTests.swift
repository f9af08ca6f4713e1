import Engine
import Foundation
import Store
import Synchronization
import Testing

@testable import qpx

/// An evaluator whose values come from a formula, and that fails where a test wants it.
private struct FormulaEvaluator: TrialEvaluator {
    /// Why a trial failed.
    struct Broken: TrialFailure {
        var isRetriable: Bool
        var description: String { "broken on purpose" }
        var artifacts: [ArtifactRecord] {
            [ArtifactRecord(kind: "log", path: "/log", bytes: 1, sha256: String(repeating: "0", count: 64))]
        }
    }

    let native: any TrialEvaluator
    /// The error of a go at a trial, by the trial's number and the go's.
    var failure: @Sendable (Int, Int) -> Broken? = { _, _ in nil }
    let goes: Goes

    /// How often each trial was evaluated.
    final class Goes: Sendable {
        let counts = Mutex<[Int: Int]>([:])
    }

    func size(of plan: TrialPlan) throws -> TrialSize { try native.size(of: plan) }

    func evaluate(
        _ plan: TrialPlan, trial: TrialRecord, incumbent: () throws -> RaceIncumbent?, progress: ProgressLine
    ) throws -> TrialResult {
        let go = goes.counts.withLock { counts in
            counts[trial.number, default: 0] += 1
            return counts[trial.number, default: 0]
        }
        if let error = failure(trial.number, go) { throw error }
        let bits = (plan.allocation?.precisions ?? []).enumerated().map { layer, name in
            Double(layer + 1) * (name == "int8" ? 8 : name == "nf4" ? 4 : 2)
        }
        return TrialResult(objectiveValue: 10 / (1 + bits.reduce(0, +)), durationSeconds: 0)
    }

    func forget(_ plan: TrialPlan, seed: UInt64) throws {}
}

@Suite("A worker") struct SearchWorkerTests {
    let fixture: SearchFixture

    init() throws {
        fixture = try SearchFixture()
    }

    /// Lets a worker with this evaluator work on a search until it is complete.
    private static func work(
        in folder: String, on name: String, goes: FormulaEvaluator.Goes = .init(),
        failure: @escaping @Sendable (Int, Int) -> FormulaEvaluator.Broken? = { _, _ in nil }
    ) throws -> Bool {
        let store = try Store(path: folder + "/qpx.db", access: .write)
        let progress = ProgressLine(style: .off, now: { 0 }, write: { _ in })
        let search = try store.search(named: name)
        let specification = try Specification(canonicalJSON: search.specification, of: name)
        let recorded = try RecordedContext(store: store, progress: progress).context(search, specification)
        let context = SearchContext(
            problem: recorded.problem,
            evaluator: FormulaEvaluator(native: recorded.evaluator, failure: failure, goes: goes),
            files: recorded.files, modelID: recorded.modelID, prunedModelID: recorded.prunedModelID)
        let interrupts = InterruptGuard(store: store, progress: progress)
        defer { interrupts.end() }
        return try SearchWorker(
            store: store, progress: progress, interrupts: interrupts, context: context, search: search,
            worker: .process(store, specification), helpers: HelperProcesses()
        ).run()
    }

    @Test(
        "tries a failed trial again as often as asked, unless that is of no use, records the error and goes on",
        arguments: [(0, true), (2, true), (2, false)])
    func retries(count: Int, isRetriable: Bool) throws {
        let run = try fixture.run(SearchFixture.search("s", ["--ask", "--retries", "\(count)"]))
        #expect(run.status == 0, "\(run.error)")
        let goes = FormulaEvaluator.Goes()
        let isComplete = try Self.work(in: fixture.folder.path, on: "s", goes: goes) { number, go in
            // The second never works, the fifth the second time.
            number == 2 || (number == 5 && go == 1) ? .init(isRetriable: isRetriable) : nil
        }
        #expect(isComplete)
        let again = isRetriable ? count : 0
        let store = try fixture.store()
        let trials = try store.trials(TrialSelector("s"))
        #expect(trials.count == 7)
        #expect(trials[1].state == .failed && trials[1].error == "broken on purpose")
        #expect(try store.attempts(ofTrial: trials[1].id).count == again + 1)
        #expect(try store.artifacts(of: .trial(trials[1].id)).count == again + 1)
        #expect(trials[4].state == (again > 0 ? .complete : .failed))
        #expect(goes.counts.withLock { $0 }[5] == (again > 0 ? 2 : 1))
        #expect(trials.count { $0.state == .complete } == (again > 0 ? 6 : 5))
        #expect(try store.observations(ofSearch: trials[0].searchID).count == (again > 0 ? 6 : 5))
        #expect(try store.search(named: "s").state == .complete)
    }

    @Test("beside three others proposes nothing that another has, up to the last allocation") func crowd() throws {
        let run = try fixture.run(
            SearchFixture.search("s", ["--ask", "--trials", "40", "--initial-trials", "2"]))
        #expect(run.status == 0, "\(run.error)")
        let goes = FormulaEvaluator.Goes()
        let errors = Mutex<[String]>([])
        let folder = fixture.folder.path
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            do {
                if try !Self.work(in: folder, on: "s", goes: goes) { errors.withLock { $0.append("not complete") } }
            } catch {
                errors.withLock { $0.append("\(error)") }
            }
        }
        #expect(errors.withLock { $0 }.isEmpty, "\(errors.withLock { $0 })")
        let trials = try fixture.store().trials(TrialSelector("s"))
        #expect(trials.allSatisfy { $0.state == .complete })
        #expect(trials.count <= 40 && trials.count > 10)
        #expect(Set(trials.map(\.allocation)).count == trials.count)
        #expect(goes.counts.withLock { $0 }.values.allSatisfy { $0 == 1 })
        #expect(try fixture.store().search(named: "s").state == .complete)
    }
}
