internal import Engine

/// Why the example cannot be made.
enum ExampleError: EngineError {
    case usage(String)
    case population(Int, most: Int)
    case questionsExhausted(task: String, made: Int, wanted: Int)
    case vocabularyTooLarge(wanted: Int, reachable: Int)
    case vocabularyTooSmall(wanted: Int, least: Int)
    case missing(file: String, step: String)
    case unwritable(file: String, reason: String)

    var description: String {
        switch self {
        case .usage(let reason): "\(reason). Usage: \(Recipe.usage)"
        case .population(let count, let most):
            "population \(count): the world has an even number of inhabitants from 8 to \(most)."
        case .questionsExhausted(let task, let made, let wanted):
            "task '\(task)': only \(made) of \(wanted) different questions could be made. Ask for fewer."
        case .vocabularyTooLarge(let wanted, let reachable):
            "vocabulary \(wanted): every word is one token already at \(reachable). Ask for a smaller one."
        case .vocabularyTooSmall(let wanted, let least):
            "vocabulary \(wanted): the bytes and the special tokens alone are \(least). Ask for a larger one."
        case .missing(let file, let step): "\(file) cannot be read. Run the step '\(step)' first."
        case .unwritable(let file, let reason): "\(file) cannot be written: \(reason)"
        }
    }
}
