/// What an export to GGUF keeps of a compressed model.
public enum GGUFPolicy: String, Sendable, CaseIterable, Codable {
    /// Its behaviour: weights as the model computes with them, adapters merged, in a number format.
    case faithful
    /// Its size: weights quantized once more, per layer to the block format of about the same bits; adapters merged.
    case deployable
    /// Its codes: only for weights on grids that GGUF has; they go in as they are, adapters into a file of their own.
    case exact
}

/// How a model is written.
public struct GGUFOptions: Sendable {
    /// What is kept.
    public var policy: GGUFPolicy
    /// The encoding of matrices under `faithful`, and of everything of 16 bits under `deployable`.
    public var plain: any GGUFEncoding = GGUFFloat.f16
    /// The encodings of `deployable` by bits of the module's precision, the first that fits a row.
    public var byBits: [Int: [any GGUFEncoding]] = [
        2: [Q2K(), GridEncoding.q4_0], 3: [Q3K(), GridEncoding.iq4NL], 4: [GridEncoding.iq4NL],
        8: [GridEncoding.q8_0],
    ]
    /// A name for people.
    public var name = "model"

    /// Options of a policy.
    public init(_ policy: GGUFPolicy) { self.policy = policy }
}
