internal import Engine
internal import Foundation

// Measures the engine's speed on one thread, in turns with PyTorch, and refuses when both do not compute the same.
do {
    let options = try BenchOptions(arguments: CommandLine.arguments.dropFirst())
    func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
    let loaded = try LoadedModel(directory: URL(fileURLWithPath: options.model))
    let configuration = loaded.model.configuration
    let length = min(128, configuration.contextLength)
    let windows = try Requests.windows(loaded, text: options.text, length: length, count: 300)
    let choices = try Requests.choices(loaded, task: options.task, examples: 200)
    let training = TrainingWork(configuration, windows: windows, size: 8, steps: 10)

    let factors = FileManager.default.temporaryDirectory.appending(
        path: "qpx-bench-\(ProcessInfo.processInfo.processIdentifier).f32")
    defer { try? FileManager.default.removeItem(at: factors) }
    try training.factors.withUnsafeBytes { try Data($0).write(to: factors) }
    let peer = try options.peer.map {
        try Peer(
            python: $0.python, script: $0.script,
            work: Peer.Work(
                model: options.model, windows: windows.forPeer, choices: choices.forPeer,
                training: training.forPeer(factors: factors.path)))
    }

    let workloads = Workloads(
        model: loaded.model, windows: windows, choices: choices, training: training, peer: peer,
        rounds: options.rounds)
    let kernels = KernelWork(peer: peer, rounds: options.rounds)
    note("evaluation")
    var results = try workloads.evaluation()
    note("recovery")
    results += try workloads.recovery()
    note("importance")
    let importance = ImportanceWork(model: loaded.model, windows: windows, peer: peer, rounds: options.rounds)
    results += try importance.structures()
    results += try importance.layers()
    note("products")
    results += try kernels.products()
    note("quantization")
    results += try kernels.quantization()
    note("search")
    results += try ProposalWork(rounds: options.rounds).proposals()
    let report = BenchReport(
        processor: BenchReport.processorName, codeSet: KernelInformation.codeSet,
        model: URL(fileURLWithPath: options.model).lastPathComponent, parameters: configuration.parameterCount,
        pytorch: peer?.version, rounds: options.rounds, results: results)
    print(options.isJSON ? report.json : report.table)
} catch {
    FileHandle.standardError.write(Data("Bench: \(error)\n".utf8))
    exit(1)
}
