internal import Engine

/// What is removed from the model, and by which measure.
struct PruningSpecification: Sendable, Equatable, Codable {
    /// Fraction of the coupled structures that is removed in each pruned layer; nil when `parametersRemoved` says it.
    var ratio: Double?
    /// Fraction of all parameters that is removed; the ratio is found from it.
    var parametersRemoved: Double?
    /// The layers that are pruned.
    var layers: LayerRange
    /// Name of the importance that ranks structures.
    var importance: String
    /// How scores of one structure are put together.
    var reduction: GroupReduction
    /// Calibration text, an absolute path.
    var calibration: String?
    /// Number of calibration samples.
    var calibrationSamples: Int
    /// Tokens of a calibration sample.
    var calibrationLength: Int

    /// Whether anything is removed.
    var isPruning: Bool { (ratio ?? parametersRemoved ?? 0) > 0 }

    /// Values that hold when nothing is said.
    static let defaults = PruningSpecification(
        ratio: 0, parametersRemoved: nil, layers: .automatic, importance: "taylor", reduction: .sum, calibration: nil,
        calibrationSamples: 128, calibrationLength: 128)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case ratio
        case parametersRemoved = "parameters_removed"
        case layers = "prune_layers"
        case importance
        case reduction = "prune_reduction"
        case calibration
        case calibrationSamples = "calibration_samples"
        case calibrationLength = "calibration_length"
    }
}

extension PruningSpecification {
    /// The specification that settings say, with defaults for the rest.
    init(_ settings: Settings, folder: String) throws(Failure) {
        self = .defaults
        let fraction = "at least 0 and less than 1"
        let ratio = try settings.number("ratio", fraction) { $0 >= 0 && $0 < 1 }
        parametersRemoved = try settings.number("parameters-removed", fraction) { $0 >= 0 && $0 < 1 }
        if ratio != nil, parametersRemoved != nil {
            throw .usage(
                "\(settings.spoken("ratio")) and \(settings.spoken("parameters-removed")): only one can be given",
                hint:
                    "--ratio is the fraction of structures in the pruned layers, --parameters-removed that of all weights"
            )
        }
        self.ratio = parametersRemoved == nil ? ratio ?? Self.defaults.ratio : nil
        if let text = try settings.text("prune-layers") {
            guard let range = LayerRange(text) else {
                throw .usage("\(settings.spoken("prune-layers")): '\(text)' is no layer range", hint: LayerRange.forms)
            }
            layers = range
        }
        if let name = try settings.text("importance") {
            guard Importances.named(name) != nil else {
                throw settings.unknown(name, in: "importance", known: Importances.all.map(\.name))
            }
            importance = name
        }
        reduction = try settings.word("prune-reduction", GroupReduction.self) ?? reduction
        calibration = try settings.path("calibration", folder: folder)
        calibrationSamples = try settings.integer("calibration-samples", in: 1...1_000_000) ?? calibrationSamples
        calibrationLength = try settings.integer("calibration-length", in: 2...1_000_000) ?? calibrationLength
        if isPruning, calibration == nil, Importances.named(importance)?.needsGradients == true {
            throw .usage(
                "--calibration is missing: the importance '\(importance)' is measured on text",
                hint: "name a text file, or choose --importance magnitude")
        }
    }
}
