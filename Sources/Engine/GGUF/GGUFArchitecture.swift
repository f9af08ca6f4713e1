/// Which of a GGUF runtime's architectures computes what a model does.
///
/// "llama" and its like take the widths of their first layer for all; "deci" reads them layer by layer and is otherwise
/// LLaMA's block, optional biases included. Source: llama.cpp's model classes.
struct GGUFArchitecture: Sendable, Equatable {
    /// `general.architecture`.
    let name: String
    /// Whether rotary pairs are neighbours (2i, 2i + 1) and not halves (i, i + d/2), so that the rows of queries and keys
    /// have to be put in that order.
    let isPaired: Bool

    static let llama = GGUFArchitecture(name: "llama", isPaired: true)
    static let deci = GGUFArchitecture(name: "deci", isPaired: true)
    static let qwen2 = GGUFArchitecture(name: "qwen2", isPaired: false)
    static let qwen3 = GGUFArchitecture(name: "qwen3", isPaired: false)
    static let smollm3 = GGUFArchitecture(name: "smollm3", isPaired: true)

    /// Those that can be read.
    static let all = [llama, deci, qwen2, qwen3, smollm3]

    /// The architecture for a model.
    /// - Throws: `GGUFError.notExpressible` with what no architecture does.
    static func of(_ configuration: ModelConfiguration) throws(GGUFError) -> GGUFArchitecture {
        let isUniform = configuration.hasUniformWidths
        let isRotary = configuration.layers.map(\.isRotary)
        let everyFourth = isRotary.indices.map { ($0 + 1) % 4 != 0 }
        if isRotary.contains(false) {
            guard isUniform, isRotary == everyFourth, configuration.biases.isEmpty, !configuration.hasHeadNorms else {
                throw .notExpressible(
                    what: "layers without rotary positions other than every fourth of SmolLM 3's equal layers",
                    hint: "export with --format hf")
            }
            return .smollm3
        }
        if configuration.hasHeadNorms {
            guard isUniform, configuration.biases.isEmpty else {
                throw .notExpressible(
                    what: "a model with norms of queries and keys whose layers differ or have biases",
                    hint: "prune all layers alike, or export with --format hf --pad")
            }
            return .qwen3
        }
        guard isUniform else { return .deci }
        // llama.cpp's qwen2 takes heads for hidden / d; its llama does not, and has optional biases.
        let isFull = configuration.layers[0].heads * configuration.headDimension == configuration.hidden
        let isQwen = configuration.biases == [.query, .key, .value] && configuration.ropeScaling == nil
        return isQwen && isFull ? .qwen2 : .llama
    }
}

extension ModelConfiguration {
    /// Whether all layers have the same widths.
    public var hasUniformWidths: Bool {
        layers.allSatisfy {
            $0.heads == layers[0].heads && $0.keyValueHeads == layers[0].keyValueHeads
                && $0.intermediate == layers[0].intermediate
        }
    }
}

/// The order of rows within heads that rotate neighbouring pairs.
///
/// Row 2a + b of a head stands for row b · d/2 + a of the half-split layout, a < d/2, b < 2.
enum PairedRows {
    /// For every row in the file, the row of the half-split layout.
    static func order(rows: Int, headDimension d: Int) -> [Int] {
        (0..<rows).map { row in
            let (head, place) = (row / d, row % d)
            return head * d + place % 2 * (d / 2) + place / 2
        }
    }

    /// Rows in the file's order, from rows in the half-split order; a row is `length` elements.
    static func paired<Element>(_ elements: [Element], length: Int, headDimension: Int) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for row in order(rows: elements.count / length, headDimension: headDimension) {
            result.append(contentsOf: elements[row * length..<(row + 1) * length])
        }
        return result
    }

    /// The other way round.
    static func halves<Element>(_ elements: [Element], length: Int, headDimension: Int) -> [Element] {
        var result = elements
        for (place, row) in order(rows: elements.count / length, headDimension: headDimension).enumerated() {
            result.replaceSubrange(
                row * length..<(row + 1) * length, with: elements[place * length..<(place + 1) * length])
        }
        return result
    }
}

/// The names that GGUF files give their tensors.
enum GGUFName {
    static let embedding = "token_embd.weight"
    static let finalNorm = "output_norm.weight"
    static let head = "output.weight"
    /// What each of the rotary frequencies is divided by.
    static let rotaryDivisors = "rope_freqs.weight"

    static func projection(_ projection: Projection, layer: Int) -> String {
        module(projection, layer: layer) + ".weight"
    }

    static func vector(_ vector: BlockVector, layer: Int) -> String {
        switch vector {
        case .attentionNorm: "blk.\(layer).attn_norm.weight"
        case .mlpNorm: "blk.\(layer).ffn_norm.weight"
        case .queryNorm: "blk.\(layer).attn_q_norm.weight"
        case .keyNorm: "blk.\(layer).attn_k_norm.weight"
        case .bias(let projection): module(projection, layer: layer) + ".bias"
        }
    }

    private static func module(_ projection: Projection, layer: Int) -> String {
        let name =
            switch projection {
            case .query: "attn_q"
            case .key: "attn_k"
            case .value: "attn_v"
            case .output: "attn_output"
            case .gate: "ffn_gate"
            case .up: "ffn_up"
            case .down: "ffn_down"
            }
        return "blk.\(layer).\(name)"
    }
}
