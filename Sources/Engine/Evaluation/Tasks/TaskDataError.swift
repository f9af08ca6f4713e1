/// Why a task cannot be read from a data set as it is published.
public enum TaskDataError: EngineError {
    /// There is no such file.
    case missing(file: String)
    /// The file cannot be read.
    case unreadable(file: String)
    /// There is no row in it.
    case empty(file: String)
    /// The text is not JSON.
    case notJSON(file: String, place: DataRow.Place, reason: String)
    /// Something stands where a row should.
    case notObject(file: String, place: DataRow.Place, found: String)
    /// A Parquet file cannot be read.
    case parquet(ParquetError)
    /// A part of a file that is cut into numbered parts is not there.
    case missingShard(file: String)
    /// A row lacks a field.
    case missingField(file: String, place: DataRow.Place, field: String)
    /// A field holds something else than it should.
    case wrongType(file: String, place: DataRow.Place, field: String, expected: String, found: String)
    /// A row says no right answer, as those of test splits.
    case unlabeled(file: String, place: DataRow.Place, field: String)
    /// The label names no choice.
    case badLabel(file: String, place: DataRow.Place, field: String, found: String, choices: Int)
    /// The key of the answer is none of the choices' labels.
    case badKey(file: String, place: DataRow.Place, field: String, found: String, labels: [String])
    /// A sentence without a place to fill in.
    case noGap(file: String, place: DataRow.Place)
    /// A file of labels is not one for every row.
    case labelCount(file: String, labels: Int, rows: Int)
    /// Rows have fields that the task doesn't know.
    case unrecognized(file: String, task: String, fields: [String])
    /// Rows may be those of several tasks.
    case ambiguous(file: String, tasks: [String])
    /// A task is named and no folder to look for its files in.
    case noFolder(task: String)
    /// No file of a task is where it was looked for.
    case notFound(task: String, split: String, folders: [String], layouts: [String])
    /// Paradigms of a group without a file.
    case missingSubtasks(task: String, folder: String, names: [String])
    /// More examples are to be shown than there are.
    case tooFewShots(task: String, file: String, needed: Int, rows: Int)
    /// A file of finished prompts has no examples to show.
    case noShots(file: String)

    /// One line: file, place, what is wrong, what to do.
    public var description: String {
        switch self {
        case .missing(let file): "\(file): no such file"
        case .unreadable(let file): "\(file): cannot be read; is it a file, and may you read it?"
        case .empty(let file): "\(file): has no rows"
        case .notJSON(let file, let place, let reason):
            "\(file)\(place): is not JSON: \(reason); expected one object per line, or a list of objects"
        case .notObject(let file, let place, let found):
            "\(file)\(place): expected an object, a row of the data set, found \(found)"
        case .parquet(let error): error.description
        case .missingShard(let file): "\(file): this part of the data set is not there; get all parts"
        case .missingField(let file, let place, let field): "\(file)\(place): lacks the field '\(field)'"
        case .wrongType(let file, let place, let field, let expected, let found):
            "\(file)\(place): '\(field)' should be \(expected), found \(found)"
        case .unlabeled(let file, let place, let field):
            "\(file)\(place): '\(field)' says no right answer, as in a test split; use a split with labels"
        case .badLabel(let file, let place, let field, let found, let choices):
            "\(file)\(place): '\(field)' is \(found), but \(choices) choices are numbered 0 to \(choices - 1)"
        case .badKey(let file, let place, let field, let found, let labels):
            "\(file)\(place): '\(field)' is \(found.quoted), none of the choices' labels \(labels.map(\.quoted).joined(separator: ", "))"
        case .noGap(let file, let place): "\(file)\(place): the sentence has no '_' to fill in"
        case .labelCount(let file, let labels, let rows):
            "\(file): has \(labels) labels for \(rows) rows; do the two files belong together?"
        case .unrecognized(let file, let task, let fields):
            "\(file): has no rows of \(task): the fields are \(fields.map(\.quoted).joined(separator: ", "))"
        case .ambiguous(let file, let tasks):
            "\(file): may be \(tasks.joined(separator: " or ")); say which, as in \(tasks.first ?? ""):FILE"
        case .noFolder(let task):
            "\(task): say where its files are: --data FOLDER (or QPX_DATA), or \(task):FILE"
        case .notFound(let task, let split, let folders, let layouts):
            "\(task): no file of the \(split) split in \(folders.joined(separator: ", ")); "
                + "looked for \(layouts.joined(separator: ", "))"
        case .missingSubtasks(let task, let folder, let names):
            "\(task): \(folder) lacks \(names.count) of its files, the first of them \(names.first ?? "").jsonl"
        case .tooFewShots(let task, let file, let needed, let rows):
            "\(task): \(file) has \(rows) rows to show as examples, \(needed) are needed; ask for fewer with --shots"
        case .noShots(let file):
            "\(file): holds finished prompts, no examples to show can be put before them; name the task, or say --shots 0"
        }
    }
}
