/// Why a tokenizer cannot be used.
///
/// `file` is the path of the file concerned; `part` says where in it, such as "pre_tokenizer".
public enum TokenizerError: EngineError {
    /// The file is missing, unreadable or not JSON.
    case file(CheckpointError)
    /// A part of a kind that is not implemented.
    case unsupported(part: String, found: String, supported: String, file: String)
    /// A part lacks something or contradicts itself.
    case invalid(part: String, reason: String, file: String)
    /// A pattern outside the implemented regular expressions; `offset` counts its characters.
    case invalidPattern(pattern: String, offset: Int, reason: String, file: String)
    /// A token that something refers to is not in the vocabulary.
    case missingToken(token: String, neededBy: String, file: String)

    /// One line: what is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .file(let error):
            error.description
        case .unsupported(let part, let found, let supported, let file):
            "\(file): \(part) \(found) is not supported; supported: \(supported)."
        case .invalid(let part, let reason, let file):
            "\(file): \(part): \(reason). The file may be damaged."
        case .invalidPattern(let pattern, let offset, let reason, let file):
            "\(file): the pattern \(pattern.quoted) cannot be used: \(reason) at character \(offset)."
        case .missingToken(let token, let neededBy, let file):
            "\(file): token \(token.quoted), needed by \(neededBy), is not in the vocabulary. The file may be damaged."
        }
    }
}
