import Store

/// Searches of one model that differ in their seed, and one with another rank: what reports average over.
struct SeedDatabase {
    let folder: TemporaryFolder
    let store: Store

    /// Accuracies of the two tasks for uniform 4-bit and for the best trial, search by search.
    static let searches: [(name: String, seed: Int, rank: Int, uniform: [Double], best: [Double])] = [
        ("a-1", 1, 8, [0.50, 0.40], [0.60, 0.50]), ("a-2", 2, 8, [0.55, 0.45], [0.70, 0.52]),
        ("a-3", 3, 8, [0.60, 0.35], [0.80, 0.54]), ("b-1", 1, 16, [0.52, 0.42], [0.90, 0.40]),
    ]

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(
            path: folder.path + "/qpx.db", access: .create,
            process: ProcessIdentity(host: "node-1", pid: 7, started: nil), now: { "2025-03-01T12:30:00.000Z" })
        let model = try store.recordModel(
            ModelRecord(
                sha256: String(repeating: "a", count: 64), name: "tiny", path: "/models/tiny", architecture: "llama",
                layers: 2, parameters: 1000, bytes: 2000))
        for entry in Self.searches {
            let specification = #"{"name":"\#(entry.name)","rank":\#(entry.rank),"seed":\#(entry.seed)}"#
            let search = try store.createSearch(
                SearchRecord(
                    name: entry.name, modelID: model.id, objective: "accuracy", direction: .maximize, pruningRatio: 0.2,
                    budgetBitsPerWeight: 5.5, choices: "nf4,int8", trialLimit: 2, seed: UInt64(entry.seed),
                    specification: specification, environment: ExampleDatabase.environment))
            try store.startSearch(id: search.id)
            try trial(search, .reference, "intact", nil, [0.95, 0.9])
            try trial(search, .baseline, "uniform 4-bit", ["nf4", "nf4"], entry.uniform)
            try trial(search, .proposal, nil, ["nf4", "int8"], entry.best)
            try store.finishSearch(id: search.id, state: .complete)
        }
    }

    private func trial(
        _ search: SearchRecord, _ kind: TrialKind, _ label: String?, _ names: [String]?, _ values: [Double]
    ) throws {
        let allocation = try names.map { names in
            try AllocationRecord(precisions: names.map { (name: $0, bits: $0 == "nf4" ? 4 : 8) })
        }
        let begun = try store.beginTrial(
            TrialRecord(
                searchID: search.id, kind: kind, label: label, weightBytes: names == nil ? 2000 : 1000,
                bitsPerWeight: names.map { _ in 5 }, isWithinBudget: names.map { _ in true }, seed: search.seed,
                environment: ExampleDatabase.environment), allocation: allocation)
        try store.completeTrial(
            id: begun.id,
            result: TrialResult(
                objectiveValue: (values[0] + values[1]) / 2, objectiveStandardError: 0.01, durationSeconds: 1,
                metrics: [
                    MetricRecord(name: "acc", task: "arc", value: values[0], standardError: 0.03, count: 100),
                    MetricRecord(name: "acc", task: "piqa", value: values[1], standardError: 0.04, count: 100),
                ],
                artifacts: kind == .proposal
                    ? [
                        ArtifactRecord(
                            kind: "adapter", path: "/runs/\(search.name).safetensors", bytes: 10,
                            sha256: String(repeating: "c", count: 64))
                    ] : []))
    }

    func run(_ arguments: String...) throws -> Binary.Run { try Binary.run(arguments, in: folder.path) }
}
