/// Why a checkpoint cannot be read or written.
///
/// `file` is the path of the file concerned, as it was given.
public enum CheckpointError: EngineError {
    /// There is no such file.
    case missingFile(file: String)
    /// The operating system refuses to read it.
    case unreadable(file: String, reason: String)
    /// The file has no bytes.
    case emptyFile(file: String)
    /// The text is not JSON; `byte` is where reading stopped.
    case invalidJSON(file: String, byte: Int, reason: String)
    /// The header of a safetensors file breaks the format.
    case invalidHeader(file: String, reason: String)
    /// The header's entry for a tensor breaks the format.
    case invalidTensor(name: String, file: String, reason: String)
    /// A tensor's bytes reach past the end of the file.
    case tensorOutsideFile(name: String, file: String, end: Int, fileBytes: Int)
    /// Two tensors claim the same bytes.
    case overlappingTensors(first: String, second: String, file: String)
    /// No such tensor.
    case missingTensor(name: String, file: String)
    /// A tensor that a LLaMA model does not have.
    case unexpectedTensor(name: String, file: String)
    /// The tensor has another shape than the configuration says.
    case wrongShape(name: String, expected: [Int], found: [Int], file: String)
    /// The tensor's numbers are in a format that cannot be computed with.
    case unsupportedElementType(name: String, found: String, file: String)
    /// The model is tied, but its output head differs from its embedding.
    case untiedHead(file: String)
    /// The index names a file that is not there.
    case missingShard(shard: String, index: String)
    /// `config.json` lacks a value that has no default.
    case missingSetting(key: String, file: String)
    /// `config.json` has a value that makes no sense.
    case invalidSetting(key: String, found: String, expected: String, file: String)
    /// `config.json` asks for something that is not implemented.
    case unsupportedSetting(key: String, found: String, supported: String, file: String)
    /// Something is already where the checkpoint should go.
    case targetExists(path: String)
    /// The operating system refuses to write.
    case unwritable(file: String, reason: String)
    /// What should be written contradicts itself.
    case inconsistent(name: String, file: String, reason: String)

    /// One line: what is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .missingFile(let file):
            "\(file): no such file. Check the path, or download the checkpoint completely."
        case .unreadable(let file, let reason):
            "\(file): cannot be read: \(reason)."
        case .emptyFile(let file):
            "\(file): the file is empty. The download may be incomplete."
        case .invalidJSON(let file, let byte, let reason):
            "\(file): not valid JSON at byte \(byte): \(reason). The file may be damaged."
        case .invalidHeader(let file, let reason):
            "\(file): not a safetensors file: \(reason). The download may be incomplete."
        case .invalidTensor(let name, let file, let reason):
            "\(file): tensor \(name.quoted): \(reason). The file is damaged."
        case .tensorOutsideFile(let name, let file, let end, let fileBytes):
            "\(file): tensor \(name.quoted) ends at byte \(end), the file has \(fileBytes). "
                + "The download may be incomplete."
        case .overlappingTensors(let first, let second, let file):
            "\(file): tensors \(first.quoted) and \(second.quoted) claim the same bytes. The file is damaged."
        case .missingTensor(let name, let file):
            "\(file): there is no tensor \(name.quoted). Check that config.json belongs to these weights."
        case .unexpectedTensor(let name, let file):
            "\(file): tensor \(name.quoted) has no place in a LLaMA model. Only plain LLaMA checkpoints are supported."
        case .wrongShape(let name, let expected, let found, let file):
            "\(file): tensor \(name.quoted) has shape \(found), expected \(expected). "
                + "Check that config.json belongs to these weights."
        case .unsupportedElementType(let name, let found, let file):
            "\(file): tensor \(name.quoted) holds \(found.quoted), supported are F32, F16 and BF16."
        case .untiedHead(let file):
            "\(file): 'lm_head.weight' differs from the embedding, but config.json says tie_word_embeddings. "
                + "Set it to false."
        case .missingShard(let shard, let index):
            "\(index): names \(shard.quoted), which is not in the folder. Download the missing file."
        default:
            settingOrWritingDescription
        }
    }

    private var settingOrWritingDescription: String {
        switch self {
        case .missingSetting(let key, let file):
            "\(file): \(key.quoted) is missing. Add it."
        case .invalidSetting(let key, let found, let expected, let file):
            "\(file): \(key) is \(found), expected \(expected)."
        case .unsupportedSetting(let key, let found, let supported, let file):
            "\(file): \(key) \(found) is not supported; supported: \(supported)."
        case .targetExists(let path):
            "\(path): already exists and is not an empty folder. Choose another place or remove it."
        case .unwritable(let file, let reason):
            "\(file): cannot be written: \(reason)."
        case .inconsistent(let name, let file, let reason):
            "\(file): tensor \(name.quoted) cannot be written: \(reason)."
        default:
            "the checkpoint cannot be used"
        }
    }
}
