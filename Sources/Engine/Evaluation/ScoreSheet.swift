/// The sequences of a task or text and what a model gave those that were scored so far.
struct ScoreSheet {
    /// What progress is reported under.
    let name: String
    let requests: [ScoringRequest]
    /// Sequences that the model is given at once.
    let perCall: Int
    private(set) var scores: [ScoringResult?]

    /// An empty sheet.
    init(name: String, requests: [ScoringRequest], perCall: Int = .max) {
        self.name = name
        self.requests = requests
        self.perCall = perCall
        scores = Array(repeating: nil, count: requests.count)
    }

    /// The sequences that were not scored yet.
    var missing: [Int] { scores.indices.filter { scores[$0] == nil } }

    /// Every result, once none is missing.
    var complete: [ScoringResult] { scores.compactMap(\.self) }

    /// Scores sequences of which some may have been scored before.
    /// - Parameter report: told before each call how many sequences have been scored since the first one.
    mutating func score(_ wanted: [Int], by model: any LanguageModel, report: (Int) -> Void) throws {
        let new = Set(wanted).filter { scores[$0] == nil }.sorted()
        var start = 0
        while start < new.count {
            report(start)
            let part = new[start..<(new.count - start > perCall ? start + perCall : new.count)]
            for (index, result) in zip(part, try model.score(part.map { requests[$0] })) { scores[index] = result }
            start += part.count
        }
    }
}
