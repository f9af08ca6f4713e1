import Foundation
import Synchronization
import Testing

@testable import Store

@Suite("Two writers on one file") struct ConcurrencyTests {
    static let trialsPerWriter = 200

    @Test("lose nothing, collide never, and readers see whole trials meanwhile") func writersAndReaders() throws {
        let bench = try Bench()
        let (path, search) = (bench.folder.path(), bench.search)
        let isWriting = Atomic(2)
        let errors = onThreads(3) { worker in
            if worker == 2 {
                let store = try Store(path: path, access: .read)
                var seen = 0
                repeat {
                    let (trials, observations) = try store.read { database in
                        (
                            try database.first("SELECT count(*) AS n FROM trial WHERE state = 'complete'") {
                                try $0.integer("n")
                            } ?? 0,
                            try database.first("SELECT count(*) AS n FROM observation") { try $0.integer("n") } ?? 0
                        )
                    }
                    #expect(trials == observations)
                    #expect(trials >= seen)
                    seen = trials
                } while isWriting.load(ordering: .acquiring) > 0
                return
            }
            defer { isWriting.subtract(1, ordering: .releasing) }
            let store = try Store(path: path, access: .write)
            for index in 0..<Self.trialsPerWriter {
                let allocation = try Samples.allocation(index * 2 + worker, layers: 10)
                let trial = try store.beginTrial(Samples.trial(search: search), allocation: allocation)
                let result = TrialResult(
                    objectiveValue: Double(index), durationSeconds: 1,
                    metrics: [MetricRecord(name: "acc", value: Double(worker))])
                try store.completeTrial(id: trial.id, result: result)
            }
        }
        #expect(errors.isEmpty, "\(errors)")
        let trials = try bench.store.trials(TrialFilter(search: search.id))
        #expect(trials.map(\.number) == Array(1...(2 * Self.trialsPerWriter)))
        #expect(trials.allSatisfy { $0.state == .complete })
        #expect(Set(trials.map(\.allocation)).count == 2 * Self.trialsPerWriter)
        #expect(try bench.store.metrics(ofSearch: search.id).count == 2 * Self.trialsPerWriter)
    }

    @Test("that propose the same allocation: one gets it, the others are told") func sameAllocation() throws {
        let bench = try Bench()
        let (path, search) = (bench.folder.path(), bench.search)
        let errors = onThreads(4) { _ in
            let store = try Store(path: path, access: .write)
            _ = try store.beginTrial(Samples.trial(search: search), allocation: Samples.allocation(5))
        }
        #expect(errors.count == 3)
        #expect(errors.allSatisfy { $0.contains("trial 1 is running") }, "\(errors)")
        #expect(try bench.store.trials(TrialFilter(search: search.id)).count == 1)
    }

    @Test("on one Store from several threads share its connection") func oneStore() throws {
        let bench = try Bench()
        let (store, search) = (bench.store, bench.search)
        let errors = onThreads(4) { worker in
            for index in 0..<25 {
                let allocation = try Samples.allocation(worker * 25 + index, layers: 8)
                _ = try store.beginTrial(Samples.trial(search: search), allocation: allocation)
            }
        }
        #expect(errors.isEmpty, "\(errors)")
        #expect(try store.trials(TrialFilter(search: search.id)).map(\.number) == Array(1...100))
    }

    @Test("where one never lets go: the other is told that the file is busy") func busy() throws {
        let bench = try Bench()
        let other = try Store(path: bench.folder.path(), access: .write, busySeconds: 0.05)
        try bench.store.write { (_: Database) throws -> Void in
            #expect(throws: StoreError.busy(path: bench.folder.path())) {
                try other.setTrialLimit(ofSearch: bench.search.id, to: 11)
            }
            #expect(try other.search(id: bench.search.id).trialLimit == 10)
        }
    }
}
