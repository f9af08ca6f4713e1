/// Why a GGUF file cannot be read or written.
public enum GGUFError: EngineError {
    /// It doesn't begin as such a file does.
    case notGGUF(file: String)
    /// A version of the format, a byte order or an element type that is not implemented.
    case unsupported(what: String, found: String, supported: String, file: String)
    /// The file ends early or contradicts itself.
    case damaged(file: String, reason: String)
    /// The metadata lacks a key, or its value makes no sense.
    case metadata(key: String, reason: String, file: String)
    /// A tensor is missing, has another shape, or has no use.
    case tensor(name: String, reason: String, file: String)
    /// What the model is has no counterpart in the format.
    case notExpressible(what: String, hint: String)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .notGGUF(let file): "\(file): it is no GGUF file"
        case .unsupported(let what, let found, let supported, let file):
            "\(file): \(what) \(found) is not supported; supported: \(supported)"
        case .damaged(let file, let reason): "\(file): \(reason). The file may be damaged or cut off."
        case .metadata(let key, let reason, let file): "\(file): '\(key)' \(reason)"
        case .tensor(let name, let reason, let file): "\(file): tensor '\(name)' \(reason)"
        case .notExpressible(let what, let hint): "GGUF cannot say \(what): \(hint)"
        }
    }
}
