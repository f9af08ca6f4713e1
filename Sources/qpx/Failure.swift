internal import Engine
internal import Store

/// The one form in which every error reaches the user.
///
/// Layers throw errors of their own; `Failure(_:)` is the only place that knows how they become an exit status and a
/// sentence.
struct Failure: Error, Sendable, Equatable {
    /// How the process ends.
    var status: ExitStatus
    /// A stable word for scripts, such as `not_found`; part of the JSON error object.
    var code: String
    /// One line: what is wrong, where.
    var message: String
    /// What to do about it, when the message does not say so already.
    var hint: String?

    init(_ status: ExitStatus, code: String? = nil, _ message: String, hint: String? = nil) {
        self.status = status
        self.code = code ?? status.code
        self.message = message.onOneLine
        self.hint = hint?.onOneLine
    }

    /// Wrong usage: a flag, an argument or a specification.
    static func usage(_ message: String, hint: String? = nil) -> Failure { Failure(.usage, message, hint: hint) }

    /// Something that was named does not exist.
    static func notFound(_ message: String, hint: String? = nil) -> Failure { Failure(.notFound, message, hint: hint) }

    /// Any error of any layer.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure:
            self = failure
        case let error as StoreError:
            self.init(store: error)
        case let error as CheckpointError:
            self.init(checkpoint: error)
        case TokenizerError.file(let error):
            self.init(checkpoint: error)
        case let error as TokenizerError:
            self.init(.failed, code: "bad_checkpoint", error.description)
        case let error as TaskFileError:
            self.init(task: error)
        case let error as TaskDataError:
            self.init(data: error)
        case let error as TextFileError:
            self.init(text: error)
        case let error as InstructionFileError:
            self.init(instructions: error)
        case let error as TrainingStateError:
            self.init(state: error)
        case EvaluationError.windowLength, EvaluationError.maximumWindows:
            self.init(.usage, "\(error)")
        case PruningError.notFinite:
            self.init(.failed, "\(error)")
        case is BudgetError, is PrecisionError, is AllocationError, is PruningError, is ModelQuantizationError:
            // What these complain about was said by a flag or a specification.
            self.init(.usage, "\(error)")
        case let error as any EngineError:
            self.init(.failed, error.description)
        case let error as any CustomStringConvertible:
            self.init(.failed, error.description)
        default:
            self.init(.failed, "\(error)")
        }
    }

    private init(store error: StoreError) {
        switch error {
        case .notFound, .empty, .noSearch, .noTrial, .noRow: self.init(.notFound, error.description)
        case .exists, .searchExists, .duplicateAllocation, .wrongState, .attemptEnded, .constraint:
            self.init(.conflict, error.description)
        case .busy: self.init(.databaseBusy, error.description)
        case .tooNew, .tooOld, .changedMigration: self.init(.schemaMismatch, error.description)
        case .ambiguous, .badSelector, .badTag: self.init(.usage, error.description)
        case .diskFull: self.init(.failed, code: "disk_full", error.description)
        case .readOnly: self.init(.failed, code: "read_only", error.description)
        case .notADatabase, .otherApplication, .damaged, .badRow:
            self.init(.failed, code: "bad_database", error.description)
        case .cannotOpen, .ioError, .noWriteAheadLog, .sqlite, .notFinite, .badRecord:
            self.init(.failed, error.description)
        }
    }

    private init(checkpoint error: CheckpointError) {
        switch error {
        case .missingFile, .missingShard: self.init(.notFound, error.description)
        case .targetExists: self.init(.conflict, error.description)
        case .unwritable: self.init(.failed, code: "unwritable", error.description)
        default: self.init(.failed, code: "bad_checkpoint", error.description)
        }
    }

    private init(task error: TaskFileError) {
        if case .missing = error {
            self.init(.notFound, error.description)
        } else {
            self.init(.failed, code: "bad_task", error.description)
        }
    }

    private init(data error: TaskDataError) {
        switch error {
        case .missing, .notFound, .missingShard, .missingSubtasks: self.init(.notFound, error.description)
        case .noFolder, .ambiguous, .noShots, .tooFewShots: self.init(.usage, error.description)
        default: self.init(.failed, code: "bad_task", error.description)
        }
    }

    private init(instructions error: InstructionFileError) {
        if case .missing = error {
            self.init(.notFound, error.description)
        } else {
            self.init(.failed, code: "bad_data", error.description)
        }
    }

    private init(state error: TrainingStateError) {
        switch error {
        case .otherTraining: self.init(.conflict, error.description)
        case .notAState: self.init(.failed, code: "bad_state", error.description)
        }
    }

    private init(text error: TextFileError) {
        if case .missing = error {
            self.init(.notFound, error.description)
        } else {
            self.init(.failed, code: "bad_text", error.description)
        }
    }

    /// What is written to standard error: a line for people, or one JSON object.
    func text(isJSON: Bool, colour: Colour = .off) -> String {
        if isJSON {
            let error: JSONValue = [
                "code": .string(code), "status": .int(Int(status.rawValue)), "message": .string(message),
                "hint": hint.map(JSONValue.string) ?? .null,
            ]
            return JSONValue.object([("error", error)]).compact + "\n"
        }
        let lines = [colour.paint("error:", [.bold, .red]) + " " + message] + (hint.map { ["hint: " + $0] } ?? [])
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ExitStatus {
    /// The word that stands for this status in a JSON error object.
    var code: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .notFound: "not_found"
        case .conflict: "conflict"
        case .databaseBusy: "database_busy"
        case .schemaMismatch: "schema_mismatch"
        case .checkFailed: "check_failed"
        case .usage: "usage"
        case .interrupted: "interrupted"
        case .terminated: "terminated"
        }
    }
}

extension String {
    /// The text with line breaks turned into blanks and other control characters made visible.
    fileprivate var onOneLine: String {
        split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
            .withoutControlCharacters
    }
}
