internal import Engine

extension PruningSpecification {
    /// The specification that settings say, with defaults for the rest.
    /// - Parameter needsText: whether a missing calibration text is an error where scores need one.
    init(_ settings: Settings, folder: String, needsText: Bool = true) throws(Failure) {
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
        if let name = try settings.text("structure") {
            guard PruningStructures.names.contains(name) else {
                throw settings.unknown(name, in: "structure", known: PruningStructures.names)
            }
            structure = name
        }
        try readScores(settings)
        try readRanking(settings)
        calibration = try settings.path("calibration", folder: folder)
        calibrationSamples = try settings.integer("calibration-samples", in: 1...1_000_000) ?? calibrationSamples
        calibrationLength = try settings.integer("calibration-length", in: 2...1_000_000) ?? calibrationLength
        calibrationSampling = try settings.word("calibration-sampling", CalibrationSampling.self) ?? calibrationSampling
        try checkTogether(settings)
        if needsText, needsCalibration, calibration == nil {
            let what = blockScore == .similarity ? "the block score 'similarity'" : "the importance '\(importance)'"
            throw .usage(
                "--calibration is missing: \(what) is measured on text",
                hint: "name a text file, or choose --importance l2")
        }
    }

    private mutating func readScores(_ settings: Settings) throws(Failure) {
        if let name = try settings.text("importance") {
            guard let known = Importances.named(name) else {
                throw settings.unknown(
                    name, in: "importance", known: Importances.all.map(\.name) + Importances.aliases.map(\.alias))
            }
            importance = known.name
        }
        reduction =
            try settings.word("prune-reduction", GroupReduction.self)
            ?? Importances.named(importance)?.defaultReduction ?? reduction
        pairing = try settings.word("gqa-pairing", HeadPairing.self) ?? pairing
        if let text = try settings.text("fisher-scale") {
            guard let scale = FisherScale(text) else {
                throw .usage("\(settings.spoken("fisher-scale")): '\(text)' is no scale", hint: FisherScale.forms)
            }
            fisherScale = scale
        }
        blockScore = try settings.word("block-score", BlockScore.self) ?? blockScore
    }

    private mutating func readRanking(_ settings: Settings) throws(Failure) {
        ranking = try settings.word("ranking", Ranking.self) ?? ranking
        normalization = try settings.word("normalize", ScoreNormalization.self) ?? normalization
        minimumWidth =
            try settings.integer("min-width", in: 1...1_000_000)
            ?? Engine.PruningOptions.defaultMinimumWidth(ranking, normalization)
        roundTo = try settings.integer("round-to", in: 1...1_000_000) ?? roundTo
        steps = try settings.integer("prune-steps", in: 1...1000) ?? steps
    }

    /// Refuses settings that would do nothing.
    private func checkTogether(_ settings: Settings) throws(Failure) {
        func refuse(_ name: String, unless holds: Bool, _ why: String) throws(Failure) {
            guard settings.has(name), !holds else { return }
            throw .usage("\(settings.spoken(name)): \(why)")
        }
        try refuse("normalize", unless: ranking == .global, "only a global ranking needs it; say --ranking global")
        try refuse(
            "fisher-scale", unless: Importances.named(importance)?.gradientOrder == .second,
            "the importance '\(importance)' has no second order; choose --importance param_mix")
        try refuse("block-score", unless: structure == "layer", "it scores whole layers; say --structure layer")
        try refuse(
            "round-to", unless: structure != "layer", "it rounds widths; removing whole layers leaves them as they are")
        let blockOnly = "it belongs to --structure block, not to '\(structure)'"
        try refuse("min-width", unless: structure == "block", blockOnly)
        try refuse("ranking", unless: structure == "block" || ranking == .local, blockOnly)
        if structure == "channel", case .closed = layers {
            throw .usage(
                "\(settings.spoken("prune-layers")): hidden channels are shared by all layers; leave it out",
                hint: "--structure block prunes some layers only")
        }
    }
}
