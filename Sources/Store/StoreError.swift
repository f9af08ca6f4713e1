/// Why something cannot be recorded or found. Each case carries its facts; `description` is the one line to print.
public enum StoreError: Error, Equatable, Sendable {
    // The file.

    /// There is no file at `path`.
    case notFound(path: String)
    /// The file is there and holds nothing.
    case empty(path: String)
    /// The file is not a SQLite database, or is encrypted.
    case notADatabase(path: String)
    /// The file belongs to another program (`applicationID` is 0 when it does not say which).
    case otherApplication(path: String, applicationID: Int)
    /// The file was written by a newer qpx: schema `found`, this build knows up to `supported`.
    case tooNew(path: String, found: Int, supported: Int)
    /// The file needs migrations up to `needed`, and is opened read-only.
    case tooOld(path: String, found: Int, needed: Int)
    /// An applied migration is not the one that this build carries.
    case changedMigration(path: String, version: Int, name: String)
    /// Another process held the write lock for longer than the busy time-out.
    case busy(path: String)
    /// The file, its folder or the connection may not be written to.
    case readOnly(path: String)
    /// The disk, or a quota, is full.
    case diskFull(path: String)
    /// The file cannot be opened or made.
    case cannotOpen(path: String, reason: String)
    /// Reading or writing the file failed.
    case ioError(path: String, reason: String)
    /// The file is damaged.
    case damaged(path: String, reason: String)
    /// The file system cannot share memory between processes, which the write-ahead log needs.
    case noWriteAheadLog(path: String, mode: String)
    /// What should be written is there already.
    case exists(path: String)
    /// Any other answer of SQLite.
    case sqlite(path: String, code: Int, message: String)

    // The records.

    /// A rule of the schema does not allow it.
    case constraint(String)
    /// A row holds what no qpx writes.
    case badRow(column: String, reason: String)
    /// A number that must be finite is not.
    case notFinite(field: String)
    /// A record cannot be stored as it is.
    case badRecord(field: String, reason: String)
    /// A search of this name exists.
    case searchExists(name: String)
    /// No search of this name; `suggestions` are the names that come near.
    case noSearch(name: String, suggestions: [String])
    /// No trial as the selector says; `hint` says what there is.
    case noTrial(selector: String, hint: String)
    /// An abbreviation fits several searches.
    case ambiguous(text: String, candidates: [String])
    /// The text is not a selector.
    case badSelector(text: String, reason: String)
    /// The text cannot be a tag.
    case badTag(String)
    /// No row with this id.
    case noRow(table: String, id: Int)
    /// A live trial of the search has the same allocation.
    case duplicateAllocation(search: String, number: Int, state: String)
    /// The trial is in a state that does not lead to the one asked for.
    case wrongState(trial: String, state: String, wanted: String)
    /// The go at the trial has ended already.
    case attemptEnded(trial: String, attempt: Int, state: String)
}

extension StoreError: CustomStringConvertible {
    /// One line: what is wrong, where, what to do.
    public var description: String { fileDescription ?? recordDescription }

    private var fileDescription: String? {
        switch self {
        case .notFound(let path):
            "\(path): no such database; make one with `qpx init`, or name another with --db."
        case .empty(let path):
            "\(path): the file is empty; make a database of it with `qpx init`, or name another with --db."
        case .notADatabase(let path):
            "\(path): not a SQLite database; name another file with --db."
        case .otherApplication(let path, let id):
            "\(path): a database of another program (application id \(id)); name another file with --db."
        case .tooNew(let path, let found, let supported):
            "\(path): written by a newer qpx (schema \(found), this one knows up to \(supported)); update qpx."
        case .tooOld(let path, let found, let needed):
            "\(path): schema \(found) needs an upgrade to \(needed) but the file is open for reading only; "
                + "run a writing command such as `qpx init` on it first."
        case .changedMigration(let path, let version, let name):
            "\(path): migration \(version) (\(name)) was applied in a form that this qpx does not carry; "
                + "use the qpx that made the file."
        case .busy(let path):
            "\(path): another process is writing and did not let go in time; try again when it is done."
        case .readOnly(let path):
            "\(path): the database or its folder is read-only; change its permissions or copy it elsewhere."
        case .diskFull(let path):
            "\(path): the disk is full, nothing was written; make room and resume."
        case .cannotOpen(let path, let reason):
            "\(path): cannot open the database (\(reason)); check the path and its permissions."
        case .ioError(let path, let reason):
            "\(path): reading or writing failed (\(reason)); check the disk."
        case .damaged(let path, let reason):
            "\(path): the database is damaged (\(reason)); restore a copy, or rescue it with `sqlite3 FILE .recover`."
        case .noWriteAheadLog(let path, let mode):
            "\(path): this file system offers journal mode \(mode), not a write-ahead log; use a local disk."
        case .exists(let path):
            "\(path) exists already; name another file."
        case .sqlite(let path, let code, let message):
            "\(path): SQLite answered \(code): \(message)."
        default: nil
        }
    }

    private var recordDescription: String {
        switch self {
        case .constraint(let rule):
            "the database refused the change: \(rule)."
        case .badRow(let column, let reason):
            "column \(column) holds \(reason); the file was changed by something else than qpx."
        case .notFinite(let field):
            "\(field) is not a finite number and cannot be recorded."
        case .badRecord(let field, let reason):
            "\(field) cannot be recorded: \(reason)."
        case .searchExists(let name):
            "search '\(name)' exists; choose another --name, or go on with `qpx resume \(name)`."
        case .noSearch(let name, let suggestions):
            "no search '\(name)'" + Self.didYouMean(suggestions) + "; `qpx searches` lists them."
        case .noTrial(let selector, let hint):
            "no trial '\(selector)': \(hint)."
        case .ambiguous(let text, let candidates):
            "'\(text)' fits several searches: \(candidates.joined(separator: ", ")); write more of the name."
        case .badSelector(let text, let reason):
            "'\(text)' names no trial: \(reason); write search/7, search/3-9 or search/best."
        case .badTag(let text):
            "'\(text)' cannot be a tag: it must not be empty and has no comma and no blank."
        case .noRow(let table, let id):
            "no \(table) has the id \(id)."
        case .duplicateAllocation(let search, let number, let state):
            "search '\(search)' has this allocation already: trial \(number) is \(state)."
        case .wrongState(let trial, let state, let wanted):
            "trial \(trial) is \(state) and cannot become \(wanted)."
        case .attemptEnded(let trial, let attempt, let state):
            "attempt \(attempt) at trial \(trial) has ended already: it is \(state)."
        default: "unknown error."
        }
    }

    private static func didYouMean(_ names: [String]) -> String {
        names.isEmpty ? "" : " (did you mean " + names.map { "'\($0)'" }.joined(separator: " or ") + "?)"
    }
}
