/// Who carries trials out, and for how long it may be silent.
public struct Worker: Equatable, Sendable {
    /// What it is called, such as "node-7:4711".
    public var name: String
    /// The process, by whose end its trial is lost at once; nil for somebody who asks for trials and tells what came of
    /// them, and need not be a process of ours.
    public var process: ProcessIdentity?
    /// Seconds without a sign of life after which its trial may be given to another; nil for ever.
    public var leaseSeconds: Double?
    /// What it computes with and on.
    public var environment: RunEnvironment

    /// A worker from its parts.
    public init(name: String, process: ProcessIdentity?, leaseSeconds: Double?, environment: RunEnvironment) {
        self.name = name
        self.process = process
        self.leaseSeconds = leaseSeconds
        self.environment = environment
    }
}

/// How a go at a trial stands.
public enum AttemptState: String, Sendable, CaseIterable {
    /// The worker is at it.
    case running
    /// Its result is the trial's.
    case complete
    /// It ended with an error.
    case failed
    /// It was ended from outside.
    case interrupted
    /// The lease ran out, the process ended, or another's result came first. A result may still come.
    case lost
    /// Its result, or its error, came when the trial had finished without it.
    case late
}

extension AttemptState: SQLConvertible {}

/// One go at a trial by one worker.
public struct AttemptRecord: Equatable, Sendable {
    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// Row id of the trial.
    public internal(set) var trialID: Int
    /// The number of the go, from 1.
    public internal(set) var number: Int
    /// How it stands.
    public internal(set) var state = AttemptState.running
    /// The worker's name.
    public internal(set) var worker: String
    /// The host that it was begun on.
    public internal(set) var host: String
    /// The worker's process; nil for one that asks and tells.
    public internal(set) var process: ProcessIdentity?
    /// When it began.
    public internal(set) var startedAt: String
    /// When the worker last gave a sign of life.
    public internal(set) var renewedAt: String
    /// Until when it is taken to be alive; nil for ever.
    public internal(set) var leaseUntil: String?
    /// When it ended.
    public internal(set) var finishedAt: String?
    /// Why it failed or was lost.
    public internal(set) var error: String?

    init(trialID: Int, number: Int, worker: Worker, host: String, at time: String) {
        self.trialID = trialID
        self.number = number
        self.worker = worker.name
        self.host = worker.process?.host ?? host
        process = worker.process
        startedAt = time
        renewedAt = time
        leaseUntil = worker.leaseSeconds.map { Timestamp.adding(seconds: $0, to: time) }
    }

    init(row: Row) throws {
        id = try row.integer("id")
        trialID = try row.integer("trial_id")
        number = try row.integer("number")
        state = try row.choice("state", AttemptState.self)
        worker = try row.text("worker")
        let host = try row.text("host")
        self.host = host
        let started = try row.optionalText("process_started")
        process = try row.optionalInteger("pid").map { ProcessIdentity(host: host, pid: $0, started: started) }
        startedAt = try row.text("started_at")
        renewedAt = try row.text("renewed_at")
        leaseUntil = try row.optionalText("lease_until")
        finishedAt = try row.optionalText("finished_at")
        error = try row.optionalText("error")
    }

    func insert(into database: Database) throws -> AttemptRecord {
        var stored = self
        stored.id = try database.insert(
            into: "attempt",
            [
                "trial_id": trialID, "number": number, "state": state, "worker": worker, "host": host,
                "pid": process?.pid, "process_started": process?.started, "started_at": startedAt,
                "renewed_at": renewedAt, "lease_until": leaseUntil,
            ])
        return stored
    }

    /// Why the attempt is to be taken for lost; nil while it may go on.
    /// - Parameter observer: the process that looks: of another host it sees leases only.
    func loss(at time: String, seenFrom observer: ProcessIdentity) -> String? {
        if let process, process.isAlive(seenFrom: observer) == false { return "process \(process.pid) ended" }
        if let leaseUntil, leaseUntil < time { return "the lease ran out at \(leaseUntil)" }
        return nil
    }
}

/// A trial and the go at it that was just begun.
public struct ClaimedTrial: Equatable, Sendable {
    /// The trial, running.
    public var trial: TrialRecord
    /// The go at it.
    public var attempt: AttemptRecord
}
