import Foundation

@testable import Engine

/// A folder that is removed with the value that owns it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "qpx-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file into the folder.
    @discardableResult
    func write(_ name: String, _ data: Data) throws -> URL {
        let file = url.appending(path: name)
        try data.write(to: file)
        return file
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> URL { try write(name, Data(text.utf8)) }
}

/// The bytes of a safetensors file from its header's text, without any check.
func safetensors(header: String, claimedLength: UInt64? = nil, data: Data = Data()) -> Data {
    var bytes = Data()
    withUnsafeBytes(of: (claimedLength ?? UInt64(header.utf8.count)).littleEndian) { bytes.append(contentsOf: $0) }
    return bytes + Data(header.utf8) + data
}

/// The bytes of a safetensors file of float32 tensors, each filled with `value(name)`.
func safetensors(_ tensors: [(name: String, shape: [Int])], value: (String) -> Float = { _ in 0.5 }) -> Data {
    var entries: [String] = []
    var data = Data()
    for (name, shape) in tensors {
        let begin = data.count
        for _ in 0..<shape.reduce(1, *) {
            withUnsafeBytes(of: value(name).bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        entries.append(#""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(begin),\#(data.count)]}"#)
    }
    return safetensors(header: "{\(entries.joined(separator: ","))}", data: data)
}

/// A configuration small enough for tests, with other widths in each layer.
let smallConfiguration = ModelConfiguration(
    hidden: 8, headDimension: 4, vocabulary: 11, contextLength: 32, isTied: false,
    layers: [.init(heads: 4, keyValueHeads: 2, intermediate: 6), .init(heads: 2, keyValueHeads: 1, intermediate: 5)])

let smallConfigurationText = """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 8, "head_dim": 4, "vocab_size": 11,
     "num_hidden_layers": 2, "num_attention_heads": [4, 2], "num_key_value_heads": [2, 1],
     "intermediate_size": [6, 5], "max_position_embeddings": 32, "rms_norm_eps": 1e-05}
    """
