/// How one packed tensor is read.
struct PackedTensorDescription: Codable {
    /// How a code becomes a number.
    enum Coding: String, Codable {
        case table, linear8, integer8, uniform
    }

    /// How the scales are held.
    enum Scales: String, Codable {
        case float32, float16
        case doubleQuantized = "double_quantized"
    }

    let precision: String
    let bits: Int
    let blockSize: Int
    /// For `table`.
    let table: [Float]?
    /// `nil`: a table if there is one, else linear 8-bit codes.
    let coding: Coding?
    /// `nil`: float32.
    let scales: Scales?

    init(_ packed: PackedWeights) {
        precision = packed.precision
        bits = packed.bits
        blockSize = packed.blockSize
        switch packed.coding {
        case .table(let entries): (table, coding) = (entries, nil)
        case .linear8: (table, coding) = (nil, nil)
        case .integer8: (table, coding) = (nil, .integer8)
        case .uniform: (table, coding) = (nil, .uniform)
        }
        switch packed.scales {
        case .float32: scales = nil
        case .float16: scales = .float16
        case .doubleQuantized: scales = .doubleQuantized
        }
    }

    /// Whether version 1 could not say this.
    var needsVersion2: Bool { coding != nil || scales != nil || (table != nil && bits == 8) }

    private enum CodingKeys: String, CodingKey {
        case precision, bits, table, coding, scales
        case blockSize = "block_size"
    }

    /// Far above every block in use, and low enough that sums with it don't overflow.
    private static let largestBlock = 1 << 40

    /// The coding, checked; `nil` if the parts of the description don't fit together.
    private var checkedCoding: PackedWeights.Coding? {
        let found: PackedWeights.Coding
        switch (coding, table) {
        case (nil, let table?), (.table, let table?): found = .table(table)
        case (nil, nil), (.linear8, nil): found = .linear8
        case (.integer8, nil): found = .integer8
        case (.uniform, nil): found = .uniform
        default: return nil
        }
        guard PackedWeights.fits(found, bits: bits), (1...Self.largestBlock).contains(blockSize) else { return nil }
        guard found != .uniform || (scales ?? .float32) == .float32 else { return nil }
        return found
    }

    /// Where the parts of a packed tensor lie in the files, checked against its shape; nothing is read yet.
    struct Parts {
        let coding: PackedWeights.Coding
        let codes: RawTensor
        /// Numbers, or codes of numbers.
        let scales: RawTensor
        /// Scales of groups and offset, where scales are quantized.
        let second: (groups: StoredTensor, offset: StoredTensor)?

        /// Bytes held.
        var byteCount: Int {
            codes.byteCount + scales.byteCount + (second.map { $0.groups.raw.byteCount + $0.offset.raw.byteCount } ?? 0)
        }
    }

    /// The parts of a tensor.
    /// - Throws: `CheckpointError` if the description makes no sense, or codes or scales don't fit the shape.
    func parts(_ name: String, shape: MatrixShape, in checkpoint: Checkpoint) throws(CheckpointError) -> Parts {
        func invalid(_ reason: String) -> CheckpointError {
            .invalidTensor(name: name, file: LlamaModel.quantizationFile, reason: reason)
        }
        guard let coding = checkedCoding else {
            throw invalid("bits \(bits), block size \(blockSize), coding and table don't fit")
        }
        let isNameSafe = precision.utf8.allSatisfy { !" ,=/\n".utf8.contains($0) } && !precision.isEmpty
        guard isNameSafe else { throw invalid("'\(precision)' is no name of a precision") }
        let codes = try checkpoint.rawTensor(name + ".codes")
        guard codes.dtype == "U8", codes.byteCount == (shape.count * bits + 7) / 8 else {
            throw invalid("\(codes.byteCount) bytes of codes for \(shape.count) weights")
        }
        let count = PackedWeights.scaleCount(coding, count: shape.count, blockSize: blockSize)
        switch scales ?? .float32 {
        case .float32, .float16:
            let stored = try checkpoint.tensor(name + ".scales", shape: [count])
            guard stored.elementType == (scales == .float16 ? .float16 : .float32) else {
                throw invalid("scales of type \(stored.raw.dtype)")
            }
            return Parts(coding: coding, codes: codes, scales: stored.raw, second: nil)
        case .doubleQuantized:
            let stored = try checkpoint.rawTensor(name + ".scales")
            guard stored.dtype == "U8", stored.byteCount == count else {
                throw invalid("\(stored.byteCount) bytes of quantized scales for \(count) blocks")
            }
            let groups = BlockScale.blockCount(count, blockSize: DoubleQuantizedScales.groupSize)
            let second = (
                groups: try checkpoint.tensor(name + ".scales.scales", shape: [groups]),
                offset: try checkpoint.tensor(name + ".scales.offset", shape: [1])
            )
            guard second.groups.elementType == .float32, second.offset.elementType == .float32 else {
                throw invalid("scales of scales of type \(second.groups.raw.dtype)")
            }
            return Parts(coding: coding, codes: codes, scales: stored, second: second)
        }
    }

    /// The packed weights of a tensor.
    /// - Throws: what `parts` throws, or `CheckpointError.invalidTensor` if a scale or an entry is not a finite number.
    func weights(_ name: String, shape: MatrixShape, in checkpoint: Checkpoint) throws(CheckpointError) -> PackedWeights
    {
        let parts = try parts(name, shape: shape, in: checkpoint)
        let held: BlockScales
        if let second = parts.second {
            held = .doubleQuantized(
                DoubleQuantizedScales(
                    codes: parts.scales.withUnsafeBytes { [UInt8]($0) }, groupScales: second.groups.floats(),
                    offset: second.offset.floats()[0]))
        } else {
            let values = try StoredTensor(parts.scales).floats()
            held = scales == .float16 ? .float16(values.map(FloatCoding.half)) : .float32(values)
        }
        guard held.values.allSatisfy(\.isFinite) else {
            throw .invalidTensor(name: name, file: LlamaModel.quantizationFile, reason: "a scale is not finite")
        }
        if case .table(let entries) = parts.coding, !entries.allSatisfy(\.isFinite) {
            throw .invalidTensor(
                name: name, file: LlamaModel.quantizationFile, reason: "an entry of its table is not finite")
        }
        return PackedWeights(
            precision: precision, bits: bits, blockSize: blockSize, coding: parts.coding, rows: shape.rows,
            columns: shape.columns, codes: parts.codes.withUnsafeBytes { [UInt8]($0) }, scales: held)
    }

    /// The tensors that hold a packed matrix.
    static func sources(_ name: String, _ packed: PackedWeights) -> [TensorSource] {
        let codes = TensorSource(name: name + ".codes", dtype: "U8", shape: [packed.codes.count]) { packed.codes }
        let count = packed.scales.count
        switch packed.scales {
        case .float32(let values):
            return [codes, TensorSource(name: name + ".scales", elementType: .float32, shape: [count]) { values }]
        case .float16(let patterns):
            return [
                codes,
                TensorSource(name: name + ".scales", elementType: .float16, shape: [count]) {
                    patterns.map(FloatCoding.float(half:))
                },
            ]
        case .doubleQuantized(let scales):
            return [
                codes, TensorSource(name: name + ".scales", dtype: "U8", shape: [count]) { scales.codes },
                TensorSource(
                    name: name + ".scales.scales", elementType: .float32, shape: [scales.groupScales.count]
                ) { scales.groupScales },
                TensorSource(name: name + ".scales.offset", elementType: .float32, shape: [1]) { [scales.offset] },
            ]
        }
    }
}
