import Foundation
import Testing

@testable import Engine

@Suite("Reading config.json") struct ConfigurationReaderTests {
    static let smallest = """
        {"architectures": ["LlamaForCausalLM"], "hidden_size": 64, "intermediate_size": 172, "num_hidden_layers": 2,
         "num_attention_heads": 8, "vocab_size": 512
        """

    private func read(_ settings: String, base: String = smallest) throws -> ModelConfiguration {
        let folder = try TemporaryFolder()
        let text = base + (settings.isEmpty ? "}" : ", \(settings)}")
        return try ConfigurationReader.read(folder.write("config.json", text))
    }

    @Test("fills in the defaults of the format") func defaults() throws {
        let configuration = try read("")
        let layer = ModelConfiguration.Layer(heads: 8, keyValueHeads: 8, intermediate: 172)
        #expect(
            configuration
                == ModelConfiguration(
                    hidden: 64, headDimension: 8, vocabulary: 512, contextLength: 2048, normEpsilon: 1e-6,
                    layers: [layer, layer]))
    }

    @Test("takes what is said") func values() throws {
        let configuration = try read(
            """
            "num_key_value_heads": 2, "head_dim": 16, "rms_norm_eps": 1e-05, "rope_theta": 500000.0,
            "max_position_embeddings": 4096, "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": [2, 3],
            "pad_token_id": null, "rope_scaling": null, "hidden_act": "silu", "attention_bias": false
            """)
        #expect(configuration.layers[1] == .init(heads: 8, keyValueHeads: 2, intermediate: 172))
        #expect(configuration.headDimension == 16)
        #expect(configuration.normEpsilon == 1e-5)
        #expect(configuration.ropeTheta == 500_000)
        #expect(configuration.contextLength == 4096)
        #expect(configuration.isTied)
        #expect(configuration.bosTokenID == 1)
        #expect(configuration.eosTokenID == 2)
        #expect(configuration.padTokenID == nil)
    }

    @Test(
        "finds the rotary base where newer files keep it",
        arguments: [
            "\"rope_parameters\": {\"rope_theta\": 1e6, \"rope_type\": \"default\"}",
            "\"rope_scaling\": {\"rope_theta\": 1000000.0, \"type\": \"default\"}",
            "\"rope_theta\": 1000000",
        ])
    func rotaryBase(settings: String) throws {
        #expect(try read(settings).ropeTheta == 1_000_000)
    }

    @Test("takes a list with one entry per layer") func perLayer() throws {
        let folder = try TemporaryFolder()
        let url = try folder.write("config.json", smallConfigurationText)
        #expect(try ConfigurationReader.read(url) == smallConfiguration)
    }

    @Test(
        "refuses what is not implemented by its name",
        arguments: [
            ("\"model_type\": \"mistral\"", "model_type 'mistral' is not supported"),
            ("\"hidden_act\": \"gelu\"", "hidden_act 'gelu' is not supported"),
            ("\"model_type\": \"phi3\"", "model_type 'phi3' is not supported"),
            ("\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}", "rope_scaling type 'dynamic'"),
            ("\"rope_parameters\": {\"rope_type\": \"yarn\"}", "rope_parameters type 'yarn'"),
            ("\"partial_rotary_factor\": 0.5", "partial_rotary_factor 0.5"),
            ("\"quantization_config\": {\"quant_method\": \"gptq\"}", "quantization_config 'gptq'"),
        ])
    func unsupported(settings: String, message: String) throws {
        let error = try #require(throws: CheckpointError.self) { try read(settings) }
        #expect(error.description.contains(message), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test("refuses another architecture by its name") func architecture() throws {
        let error = try #require(throws: CheckpointError.self) {
            try read("", base: Self.smallest.replacing("LlamaForCausalLM", with: "Gemma2ForCausalLM"))
        }
        #expect(error.description.contains("architecture 'Gemma2ForCausalLM' is not supported"))
        let none = try #require(throws: CheckpointError.self) { try read("", base: "{\"hidden_size\": 1") }
        #expect(none.description.contains("'architectures' is missing"))
    }

    @Test("names what is missing of Llama 3's scaling") func scaling() throws {
        let error = try #require(throws: CheckpointError.self) {
            try read("\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8}")
        }
        #expect(error.description.contains("'rope_scaling.low_freq_factor' is missing"))
    }

    @Test(
        "knows what an architecture means where the file is silent",
        arguments: [
            ("MistralForCausalLM", 8, 131_072, 4096), ("Qwen2ForCausalLM", 32, 32_768, nil),
            ("Qwen3ForCausalLM", 32, 32_768, nil), ("SmolLM3ForCausalLM", 4, 32_768, nil),
            ("LlamaForCausalLM", 64, 2048, nil),
        ] as [(String, Int, Int, Int?)])
    func defaults(name: String, keyValueHeads: Int, context: Int, window: Int?) throws {
        let text = """
            {"architectures": ["\(name)"], "hidden_size": 64, "vocab_size": 512, "num_hidden_layers": 1,
             "intermediate_size": 8, "num_attention_heads": 64, "head_dim": 2}
            """
        let folder = try TemporaryFolder()
        let read = try ConfigurationReader.read(folder.write("config.json", text))
        #expect(read.layers.first?.keyValueHeads == keyValueHeads)
        #expect(read.layers.first?.window == window)
        #expect(read.contextLength == context)
    }

    @Test(
        "refuses numbers that make no sense",
        arguments: [
            ("\"head_dim\": 0", "head_dim is 0"), ("\"head_dim\": 7", "an even number"),
            ("\"num_key_value_heads\": 3", "a divisor of its 8"),
            ("\"num_key_value_heads\": [8]", "one entry for each"),
            ("\"num_key_value_heads\": [8, -1]", "num_key_value_heads is -1"),
            ("\"intermediate_size\": [1, 2, 3]", "intermediate_size is a list of 3"),
            ("\"num_hidden_layers\": 99999999999", "num_hidden_layers is 99999999999"),
            ("\"num_hidden_layers\": 1e1", "num_hidden_layers is 1e1"), ("\"vocab_size\": \"x\"", "vocab_size is 'x'"),
            ("\"hidden_size\": 9223372036854775807", "hidden_size is 9223372036854775807"),
            ("\"hidden_size\": 60", "an even multiple of the 8"), ("\"rms_norm_eps\": 0", "rms_norm_eps is 0"),
            ("\"rope_theta\": -1", "rope_theta is -1"), ("\"rope_theta\": 1e999", "rope_theta is 1e999"),
            ("\"tie_word_embeddings\": 1", "tie_word_embeddings is 1"),
            ("\"bos_token_id\": 512", "bos_token_id is 512"),
            ("\"eos_token_id\": []", "eos_token_id is null"),
        ])
    func invalid(settings: String, message: String) throws {
        let error = try #require(throws: CheckpointError.self) { try read(settings) }
        #expect(error.description.contains(message), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test(
        "refuses what is missing by its name",
        arguments: ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size"])
    func missing(key: String) throws {
        let error = try #require(throws: CheckpointError.self) {
            try read("", base: Self.smallest.replacing("\"\(key)\"", with: "\"other\""))
        }
        #expect(error.description.contains("'\(key)' is missing"))
    }
}
