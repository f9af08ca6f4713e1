internal import Engine

/// From calibration text to the importance of layers.
struct LayerImportanceStep {
    let model: LlamaModel
    /// Name of the measure.
    let measure: String
    let signal: LayerSignal
    /// Names of the precisions that layers may get.
    let precisions: [String]
    /// Whether an allocation decides on layers or on modules.
    let granularity: AllocationSpace.Granularity
    let calibrationTokens: [Int32]
    let calibrationSamples: Int
    let calibrationLength: Int
    let seed: UInt64
    let parallelism: Parallelism
    let progress: ProgressLine

    /// Everything that the result depends on beside the model and the calibration text.
    struct Settings: Codable {
        var measure: String
        var signal: LayerSignal?
        /// Empty where the measure quantizes nothing.
        var precisions: [String]
        /// nil where the measure quantizes nothing.
        var granularity: AllocationSpace.Granularity?
        var calibrationSamples: Int
        var calibrationLength: Int
        var seed: UInt64

        enum CodingKeys: String, CodingKey {
            case measure, signal, precisions, granularity, seed
            case calibrationSamples = "calibration_samples"
            case calibrationLength = "calibration_length"
        }
    }

    /// What the result depends on.
    var settings: Settings {
        let usesSignal = LayerMeasures.named(measure)?.usesSignal == true
        return Settings(
            measure: measure, signal: usesSignal ? signal : nil, precisions: usesSignal ? [] : precisions,
            granularity: usesSignal ? nil : granularity,
            calibrationSamples: calibrationSamples, calibrationLength: calibrationLength, seed: seed)
    }

    /// Measures every layer. The same inputs and seed give the same bits on any number of threads.
    /// - Throws: `TrainingError` for a text that is too short, `ModelError`, `QuantizationError`, `PrecisionError`.
    func run() throws -> LayerMeasurement {
        guard let measure = LayerMeasures.named(measure) else {
            throw Failure.usage("no measure is called '\(measure)'")
        }
        progress.begin("layer importance (\(measure.name))", total: model.blocks.count, unit: "layers")
        return try measure.measure(subject())
    }

    /// What each precision loses of each unit, ‖W − Q(W)‖² / ‖W‖², `[unit][precision]`.
    func relativeErrors() throws -> [[Double]] {
        progress.begin("quantization errors")
        return model.relativeErrors(
            precisions: try precisions.map { try Precisions.parse($0) }, granularity: granularity,
            parallelism: parallelism)
    }

    private func subject() throws -> LayerSubject {
        let windows = try TextWindows(tokens: calibrationTokens, length: calibrationLength, seed: seed)
        let batch = windows.batch(step: 0, size: calibrationSamples)
        var subject = LayerSubject(
            model: model, sequences: batch.sequences.map { Array(batch.tokens[$0]) },
            precisions: try precisions.map { try Precisions.parse($0) }, seed: seed, parallelism: parallelism)
        subject.signal = signal
        subject.granularity = granularity
        let line = progress
        subject.progress = { line.advance(to: $0) }
        return subject
    }
}
