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

    @Test("that claim, begin, fail and lose trials at once: none twice, none beyond the limit, none left")
    func workers() throws {
        let bench = try Bench()
        let (path, search, limit) = (bench.folder.path(), bench.search, 60)
        try bench.store.setTrialLimit(ofSearch: search.id, to: limit)
        for pattern in 0..<10 { _ = try bench.enqueue(pattern) }
        let errors = onThreads(4) { number in
            let store = try Store(path: path, access: .write)
            // A process of its own in name, dead as soon as anybody looks, in one of four.
            let process = number == 0 ? Samples.deadProcess : ProcessIdentity.current()
            let worker = Samples.worker("w\(number)", process: process, lease: 60)
            var next = number * 3
            var goes = 0
            while true {
                var claimed = try store.claimTrial(ofSearch: search.id, by: worker)
                var isFull = false
                if claimed == nil {
                    switch try store.beginTrial(
                        Samples.trial(search: search), allocation: Samples.allocation(next, layers: 8), by: worker)
                    {
                    case .begun(let begun): claimed = begun
                    case .exists: break
                    case .full: isFull = true
                    }
                    next += 1
                }
                goes += 1
                guard let claimed else {
                    if !isFull { continue }
                    if try store.endSearch(id: search.id, state: .complete) != nil { return }
                    continue
                }
                do {
                    if goes % 7 == 3 {
                        try store.failTrial(attempt: claimed.attempt.id, error: "e", retries: 2)
                    } else {
                        try store.completeTrial(
                            attempt: claimed.attempt.id, result: TrialResult(objectiveValue: 1, durationSeconds: 1))
                    }
                }
            }
        }
        #expect(errors.isEmpty, "\(errors)")
        let trials = try bench.store.trials(TrialFilter(search: search.id))
        let candidates = trials.filter { $0.kind != .rerun }
        #expect(candidates.count == limit)
        #expect(Set(candidates.map(\.allocation)).count == limit)
        #expect(trials.allSatisfy { $0.state == .complete || $0.state == .failed })
        #expect(trials.map(\.number) == Array(1...trials.count))
        let late = try candidates.flatMap { try bench.store.attempts(ofTrial: $0.id) }.count { $0.state == .late }
        #expect(trials.count - limit <= late)
        #expect(try bench.store.search(id: search.id).state == .complete)
        #expect(
            try bench.store.observations(ofSearch: search.id).count == candidates.count { $0.state == .complete })
        let running = try bench.store.read {
            try $0.first("SELECT count(*) AS n FROM attempt WHERE state = 'running'") { try $0.integer("n") }
        }
        #expect(running == 0)
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
