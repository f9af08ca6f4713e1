internal import Engine

/// How the layers of a model are judged, and how that becomes the first allocation.
struct LayerImportanceSpecification: Sendable, Equatable, Codable {
    /// Name of the measure.
    var measure: String
    /// What of a layer's output the measure looks at.
    var signal: LayerSignal
    /// How importance becomes an allocation.
    var rule: ImportanceAllocation
    /// Whether the reversed and a random allocation of equal memory are measured beside it.
    var controls: Bool
    /// Whether each layer is also measured alone at the fewest bits, all others at the most.
    var layerCosts = false

    /// The measure's name where nothing is measured, and where a file says it.
    static let none = "none"
    static let given = "given"

    /// Whether this program measures importance.
    var isMeasured: Bool { measure != Self.none && measure != Self.given }

    /// Values that hold when nothing is said.
    static let defaults = LayerImportanceSpecification(
        measure: "nearest_neighbours", signal: .residual, rule: .greedy, controls: false)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case measure = "layer_importance"
        case signal
        case rule = "allocation_rule"
        case controls
        case layerCosts = "layer_costs"
    }

    init(measure: String, signal: LayerSignal, rule: ImportanceAllocation, controls: Bool) {
        self.measure = measure
        self.signal = signal
        self.rule = rule
        self.controls = controls
    }

    /// Specifications from before there was a choice have none of the keys.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self = .defaults
        measure = try values.decodeIfPresent(String.self, forKey: .measure) ?? measure
        signal = try values.decodeIfPresent(LayerSignal.self, forKey: .signal) ?? signal
        rule = try values.decodeIfPresent(ImportanceAllocation.self, forKey: .rule) ?? rule
        controls = try values.decodeIfPresent(Bool.self, forKey: .controls) ?? controls
        layerCosts = try values.decodeIfPresent(Bool.self, forKey: .layerCosts) ?? layerCosts
    }

    /// What is not said in records from before layers could be measured is not written where it is as it is without saying.
    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(measure, forKey: .measure)
        try values.encode(signal, forKey: .signal)
        try values.encode(rule, forKey: .rule)
        try values.encode(controls, forKey: .controls)
        if layerCosts { try values.encode(layerCosts, forKey: .layerCosts) }
    }
}

extension LayerImportanceSpecification {
    /// The specification that settings say, with defaults for the rest.
    init(_ settings: Settings, evaluator: EvaluatorSpecification) throws(Failure) {
        self = .defaults
        let written = try settings.text("layer-importance")
        if evaluator.importanceFile != nil {
            guard written == nil else {
                throw .usage(
                    "\(settings.spoken("layer-importance")) and \(settings.spoken("importance-file")): only one can be given"
                )
            }
            measure = Self.given
        } else if evaluator.space != nil || (evaluator.isExternal && written == Self.none) {
            measure = Self.none
        } else if let name = written {
            measure = try LayerMeasureName.checked(name, in: "layer-importance", settings)
        }
        signal = try settings.word("signal", LayerSignal.self) ?? signal
        rule = try settings.word("allocation-rule", ImportanceAllocation.self) ?? rule
        controls = try settings.flag("controls") ?? controls
        layerCosts = try settings.flag("layer-costs") ?? layerCosts
        try Self.check(signal, of: [measure], settings)
    }

    /// Refuses a signal where nothing looks at one.
    static func check(_ signal: LayerSignal, of measures: [String], _ settings: Settings) throws(Failure) {
        guard settings.has("signal"), !measures.contains(where: { LayerMeasures.named($0)?.usesSignal == true }) else {
            return
        }
        throw .usage(
            "\(settings.spoken("signal")): \(measures.joined(separator: ", ")) looks at no layer output",
            hint: "leave it out, or choose a measure of mutual information")
    }
}

/// Names of measures, as the user writes them.
enum LayerMeasureName {
    /// A known name.
    static func checked(_ name: String, in setting: String, _ settings: Settings) throws(Failure) -> String {
        guard LayerMeasures.named(name) != nil else {
            throw settings.unknown(name, in: setting, known: LayerMeasures.all.map(\.name))
        }
        return name
    }
}
