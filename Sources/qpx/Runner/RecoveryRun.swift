internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Carries out what `qpx recover` is asked for.
struct RecoveryRun {
    /// What came of it.
    struct Result: Sendable {
        let model: LlamaModel
        let allocation: Allocation?
        /// What LoftQ did, matrix by matrix.
        let start: AdaptedModel
        /// In one pass through the data.
        let sequences: Int
        /// Examples of which nothing would be learned.
        let skipped: Int
        let steps: [TrainingStep]
        let seconds: Double
    }

    let request: RecoverCommand.Request
    let progress: ProgressLine

    /// - Throws: `Failure`, and what the engine throws.
    func run() throws -> Result {
        let began = MonotonicClock.seconds
        let folder = URL(filePath: request.out + ".training")
        let state = folder.appending(path: "state.safetensors")
        try checkState(folder: folder, state: state)
        let loaded = try ModelFolder.open(request.model, says: "--model")
        if request.precisions != nil, loaded.model.isQuantized {
            throw Failure.usage(
                "\(request.model): is quantized already and cannot be quantized again",
                hint: "leave out the precision, or name the checkpoint that it was made from")
        }
        progress.begin("reading what to train on")
        let material = try RecoveryMaterial(request.recovery, tokenizer: loaded.tokenizer)
        let data = try material.data(request.recovery, tokenizer: loaded.tokenizer, seed: request.seed)
        let recovery = try request.recovery.resolved(sequences: data.count)
        try checkLength(recovery, loaded.model.configuration)
        let options = recovery.options(seed: request.seed)
        do throws(TrainingError) {
            try options.checkRank(loaded.model.configuration)
        } catch {
            throw Failure.usage("--rank: \(error.description)")
        }
        let allocation = request.precisions?.allocation(layers: loaded.model.blocks.count)
        let parallelism = Parallelism(threads: request.threads)
        progress.begin("starting the adapters")
        do throws(EndPrecisionError) {
            try request.ends.check(loaded.model.configuration)
        } catch {
            throw Failure.usage("--head-precision: \(error.description)")
        }
        let base = try loaded.model.quantized(request.ends)
        let start = try AdaptedModel(base, allocation: allocation, options: options, parallelism: parallelism)
        var saving: TrainingCheckpoint?
        if recovery.saveEvery > 0 {
            let digest = try StageKey("recover", model: loaded.checkpoint.digest).adding(allocation?.text ?? "")
                .adding(request.ends).adding(options).adding(data.digest).digest
            try make(folder)
            saving = TrainingCheckpoint(file: state, every: recovery.saveEvery, digest: digest)
        }
        let steps: [TrainingStep]
        do {
            progress.begin("recovering", total: options.training.steps, unit: "steps")
            steps = try Recovery(options, data: data).train(start.model, saving: saving, parallelism: parallelism) {
                progress.advance(to: $0.step + 1, note: "loss \(NumberText.fixed($0.loss, 4))")
            }
            try write(start.model, recovery: recovery, source: loaded.checkpoint, isQuantizedHere: allocation != nil)
        } catch {
            // An empty folder would be taken for a training that was interrupted.
            if saving?.exists == false { try? FileManager.default.removeItem(at: folder) }
            throw error
        }
        if saving != nil { try? FileManager.default.removeItem(at: folder) }
        return Result(
            model: start.model, allocation: allocation, start: start, sequences: data.count,
            skipped: (data as? InstructionData)?.skipped ?? 0, steps: steps,
            seconds: MonotonicClock.seconds - began)
    }

    private func write(
        _ model: LlamaModel, recovery: RecoverySpecification, source: Checkpoint, isQuantizedHere: Bool
    ) throws {
        guard let adapters = model.adapters else { return }
        var base = model
        base.adapters = nil
        try AdapterFolder.write(
            adapters, dropout: recovery.dropout,
            baseModel: isQuantizedHere ? "\(request.out)/\(AdapterFolder.baseFolder)" : request.model,
            base: isQuantizedHere ? (base, source, nil) : nil, to: URL(filePath: request.out))
    }

    private func checkState(folder: URL, state: URL) throws(Failure) {
        let isThere = FilePath.exists(state.path)
        if request.resumes, !isThere {
            throw .notFound(
                "--resume: no training was interrupted here: \(state.path) does not exist",
                hint: "leave out --resume to begin one")
        }
        if !request.resumes, isThere {
            throw Failure(
                .conflict, "--out: a training for \(request.out) was interrupted: its state is in \(folder.path)",
                hint: "say --resume to go on with it, or remove that folder")
        }
    }

    private func checkLength(
        _ recovery: RecoverySpecification, _ configuration: ModelConfiguration
    ) throws(Failure) {
        let (flag, length) =
            recovery.data == nil ? ("--sequence-length", recovery.sequenceLength) : ("--cutoff", recovery.cutoff)
        guard length <= configuration.contextLength else {
            throw .usage("\(flag): the model reads \(configuration.contextLength) tokens, not \(length)")
        }
    }

    private func make(_ folder: URL) throws {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError.unwritable(file: folder.path, reason: "the folder cannot be made here")
        }
    }
}
