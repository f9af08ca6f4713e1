/// The number formats that checkpoints store weights in.
public enum ElementType: String, Sendable, CaseIterable {
    /// IEEE 754 binary32.
    case float32 = "F32"
    /// IEEE 754 binary16.
    case float16 = "F16"
    /// The upper half of a binary32.
    case bfloat16 = "BF16"

    /// Bytes of one element.
    public var byteCount: Int { self == .float32 ? 4 : 2 }
}
