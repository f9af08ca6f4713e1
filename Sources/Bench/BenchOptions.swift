/// What is measured, and against what.
struct BenchOptions: Sendable, Equatable {
    /// Folder of the checkpoint.
    var model = ""
    /// Text whose windows are scored and trained on.
    var text = ""
    /// Multiple-choice task.
    var task = ""
    /// PyTorch's side: the interpreter and the script; `nil` measures qpx alone.
    var peer: (python: String, script: String)? { python.isEmpty || script.isEmpty ? nil : (python, script) }
    /// Python interpreter that has PyTorch.
    var python = ""
    /// The script that it runs.
    var script = ""
    /// How often each measurement is taken, in turns with the peer's.
    var rounds = 5
    /// Whether to print JSON instead of a table.
    var isJSON = false

    static let usage =
        "Bench --model FOLDER --text FILE --task FILE [--python FILE --peer FILE] [--rounds N] [--json]"

    /// The options that command line arguments ask for.
    init(arguments: some Sequence<String>) throws(BenchError) {
        var rest = arguments.makeIterator()
        while let flag = rest.next() {
            if flag == "--json" {
                isJSON = true
                continue
            }
            guard let value = rest.next() else { throw .usage("\(flag) needs a value, or is unknown") }
            switch flag {
            case "--model": model = value
            case "--text": text = value
            case "--task": task = value
            case "--python": python = value
            case "--peer": script = value
            case "--rounds":
                guard let number = Int(value), (1...1000).contains(number) else {
                    throw .usage("--rounds \(value): not a number from 1 to 1000")
                }
                rounds = number
            default: throw .usage("unknown option \(flag)")
            }
        }
        if model.isEmpty || text.isEmpty || task.isEmpty { throw .usage("--model, --text and --task are needed") }
    }
}

/// Why a measurement cannot be taken.
enum BenchError: Error, CustomStringConvertible {
    /// The command line makes no sense.
    case usage(String)
    /// The peer ended or answered something else.
    case peer(String)
    /// Both sides computed, but not the same.
    case disagreement(what: String, difference: Double, limit: Double)

    /// One line: what is wrong.
    var description: String {
        switch self {
        case .usage(let what): "\(what); usage: \(BenchOptions.usage)"
        case .peer(let what): "PyTorch's side: \(what)"
        case .disagreement(let what, let difference, let limit):
            "\(what): qpx and PyTorch differ by \(difference), more than \(limit): the times mean nothing"
        }
    }
}
