import Foundation
import Testing

@testable import Engine

/// Tiny random models, made with Transformers by `scripts/golden/architectures.py`, and what it computes with them.
struct ArchitectureFixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static let names = [
        "llama-1", "llama-3", "llama-biases", "vicuna-16k", "smollm-2", "mistral", "mistral-nemo", "qwen-2",
        "qwen-2-windows", "qwen-3", "qwen-3-biases", "smollm-3",
    ]

    let url: URL
    let model: LlamaModel
    let golden: GoldenTensors
    let tokens: [Int32]

    init(_ name: String) throws {
        url = Self.folder.appending(path: name)
        model = try LlamaModel(checkpoint: Checkpoint.open(directory: url))
        golden = try GoldenTensors(file: url.appending(path: "golden.safetensors"))
        tokens = try golden.int32s("tokens")
    }
}

/// The largest difference, relative to the largest of the expected numbers.
func relativeDifference(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    let largest = expected.map(abs).max() ?? 0
    return (zip(found, expected).map { abs($0 - $1) }.max() ?? 0) / max(largest, .leastNormalMagnitude)
}

@Suite("Every architecture agrees with Transformers")
struct ArchitectureTests {
    @Test("in logits and loss", arguments: ArchitectureFixture.names)
    func logits(name: String) throws {
        let fixture = try ArchitectureFixture(name)
        let batch = TokenBatch([fixture.tokens])
        let difference = relativeDifference(
            try fixture.model.logits(batch).elements, try fixture.golden.floats("logits"))
        #expect(difference < 5e-6, "logits differ by \(difference)")
        let loss = try LossGradient(model: fixture.model).loss(batch)
        let expected = Double(try #require(try fixture.golden.floats("loss").first))
        #expect(abs(loss - expected) < 2e-6 * expected, "\(loss) against \(expected)")
    }

    @Test("in the gradients of weights, norms and biases", arguments: ArchitectureFixture.names)
    func gradients(name: String) throws {
        let fixture = try ArchitectureFixture(name)
        let model = fixture.model.trainable()
        try LossGradient(model: model).accumulate(TokenBatch([fixture.tokens]))
        let found = Dictionary(uniqueKeysWithValues: model.trainedParameters.map { ($0.name, $0.parameter) })
        let names = fixture.golden.names.filter { $0.hasPrefix("gradient.") }
        #expect(names.count >= 10)
        for name in names {
            let parameter = try #require(found[String(name.dropFirst("gradient.".count))], "\(name)")
            let difference = relativeDifference(
                parameter.gradientTensor.elements, try fixture.golden.floats(name))
            #expect(difference < 5e-5, "\(name) differs by \(difference)")
        }
    }

    @Test("and read token by token gives the same bits", arguments: ArchitectureFixture.names)
    func tokenByToken(name: String) throws {
        let fixture = try ArchitectureFixture(name)
        let whole = try fixture.model.logits(TokenBatch([fixture.tokens])).elements
        let width = fixture.model.configuration.vocabulary
        for first in [1, 13, 39] {
            let stream = TokenStream(model: fixture.model)
            var logits = try stream.read(Array(fixture.tokens.prefix(first)))
            for position in fixture.tokens.indices.dropFirst(first - 1) {
                #expect(logits == Array(whole[position * width..<(position + 1) * width]), "position \(position)")
                if position + 1 < fixture.tokens.count { logits = try stream.read([fixture.tokens[position + 1]]) }
            }
        }
    }

    @Test("and shares contexts to the same bits", arguments: ArchitectureFixture.names)
    func sharedContexts(name: String) throws {
        let fixture = try ArchitectureFixture(name)
        let scorer = LlamaScorer(model: fixture.model, parallelism: .serial)
        let context = Array(fixture.tokens.prefix(20))
        let requests = [[5, 6, 7], [8, 9], Array(fixture.tokens.dropFirst(20))].map {
            ScoringRequest(tokens: context + $0, targetStart: 20)
        }
        let together = try scorer.score(requests)
        for (request, result) in zip(requests, together) {
            #expect(try scorer.score([request]) == [result])
        }
    }

    @Test("and is pruned, saved and loaded as the same model", arguments: ArchitectureFixture.names)
    func pruned(name: String) throws {
        let fixture = try ArchitectureFixture(name)
        let batch = TokenBatch([fixture.tokens])
        for structure in ["block", "channel", "layer"] {
            let options = PruningOptions(ratio: 0.5, layers: 1..<3, structure: structure, importance: "l2")
            let pruned = try Pruner(options).prune(fixture.model, calibration: nil).model
            #expect(pruned.configuration != fixture.model.configuration)
            let folder = FileManager.default.temporaryDirectory.appending(path: "qpx-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try pruned.save(to: folder, source: Checkpoint.open(directory: fixture.url))
            let loaded = try LlamaModel(checkpoint: Checkpoint.open(directory: folder))
            #expect(loaded.configuration == pruned.configuration)
            #expect(try loaded.logits(batch) == pruned.logits(batch))
        }
    }
}
