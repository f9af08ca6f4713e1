internal import ArgumentParser
internal import Engine
internal import Store

/// Flags that choose among trials; everything that is given must hold.
struct TrialFilterOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only trials in these states: \(TrialState.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "state"))
    var state: [String] = []

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only trials of these kinds: \(TrialKind.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind"))
    var kind: [String] = []

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only trials that give these layers or modules these bits, as 3=8 or 3.down_proj=8 (layers from 0).",
            valueName: "layer")
    )
    var layer: [String] = []

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only trials whose metric is in a range, as acc>=0.5, arc_easy:acc>=0.3 or loss<=4.", valueName: "bound"))
    var `where`: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only trials of at most so many bytes of weights.", valueName: "bytes"))
    var maxBytes: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sort by number, newest, objective (best first) or bytes (default: number).", valueName: "by"))
    var sort: String?

    @Option(name: .long, help: ArgumentHelp("At most so many trials.", valueName: "count"))
    var limit: String?

    @Flag(name: .long, help: "Also trials that are archived.")
    var archived = false

    private enum Order: String, CaseIterable {
        case number
        case newest
        case objective
        case bytes
    }

    /// The filter that the flags say.
    /// - Parameter direction: which way the objective is better in the searches at hand; nil when they disagree.
    func filter(direction: ObjectiveDirection?) throws(Failure) -> TrialFilter {
        var settings = Settings()
        settings.set("state", flag: state)
        settings.set("kind", flag: kind)
        settings.set("sort", flag: sort)
        settings.set("limit", flag: limit)
        settings.set("max-bytes", flag: maxBytes)
        var filter = TrialFilter()
        filter.states = try settings.words("state", TrialState.self) ?? []
        filter.kinds = try settings.words("kind", TrialKind.self) ?? []
        filter.limit = try settings.integer("limit", in: 1...1_000_000_000)
        filter.maximumWeightBytes = try settings.integer("max-bytes", in: 0...Int.max)
        filter.includesArchived = archived
        for text in layer { filter.layers.append(try Self.layerBits(text)) }
        for text in `where` { filter.metrics.append(try Self.bound(text)) }
        switch try settings.word("sort", Order.self) ?? .number {
        case .number: filter.order = .number
        case .newest: filter.order = .newest
        case .bytes: filter.order = .weightBytes
        case .objective:
            guard let direction else {
                throw .usage("--sort objective: the searches do not agree on what is better", hint: "name one search")
            }
            filter.order = .objective(direction)
        }
        return filter
    }

    private static func layerBits(_ text: String) throws(Failure) -> TrialFilter.LayerBits {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        let place = (parts.first ?? "").split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let layer = place.first.flatMap({ Int($0) }), let bits = Int(parts[1]), layer >= 0,
            bits > 0
        else {
            throw .usage("--layer: '\(text)' is not of the form LAYER=BITS or LAYER.MODULE=BITS, as 3=8 or 3.q_proj=8")
        }
        guard place.count == 2 else { return TrialFilter.LayerBits(layer: layer, bits: bits) }
        let known = Projection.allCases.map(\.rawValue)
        guard known.contains(String(place[1])) else {
            throw .usage(
                "--layer: unknown module '\(place[1])'." + Suggestion.question(for: String(place[1]), in: known),
                hint: "modules are \(known.joined(separator: ", "))")
        }
        return TrialFilter.LayerBits(layer: layer, module: String(place[1]), bits: bits)
    }

    private static func bound(_ text: String) throws(Failure) -> TrialFilter.MetricBound {
        for (sign, isLower) in [(">=", true), ("<=", false)] {
            guard let range = text.firstRange(of: sign) else { continue }
            let metric = text[..<range.lowerBound].split(separator: ":", omittingEmptySubsequences: false)
            guard let name = metric.last, !name.isEmpty, metric.count <= 2,
                let value = Double(text[range.upperBound...]), value.isFinite
            else { break }
            return TrialFilter.MetricBound(
                name: String(name), task: metric.count == 2 ? String(metric[0]) : nil,
                range: isLower ? value...Double.infinity : -Double.infinity...value)
        }
        throw .usage("--where: '\(text)' is not of the form METRIC>=VALUE, METRIC<=VALUE or TASK:METRIC>=VALUE")
    }
}
