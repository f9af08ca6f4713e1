import Foundation
import Testing

@testable import Engine

@Suite("Writing a checkpoint") struct CheckpointWriterTests {
    private func sources(_ configuration: ModelConfiguration, type: ElementType = .bfloat16) -> [TensorSource] {
        Checkpoint.expectedTensors(configuration).map { name, shape in
            TensorSource(name: name, elementType: type, shape: shape) {
                [Float](repeating: 0.5, count: shape.reduce(1, *))
            }
        }
    }

    @Test("makes a folder that opens and holds all that was given") func writes() throws {
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", "{\"a\": 1}")
        try folder.write("generation_config.json", "{}")
        let target = folder.url.appending(path: "new/model/")
        let codes = TensorSource(name: "codes", dtype: "U8", shape: [2]) { [1, 2] }
        try CheckpointWriter.write(
            configuration: smallConfiguration, tensors: sources(smallConfiguration) + [codes], to: target,
            copyingTokenizerFrom: folder.url, extraFiles: [("allocation.json", Data("[]".utf8))])
        let checkpoint = try Checkpoint.open(directory: target)
        #expect(checkpoint.configuration == smallConfiguration)
        #expect(try checkpoint.rawTensor("codes").withUnsafeBytes { Array($0) } == [1, 2])
        #expect(checkpoint.byteCount == 2 * smallConfiguration.parameterCount + 2)
        #expect(try Data(contentsOf: target.appending(path: "tokenizer.json")) == Data("{\"a\": 1}".utf8))
        let contents = try FileManager.default.contentsOfDirectory(atPath: target.path).sorted()
        #expect(
            contents
                == ["allocation.json", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "new").path) == ["model"])
    }

    @Test("fills an empty folder, refuses one that holds something or a file") func occupied() throws {
        let folder = try TemporaryFolder()
        let empty = folder.url.appending(path: "empty")
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
        let tensors = sources(smallConfiguration)
        try CheckpointWriter.write(configuration: smallConfiguration, tensors: tensors, to: empty)
        try Checkpoint.open(directory: empty).check()
        #expect(throws: CheckpointError.targetExists(path: empty.path)) {
            try CheckpointWriter.write(configuration: smallConfiguration, tensors: tensors, to: empty)
        }
        let file = try folder.write("file", "x")
        #expect(throws: CheckpointError.targetExists(path: file.path)) {
            try CheckpointWriter.write(configuration: smallConfiguration, tensors: tensors, to: file)
        }
    }

    @Test("that fails leaves nothing behind") func fails() throws {
        let folder = try TemporaryFolder()
        let bad = TensorSource(name: "bad", dtype: "U8", shape: [5]) { [] }
        #expect(throws: CheckpointError.self) {
            try CheckpointWriter.write(
                configuration: smallConfiguration, tensors: sources(smallConfiguration) + [bad],
                to: folder.url.appending(path: "model"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }
}

@Suite("Writing config.json") struct ConfigurationWriterTests {
    private func readBack(_ text: String) throws -> ModelConfiguration {
        let folder = try TemporaryFolder()
        return try ConfigurationReader.read(folder.write("config.json", text))
    }

    static let configurations = [
        smallConfiguration,
        ModelConfiguration(
            hidden: 64, headDimension: 8, vocabulary: 512, contextLength: 512, ropeTheta: 5e5, normEpsilon: 1e-6,
            isTied: true, layers: Array(repeating: .init(heads: 8, keyValueHeads: 4, intermediate: 172), count: 3),
            bosTokenID: 1, eosTokenID: 2, padTokenID: 0),
    ]

    @Test("comes back as it was, with and without a source", arguments: configurations)
    func roundTrip(configuration: ModelConfiguration) throws {
        #expect(try readBack(ConfigurationWriter.text(configuration)) == configuration)
        let folder = try TemporaryFolder()
        for other in Self.configurations {
            let source = try folder.write("config.json", ConfigurationWriter.text(other))
            #expect(try readBack(ConfigurationWriter.text(configuration, source: source)) == configuration)
        }
    }

    @Test("writes one number where all layers are equal, else a list") func widths() throws {
        let text = try ConfigurationWriter.text(smallConfiguration)
        #expect(text.contains("\"num_attention_heads\": [\n    4,\n    2\n  ]"))
        #expect(try ConfigurationWriter.text(Self.configurations[1]).contains("\"intermediate_size\": 172,"))
    }

    @Test("keeps what the source says beyond the configuration") func unknownKeys() throws {
        let folder = try TemporaryFolder()
        let source = try folder.write(
            "config.json",
            """
            {
              "torch_dtype": "bfloat16",
              "architectures": [
                "LlamaForCausalLM"
              ],
              "initializer_range": 0.020,
              "hidden_size": 8,
              "intermediate_size": 6,
              "num_hidden_layers": 1,
              "num_attention_heads": 2,
              "vocab_size": 11,
              "eos_token_id": [
                2,
                3
              ],
              "pad_token_id": -1,
              "rope_parameters": {
                "rope_theta": 5e5,
                "rope_type": "default"
              }
            }

            """)
        var configuration = try ConfigurationReader.read(source)
        let same = try ConfigurationWriter.text(configuration, source: source)
        #expect(same.hasPrefix("{\n  \"torch_dtype\": \"bfloat16\",\n"))
        for kept in ["\"initializer_range\": 0.020", "    2,\n    3\n", "\"pad_token_id\": -1", "\"rope_theta\": 5e5"] {
            #expect(same.contains(kept), "\(kept)")
        }
        configuration.ropeTheta = 10_000
        configuration.layers[0].intermediate = 5
        let changed = try ConfigurationWriter.text(configuration, source: source)
        #expect(try readBack(changed) == configuration)
        #expect(!changed.contains("5e5"))
    }
}
