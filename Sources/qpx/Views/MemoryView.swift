internal import Engine

/// What `qpx memory` says.
struct MemoryView {
    let original: ModelConfiguration
    let pruned: ModelConfiguration
    /// nil for 16-bit floats.
    let allocation: Allocation?
    let workload: MemoryWorkload
    let threads: Int
    let measured: MemoryMeasurement.Result?
    private let weights: WeightMemory
    private let methods: [Method]

    /// One of the paper's methods on a GPU.
    struct Method {
        let name: String
        let parameters: Int
        let weights: Int
        let inference: Int
        let recovery: Int?
    }

    init(
        original: ModelConfiguration, pruned: ModelConfiguration, allocation: Allocation?, workload: MemoryWorkload,
        threads: Int, measured: MemoryMeasurement.Result?
    ) throws {
        self.original = original
        self.pruned = pruned
        self.allocation = allocation
        self.workload = workload
        self.threads = threads
        self.measured = measured
        weights = try WeightMemory(pruned, allocation: allocation, normBytes: 2)
        methods = try Self.methods(original, pruned, allocation, workload)
    }

    private static func methods(
        _ original: ModelConfiguration, _ pruned: ModelConfiguration, _ allocation: Allocation?,
        _ workload: MemoryWorkload
    ) throws -> [Method] {
        let layers = pruned.layers.count
        func method(
            _ name: String, _ configuration: ModelConfiguration, _ allocation: Allocation?, recovers: Bool
        ) throws -> Method {
            let weights = try WeightMemory(configuration, allocation: allocation, normBytes: 2)
            let isQuantized = allocation != nil
            return Method(
                name: name, parameters: configuration.parameterCount, weights: weights.total,
                inference: AcceleratorMemory.inference(
                    configuration, weights: weights, isQuantized: isQuantized, workload
                ).total,
                recovery: recovers
                    ? AcceleratorMemory.recovery(
                        configuration, weights: weights, isQuantized: isQuantized, workload
                    ).total : nil)
        }
        // As many whole layers at int8, from the first on, as a quarter of the weights comes to.
        let quarter = pruned.projectionWeights / 4
        var used = 0
        let mixed = Allocation(
            pruned.layers.indices.map { layer in
                used += pruned.projectionWeights(ofLayer: layer)
                return used <= quarter ? "int8" : "nf4"
            })
        return [
            try method("intact, 16 bits", original, nil, recovers: true),
            try method("LLM-Pruner: pruned, 16 bits", pruned, nil, recovers: true),
            try method(
                "QPruner 1: pruned, nf4", pruned, Allocation(uniform: "nf4", layers: layers), recovers: true),
            try method(
                allocation == nil ? "QPruner 2, 3: pruned, mixed" : "QPruner 2, 3: pruned, as given", pruned,
                allocation ?? mixed, recovers: true),
        ]
    }

    private var gpu: (inference: MemoryEstimate, recovery: MemoryEstimate) {
        (
            AcceleratorMemory.inference(pruned, weights: weights, isQuantized: allocation != nil, workload),
            AcceleratorMemory.recovery(pruned, weights: weights, isQuantized: allocation != nil, workload)
        )
    }

    private var native: (inference: MemoryEstimate, recovery: MemoryEstimate)? {
        guard let weights = try? WeightMemory(pruned, allocation: allocation, normBytes: 4) else { return nil }
        let overhead = measured?.overhead ?? NativeMemory.fixedOverhead
        return (
            NativeMemory.inference(pruned, weights: weights, workload, threads: threads, overhead: overhead),
            NativeMemory.recovery(pruned, weights: weights, workload, overhead: overhead)
        )
    }

    private var bitsPerWeight: Double { 8 * Double(weights.projections) / Double(max(1, pruned.projectionWeights)) }

    /// The result with stable keys.
    var json: JSONValue {
        func estimate(_ estimate: MemoryEstimate) -> JSONValue {
            [
                "total": .int(estimate.total),
                "parts": .object(estimate.parts.map { (Self.key($0.name), .int($0.bytes)) }),
            ]
        }
        func pair(_ pair: (inference: MemoryEstimate, recovery: MemoryEstimate)?) -> JSONValue {
            guard let pair else { return .null }
            return ["inference": estimate(pair.inference), "recovery": estimate(pair.recovery)]
        }
        return [
            "parameters_before": .int(original.parameterCount), "parameters": .int(pruned.parameterCount),
            "parameters_removed": .number(original.parametersRemoved(by: pruned)),
            "adapter_parameters": .int(workload.adapterParameters(pruned)),
            "allocation": allocation.map { .array($0.precisions.map(JSONValue.string)) } ?? .null,
            "weights": [
                "projections": .int(weights.projections), "embedding": .int(weights.embedding),
                "head": .int(weights.head), "norms": .int(weights.norms), "total": .int(weights.total),
                "bits_per_weight": .number(bitsPerWeight),
            ],
            "loaded_16_bit": .int(CachingAllocator.loaded(pruned)), "gpu": pair(gpu), "qpx": pair(native),
            "methods": .array(
                methods.map {
                    [
                        "method": .string($0.name), "parameters": .int($0.parameters), "weights": .int($0.weights),
                        "inference": .int($0.inference), "recovery": .optional($0.recovery),
                    ]
                }),
            "measured": measured.map {
                ["overhead": .int($0.overhead), "inference": .int($0.inference), "recovery": .int($0.recovery)]
            } ?? .null,
        ]
    }

    /// Tables for people.
    func write(to console: Console) throws(Failure) {
        var facts = FactTable(title: "Weights")
        let removed = original.parametersRemoved(by: pruned)
        facts.add(
            "parameters",
            NumberText.grouped(pruned.parameterCount)
                + (removed > 0
                    ? " of \(NumberText.grouped(original.parameterCount)), \(NumberText.percent(removed, 2)) % removed"
                    : ""))
        facts.add("allocation", allocation.map { AllocationMap.text($0) } ?? "16 bits")
        facts.add("bits per weight", "\(NumberText.fixed(bitsPerWeight, 3)) in the layers, scales included")
        facts.add("weights", ByteText.exact(weights.total))
        facts.add(
            "loaded in 16 bits", "\(ByteText.mebibytes(CachingAllocator.loaded(pruned))) MiB as PyTorch counts")
        facts.add("adapters", "\(NumberText.grouped(workload.adapterParameters(pruned))) of rank \(workload.rank)")
        try console.write(facts.table)
        try writeMethods(to: console)
        try writePeaks(to: console)
    }

    private func writeMethods(to console: Console) throws(Failure) {
        var table = Table(
            title: "On a GPU, GiB", isSeparate: true,
            [.text("method"), .number("parameters"), .number("weights"), .number("inference"), .number("recovery")])
        for method in methods {
            table.add([
                Table.Cell(method.name), Table.Cell(NumberText.grouped(method.parameters)),
                Table.Cell(Self.gibibytes(method.weights)), Table.Cell(Self.gibibytes(method.inference)),
                Table.Cell(Self.gibibytes(method.recovery)),
            ])
        }
        table.footnotes = [
            "inference: a key/value cache of \(NumberText.grouped(workload.cachedTokens)) tokens; recovery: LoRA on "
                + "\(workload.batch) x \(workload.sequenceLength) tokens; the driver's own memory comes on top"
        ]
        try console.write(table)
    }

    private func writePeaks(to console: Console) throws(Failure) {
        var table = Table(
            title: "Peaks, MiB", isSeparate: true,
            [.word("where"), .word("part"), .number("inference"), .number("recovery")])
        func add(_ place: String, _ pair: (inference: MemoryEstimate, recovery: MemoryEstimate)) {
            var names: [String] = []
            for part in pair.inference.parts + pair.recovery.parts where !names.contains(part.name) {
                names.append(part.name)
            }
            func bytes(_ estimate: MemoryEstimate, _ name: String) -> Int? {
                estimate.parts.first { $0.name == name }?.bytes
            }
            for name in names {
                table.add([
                    Table.Cell(place), Table.Cell(name),
                    Table.Cell(ByteText.mebibytes(bytes(pair.inference, name))),
                    Table.Cell(ByteText.mebibytes(bytes(pair.recovery, name))),
                ])
            }
            table.add([
                Table.Cell(place), Table.Cell("total", .bold),
                Table.Cell(ByteText.mebibytes(pair.inference.total), .bold),
                Table.Cell(ByteText.mebibytes(pair.recovery.total), .bold),
            ])
        }
        add("GPU", gpu)
        if let native {
            add("qpx", native)
            if let measured {
                table.add([
                    Table.Cell("qpx"), Table.Cell("measured", .bold),
                    Table.Cell(ByteText.mebibytes(measured.inference), .bold),
                    Table.Cell(ByteText.mebibytes(measured.recovery), .bold),
                ])
                table.footnotes = [
                    "the formula is off by "
                        + Self.error(native.inference.total, measured.inference) + " (inference) and "
                        + Self.error(native.recovery.total, measured.recovery) + " (recovery)"
                ]
            }
        }
        try console.write(table)
    }

    /// A part's name as a key: "key/value cache" is key_value_cache.
    private static func key(_ name: String) -> String {
        String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    private static func gibibytes(_ bytes: Int?) -> String {
        NumberText.fixed(bytes.map { Double($0) / 1_073_741_824 }, 2)
    }

    private static func error(_ predicted: Int, _ measured: Int) -> String {
        "\(NumberText.signed(100 * (Double(predicted) / Double(max(1, measured)) - 1), 1)) %"
    }
}
