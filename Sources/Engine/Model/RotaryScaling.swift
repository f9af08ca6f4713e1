/// How the frequencies of the rotary embedding are changed for contexts longer than those of the first training.
public enum RotaryScaling: Sendable, Equatable {
    /// Every frequency divided by the factor: positions lie closer together.
    ///
    /// Source: Chen et al. 2023, "Extending Context Window of Large Language Models via Positional Interpolation".
    case linear(factor: Double)
    /// Long wavelengths divided by the factor, short ones left alone, those between blended.
    ///
    /// With λ = 2π / f and the context C of the first training: λ < C / high keeps f, λ > C / low has f / factor, and
    /// between (1 − t) f / factor + t f, t = (C / λ − low) / (high − low). Source: Dubey et al. 2024, "The Llama 3 Herd of
    /// Models"; Transformers' `rope_type` "llama3".
    case llama3(factor: Double, low: Double, high: Double, context: Double)
    /// Every frequency divided by its own number, as GGUF files say it.
    case divisors([Float])

    /// Frequencies in float32, changed in float32, as the reference implementation does.
    func scaled(_ frequencies: [Float]) -> [Float] {
        switch self {
        case .linear(let factor): return frequencies.map { $0 / Float(factor) }
        case .divisors(let divisors): return zip(frequencies, divisors).map { $0 / $1 }
        case .llama3(let factor, let low, let high, let context):
            return frequencies.map { frequency in
                let wavelength = Float(2 * Double.pi) / frequency
                if wavelength < Float(context / high) { return frequency }
                let slow = frequency / Float(factor)
                if wavelength > Float(context / low) { return slow }
                let t = (Float(context) / wavelength - Float(low)) / Float(high - low)
                return (1 - t) * slow + t * frequency
            }
        }
    }

    /// What each frequency is divided by: 1 where it is kept.
    func divisors(_ frequencies: [Float]) -> [Float] { zip(frequencies, scaled(frequencies)).map { $0 / $1 } }
}

extension ConfigurationSettings {
    /// The base and the scaling of the rotary embedding, from `rope_parameters`, `rope_scaling` and `rope_theta`.
    /// - Throws: `unsupportedSetting` for a kind of scaling that is not implemented, `invalidSetting`.
    func rotary(
        _ defaults: ArchitectureDefaults, contextLength: Int
    ) throws(CheckpointError) -> (theta: Double, scaling: RotaryScaling?) {
        let theta = json["rope_parameters"]?["rope_theta"] ?? json["rope_scaling"]?["rope_theta"] ?? json["rope_theta"]
        var scaling: RotaryScaling?
        for key in ["rope_scaling", "rope_parameters"] {
            guard let rope = json[key], !rope.isNull else { continue }
            guard rope.members != nil else { throw invalid(key, rope.summary, "an object or null") }
            guard let type = rope["rope_type"] ?? rope["type"] else {
                guard key == "rope_parameters" else {
                    throw unsupported(key, rope.summary, "null, or type default, linear or llama3")
                }
                continue
            }
            if let read = try self.scaling(rope, type, key, contextLength: contextLength) { scaling = read }
        }
        let partial = json["partial_rotary_factor"] ?? json["rope_parameters"]?["partial_rotary_factor"]
        if let partial, !partial.isNull, partial.double != 1 {
            throw unsupported("partial_rotary_factor", partial.summary, "1")
        }
        return (try positive(theta, "rope_theta") ?? defaults.ropeTheta, scaling)
    }

    private func scaling(
        _ rope: JSONValue, _ type: JSONValue, _ key: String, contextLength: Int
    ) throws(CheckpointError) -> RotaryScaling? {
        func number(_ name: String) throws(CheckpointError) -> Double {
            guard let number = try positive(rope[name], "\(key).\(name)") else {
                throw .missingSetting(key: "\(key).\(name)", file: path)
            }
            return number
        }
        switch type.text {
        case "default": return nil
        case "linear": return .linear(factor: try number("factor"))
        case "llama3":
            let context = "original_max_position_embeddings"
            let low = try number("low_freq_factor")
            let high = try number("high_freq_factor")
            guard high > low else { throw invalid("\(key).high_freq_factor", "\(high)", "more than low_freq_factor") }
            let inside = try positive(rope[context], "\(key).\(context)")
            let outside = try positive(json[context], context)
            return .llama3(
                factor: try number("factor"), low: low, high: high,
                context: inside ?? outside ?? Double(contextLength))
        default: throw unsupported("\(key) type", type.summary, "default, linear, llama3")
        }
    }
}
