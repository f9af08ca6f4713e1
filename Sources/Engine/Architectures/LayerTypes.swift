/// The settings that say which layers have a sliding window: `use_sliding_window`, `sliding_window`, `layer_types`,
/// `max_window_layers`.
enum LayerTypes {
    private static let full = "full_attention"
    private static let sliding = "sliding_attention"

    /// How far back each layer sees, in tokens; nil for everything.
    ///
    /// Without `use_sliding_window` no layer has a window. With it, `layer_types` says which do.
    /// - Parameter standard: which do where there is no list; those from `max_window_layers` (28) on unless given.
    static func windows(
        _ settings: ConfigurationSettings, layers: Int, standard: ((Int) -> Bool)? = nil
    ) throws(CheckpointError) -> [Int?] {
        let isUsed = try settings.flag("use_sliding_window")
        let window = try settings.optional("sliding_window", at: ConfigurationSettings.Limit.context) ?? 4096
        var isSliding = [Bool](repeating: false, count: layers)
        if let types = settings.json["layer_types"], !types.isNull {
            let names = types.elements ?? []
            guard names.count == layers else {
                throw settings.invalid(
                    "layer_types", types.summary, "a list with one entry for each of \(layers) layers")
            }
            for (layer, name) in names.enumerated() {
                guard name == .string(full) || name == .string(sliding) else {
                    throw settings.unsupported("layer_types", name.summary, "\(full), \(sliding)")
                }
                isSliding[layer] = name == .string(sliding)
            }
        } else if let standard {
            isSliding = (0..<layers).map(standard)
        } else {
            let first = try settings.integer("max_window_layers", in: 0...Int(Int32.max)) ?? 28
            isSliding = (0..<layers).map { $0 >= first }
        }
        return isSliding.map { isUsed && $0 ? window : nil }
    }

    /// Lists the layers that have a window, where the file has such a list or any layer has one.
    static func write(_ configuration: ModelConfiguration, into json: inout JSONValue) {
        let windows = configuration.layers.map(\.window)
        guard json["layer_types"] != nil || windows.contains(where: { $0 != nil }) else { return }
        json.set("layer_types", to: .array(windows.map { .string($0 == nil ? full : sliding) }))
    }
}
