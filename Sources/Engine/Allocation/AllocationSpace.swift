/// Everything an allocation can be: the precisions to choose from, the layers, and the exact bytes of each pair.
///
/// Inside the search an allocation is a list of choice indices, one per layer (`[layers]`, each in
/// `0 ..< choices.count`, ascending by bits); `indices(of:)` and `allocation(of:)` convert.
public struct AllocationSpace: Sendable, Equatable {
    /// A precision that a layer may have.
    public struct Choice: Sendable, Hashable {
        /// Name of the precision, such as "nf4".
        public let name: String
        /// Bits of one code, without scales.
        public let bits: Int

        /// A choice of that name and width.
        public init(name: String, bits: Int) {
            self.name = name
            self.bits = bits
        }
    }

    /// Precisions to choose from, ascending by bits.
    public let choices: [Choice]
    /// Bytes of each layer at each choice, scales included, `[layer][choice]`.
    public let layerBytes: [[Int]]
    /// Number of quantized weights of each layer, `[layers]`.
    public let layerWeights: [Int]
    /// Bytes of what is not quantized: embedding, norms, output head.
    public let fixedBytes: Int
    /// Total bytes of the smallest allocation.
    public let minimumBytes: Int
    /// Total bytes of the largest allocation.
    public let maximumBytes: Int
    /// Number of weights in all layers.
    public let quantizedWeights: Int

    /// A space; sizes must be non-negative and add up within an integer.
    public init(
        choices: [Choice], layerBytes: [[Int]], layerWeights: [Int], fixedBytes: Int = 0
    ) throws(AllocationError) {
        guard !choices.isEmpty else { throw .noChoices }
        guard !layerBytes.isEmpty else { throw .noLayers }
        for (previous, next) in zip(choices, choices.dropFirst()) where next.bits < previous.bits {
            throw .choicesNotAscending(name: next.name, bits: next.bits, previousBits: previous.bits)
        }
        var names = Set<String>()
        for choice in choices where !names.insert(choice.name).inserted { throw .repeatedChoice(name: choice.name) }
        guard layerWeights.count == layerBytes.count else {
            throw .sizeCount(layer: layerBytes.count, found: layerWeights.count, expected: layerBytes.count)
        }
        guard fixedBytes >= 0 else { throw .sizeOutOfRange(layer: 0) }
        var smallest = fixedBytes
        var largest = fixedBytes
        var weights = 0
        for (layer, sizes) in layerBytes.enumerated() {
            guard sizes.count == choices.count, let least = sizes.min(), let most = sizes.max() else {
                throw .sizeCount(layer: layer, found: sizes.count, expected: choices.count)
            }
            let (sum, sumOverflow) = largest.addingReportingOverflow(most)
            let (count, countOverflow) = weights.addingReportingOverflow(layerWeights[layer])
            guard least >= 0, layerWeights[layer] >= 0, !sumOverflow, !countOverflow else {
                throw .sizeOutOfRange(layer: layer)
            }
            smallest += least
            largest = sum
            weights = count
        }
        self.choices = choices
        self.layerBytes = layerBytes
        self.layerWeights = layerWeights
        self.fixedBytes = fixedBytes
        minimumBytes = smallest
        maximumBytes = largest
        quantizedWeights = weights
    }

    /// Number of layers.
    public var layers: Int { layerBytes.count }

    /// Total bytes of an allocation given by choice indices, fixed bytes included.
    public func bytes(of indices: [Int]) -> Int {
        precondition(indices.count == layers, "one choice per layer")
        var sum = fixedBytes
        for layer in 0..<layers { sum += layerBytes[layer][indices[layer]] }
        return sum
    }

    /// Total bytes of an allocation, fixed bytes included.
    public func bytes(of allocation: Allocation) throws(AllocationError) -> Int {
        bytes(of: try indices(of: allocation))
    }

    /// Mean bits per quantized weight at that total size, scales included; 0 if nothing is quantized.
    public func bitsPerWeight(totalBytes: Int) -> Double {
        quantizedWeights == 0 ? 0 : 8 * Double(totalBytes - fixedBytes) / Double(quantizedWeights)
    }

    /// Choice index of each layer.
    public func indices(of allocation: Allocation) throws(AllocationError) -> [Int] {
        guard allocation.layers == layers else { throw .layerCount(found: allocation.layers, expected: layers) }
        var result: [Int] = []
        result.reserveCapacity(layers)
        for (layer, name) in allocation.precisions.enumerated() {
            guard let index = choices.firstIndex(where: { $0.name == name }) else {
                throw .unknownPrecision(name: name, layer: layer, known: choices.map(\.name))
            }
            result.append(index)
        }
        return result
    }

    /// The allocation of these choice indices.
    public func allocation(of indices: [Int]) -> Allocation {
        precondition(indices.count == layers, "one choice per layer")
        return Allocation(indices.map { choices[$0].name })
    }

    /// The bits of each layer in groups of four, "8844 4488"; 16 bits are written F, an unknown name is written "?".
    public func compactText(of allocation: Allocation) -> String {
        var text = ""
        for (layer, name) in allocation.precisions.enumerated() {
            if layer > 0, layer % 4 == 0 { text += " " }
            switch choices.first(where: { $0.name == name })?.bits {
            case .some(16): text += "F"
            case .some(let bits) where bits < 10: text += String(bits)
            default: text += "?"
            }
        }
        return text
    }

    /// Choice index of each layer's smallest size; the first of equals.
    var smallestIndices: [Int] {
        layerBytes.map { sizes in
            var best = 0
            for choice in 1..<max(1, sizes.count) where sizes[choice] < sizes[best] { best = choice }
            return best
        }
    }

    /// Whether no layer can take a choice of more bits and more bytes without passing `budgetBytes`.
    func isMaximal(_ indices: [Int], bytes: Int, budgetBytes: Int) -> Bool {
        for layer in 0..<layers {
            let size = layerBytes[layer][indices[layer]]
            for choice in indices[layer] + 1..<max(choices.count, indices[layer] + 1)
            where layerBytes[layer][choice] > size && bytes - size + layerBytes[layer][choice] <= budgetBytes {
                return false
            }
        }
        return true
    }
}
