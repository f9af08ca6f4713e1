/// Everything an allocation can be: the precisions to choose from, the units, and the exact bytes of each pair.
///
/// A unit is what has one precision: a layer, or a module (one of a layer's seven projections). Inside the search an
/// allocation is a list of choice indices, one per unit (`[units]`, each in `0 ..< choices.count`, ascending by bits);
/// `indices(of:)` and `allocation(of:)` convert. Several choices may have the same bits.
public struct AllocationSpace: Sendable, Equatable {
    /// What has a precision of its own.
    public enum Granularity: String, Sendable, CaseIterable, Codable {
        /// All seven projections of a layer together.
        case layer
        /// Each projection: unit 7·l + p is projection p (in the order of `Projection.allCases`) of layer l.
        case module

        /// Units in a layer.
        public var unitsPerLayer: Int { self == .layer ? 1 : Projection.allCases.count }
    }

    /// A precision that a unit may have.
    public struct Choice: Sendable, Hashable {
        /// Name of the precision, such as "nf4".
        public let name: String
        /// Bits of one code, without scales.
        public let bits: Int
        /// The bits that its errors are worth, which tells choices of the same bits apart: half as much error (the root of
        /// the mean square) is one bit more. `bits` where no other choice has as many.
        public let effectiveBits: Double

        /// A choice of that name and width.
        public init(name: String, bits: Int, effectiveBits: Double? = nil) {
            self.name = name
            self.bits = bits
            self.effectiveBits = effectiveBits ?? Double(bits)
        }
    }

    /// Precisions to choose from, ascending by bits.
    public let choices: [Choice]
    /// What a unit is.
    public let granularity: Granularity
    /// Bytes of each unit at each choice, scales included, `[unit][choice]`.
    public let unitBytes: [[Int]]
    /// Number of quantized weights of each unit, `[units]`.
    public let unitWeights: [Int]
    /// Bytes of what is not quantized: embedding, norms, output head.
    public let fixedBytes: Int
    /// Total bytes of the smallest allocation.
    public let minimumBytes: Int
    /// Total bytes of the largest allocation.
    public let maximumBytes: Int
    /// Number of weights in all units.
    public let quantizedWeights: Int

    /// A space; sizes must be non-negative and add up within an integer.
    public init(
        choices: [Choice], unitBytes: [[Int]], unitWeights: [Int], fixedBytes: Int = 0,
        granularity: Granularity = .layer
    ) throws(AllocationError) {
        guard !choices.isEmpty else { throw .noChoices }
        guard !unitBytes.isEmpty else { throw .noLayers }
        guard unitBytes.count % granularity.unitsPerLayer == 0 else { throw .partialLayer(units: unitBytes.count) }
        for (previous, next) in zip(choices, choices.dropFirst()) where next.bits < previous.bits {
            throw .choicesNotAscending(name: next.name, bits: next.bits, previousBits: previous.bits)
        }
        var names = Set<String>()
        for choice in choices where !names.insert(choice.name).inserted { throw .repeatedChoice(name: choice.name) }
        guard unitWeights.count == unitBytes.count else {
            throw .sizeCount(unit: unitBytes.count, found: unitWeights.count, expected: unitBytes.count)
        }
        guard fixedBytes >= 0 else { throw .sizeOutOfRange(unit: 0) }
        var smallest = fixedBytes
        var largest = fixedBytes
        var weights = 0
        for (unit, sizes) in unitBytes.enumerated() {
            guard sizes.count == choices.count, let least = sizes.min(), let most = sizes.max() else {
                throw .sizeCount(unit: unit, found: sizes.count, expected: choices.count)
            }
            let (sum, sumOverflow) = largest.addingReportingOverflow(most)
            let (count, countOverflow) = weights.addingReportingOverflow(unitWeights[unit])
            guard least >= 0, unitWeights[unit] >= 0, !sumOverflow, !countOverflow else {
                throw .sizeOutOfRange(unit: unit)
            }
            smallest += least
            largest = sum
            weights = count
        }
        self.choices = choices
        self.granularity = granularity
        self.unitBytes = unitBytes
        self.unitWeights = unitWeights
        self.fixedBytes = fixedBytes
        minimumBytes = smallest
        maximumBytes = largest
        quantizedWeights = weights
    }

    /// Number of units.
    public var units: Int { unitBytes.count }

    /// Number of layers.
    public var layers: Int { units / granularity.unitsPerLayer }

    /// Total bytes of an allocation given by choice indices, fixed bytes included.
    public func bytes(of indices: [Int]) -> Int {
        precondition(indices.count == units, "one choice per unit")
        var sum = fixedBytes
        for unit in 0..<units { sum += unitBytes[unit][indices[unit]] }
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

    /// Choice index of each unit.
    /// - Throws: `AllocationError` unless the allocation has as many layers and its precisions are among the choices; an
    ///   allocation that splits a layer has no place in a space of whole layers.
    public func indices(of allocation: Allocation) throws(AllocationError) -> [Int] {
        guard allocation.layers == layers else { throw .layerCount(found: allocation.layers, expected: layers) }
        var result: [Int] = []
        result.reserveCapacity(units)
        for layer in 0..<layers {
            let names =
                granularity == .layer ? [allocation.precisions[layer]] : allocation.modulePrecisions(layer: layer)
            for name in names {
                guard let index = choices.firstIndex(where: { $0.name == name }) else {
                    throw .unknownPrecision(name: name, layer: layer, known: choices.map(\.name))
                }
                result.append(index)
            }
        }
        return result
    }

    /// The allocation of these choice indices.
    public func allocation(of indices: [Int]) -> Allocation {
        precondition(indices.count == units, "one choice per unit")
        let width = granularity.unitsPerLayer
        return Allocation(
            (0..<layers).map { layer in
                indices[width * layer..<width * (layer + 1)].map { choices[$0].name }.joined(separator: "/")
            })
    }

    /// What is known of layers, for units: a module inherits the value of its layer, whatever its size.
    /// - Parameter values: `[layers]`.
    /// - Returns: `[units]`.
    public func inherited<Value>(_ values: [Value]) -> [Value] {
        precondition(values.count == layers, "one value per layer")
        return values.flatMap { [Value](repeating: $0, count: granularity.unitsPerLayer) }
    }

    /// Choice index of each unit's smallest size; the first of equals.
    var smallestIndices: [Int] {
        unitBytes.map { sizes in
            var best = 0
            for choice in 1..<max(1, sizes.count) where sizes[choice] < sizes[best] { best = choice }
            return best
        }
    }

    /// Whether no unit can take a choice of more bits and more bytes without passing `budgetBytes`.
    func isMaximal(_ indices: [Int], bytes: Int, budgetBytes: Int) -> Bool {
        for unit in 0..<units {
            let size = unitBytes[unit][indices[unit]]
            for choice in indices[unit] + 1..<max(choices.count, indices[unit] + 1)
            where unitBytes[unit][choice] > size && bytes - size + unitBytes[unit][choice] <= budgetBytes {
                return false
            }
        }
        return true
    }
}
