/// What a script learns from how qpx ended.
enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Everything was done.
    case done = 0
    /// Something went wrong; the message says what.
    case failed = 1
    /// A search, trial, database, model or file that was named does not exist.
    case notFound = 3
    /// What should be made exists already, or has finished already.
    case conflict = 4
    /// Another process holds the database for longer than the time-out.
    case databaseBusy = 5
    /// The database was written by an older or newer qpx than this one can use.
    case schemaMismatch = 6
    /// A check that was asked for did not hold, such as a rerun with other metrics.
    case checkFailed = 7
    /// A flag, argument or specification that cannot be understood.
    case usage = 64
    /// Interrupted from the keyboard (SIGINT).
    case interrupted = 130
    /// Asked to end (SIGTERM).
    case terminated = 143
}
