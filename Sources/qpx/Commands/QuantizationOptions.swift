internal import ArgumentParser

/// Flags of commands that quantize, beside the precisions themselves.
struct QuantizationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Weights that share a scale, for every precision that takes it and says no size itself (default: 64).",
            valueName: "count"))
    var blockSize: String?

    @Flag(
        name: .long,
        help: "Quantize the scales too, to 8 bits, for every precision that takes it (as '+dq' behind its name).")
    var doubleQuantization = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Precision of the embedding, which otherwise stays as it is; of a tied model it is the output head too.",
            valueName: "precision"))
    var embeddingPrecision: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Precision of the output head, which otherwise stays as it is; not for a tied model.",
            valueName: "precision"))
    var headPrecision: String?

    /// What the flags say.
    var settings: Settings {
        var settings = Settings()
        settings.set("block-size", flag: blockSize)
        settings.set("double-quantization", flag: doubleQuantization ? true : nil)
        settings.set("embedding-precision", flag: embeddingPrecision)
        settings.set("head-precision", flag: headPrecision)
        return settings
    }
}
