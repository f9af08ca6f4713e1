internal import Engine
internal import Synchronization

/// The sequences that an evaluation asks a model for, caught on their way.
final class Requests: LanguageModel {
    let vocabularySize: Int
    let contextLength: Int
    private let caught = Mutex<[ScoringRequest]>([])

    init(of model: LlamaModel) {
        vocabularySize = model.configuration.vocabulary
        contextLength = model.configuration.contextLength
    }

    func score(_ requests: [ScoringRequest]) -> [ScoringResult] {
        caught.withLock { $0 += requests }
        return requests.map {
            ScoringResult(
                tokenLogLikelihoods: [Double](repeating: 0, count: $0.tokens.count - $0.targetStart), isGreedy: false)
        }
    }

    /// What has been asked for.
    var all: [ScoringRequest] { caught.withLock { $0 } }

    /// The first windows of a text.
    static func windows(_ loaded: LoadedModel, text: String, length: Int, count: Int) throws -> [ScoringRequest] {
        let requests = Requests(of: loaded.model)
        let options = Perplexity.Options(windowLength: length, maximumWindows: count)
        _ = try Evaluator(model: requests, encoder: loaded.tokenizer).evaluate(
            texts: [Evaluator.Text(file: text, options: options)])
        return requests.all
    }

    /// The choices of the first examples of a task.
    static func choices(_ loaded: LoadedModel, task: String, examples: Int) throws -> [ScoringRequest] {
        let requests = Requests(of: loaded.model)
        let whole = try TaskFile.read(task)
        let task = MultipleChoiceTask(name: whole.name, examples: Array(whole.examples.prefix(examples)))
        _ = try Evaluator(model: requests, encoder: loaded.tokenizer).evaluate(tasks: [task])
        return requests.all
    }
}

extension [ScoringRequest] {
    /// Tokens that the model reads.
    var inputTokens: Int { reduce(0) { $0 + $1.tokens.count - 1 } }
    /// Tokens that are scored.
    var scoredTokens: Int { reduce(0) { $0 + $1.tokens.count - $1.targetStart } }
    /// In the peer's terms.
    var forPeer: [Peer.Work.Request] { map { Peer.Work.Request(tokens: $0.tokens, start: $0.targetStart) } }
}
