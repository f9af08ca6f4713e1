internal import Engine

/// What `qpx export` has written.
struct ExportView {
    let request: ExportModelCommand.Request
    /// Bytes of the weights in the model, and in what was written.
    let before: Int
    let after: Int
    /// The architecture that was written.
    let architecture: String
    let notes: [String]
    /// The matrices of a GGUF file.
    var matrices: [GGUFExport.Matrix]?
    /// Where adapters stand that were written apart.
    var adapterOut: String?

    /// One row per encoding, in the order of first use.
    private var encodings: [(name: String, matrices: Int, bytes: Int)] {
        var rows: [(name: String, matrices: Int, bytes: Int)] = []
        for matrix in matrices ?? [] {
            if let index = rows.firstIndex(where: { $0.name == matrix.encoding.name }) {
                rows[index].matrices += 1
                rows[index].bytes += matrix.bytes
            } else {
                rows.append((matrix.encoding.name, 1, matrix.bytes))
            }
        }
        return rows
    }

    /// With stable keys.
    var json: JSONValue {
        [
            "model": .string(request.model), "adapters": .optional(request.adapters),
            "format": .string(request.format.rawValue),
            "policy": request.format == .gguf ? .string(request.policy.rawValue) : .null,
            "out": .string(request.out), "adapter_out": .optional(adapterOut), "architecture": .string(architecture),
            "bytes_before": .int(before), "bytes": .int(after),
            "encodings": matrices == nil
                ? .null
                : .array(
                    encodings.map {
                        ["encoding": .string($0.name), "matrices": .int($0.matrices), "bytes": .int($0.bytes)]
                    }),
            "notes": .array(notes.map(JSONValue.string)),
        ]
    }

    /// Tables for people.
    func write(to console: Console) throws(Failure) {
        var facts = FactTable(title: request.out)
        facts.add("exported from", request.model)
        if let adapters = request.adapters {
            facts.add(
                "adapters", adapters + (adapterOut.map { " into \($0)" } ?? (request.format == .peft ? "" : ", merged"))
            )
        }
        let policy = request.format == .gguf ? ", \(request.policy.rawValue)" : ""
        facts.add("format", request.format.rawValue + policy)
        facts.add("architecture", architecture)
        facts.add("weights", "\(ByteText.exact(before)) to \(ByteText.exact(after))")
        for row in encodings {
            facts.add(row.name, "\(NumberText.grouped(row.matrices)) matrices, \(ByteText.exact(row.bytes))")
        }
        try console.write(facts.table)
        for note in notes { console.notice("note: \(note)") }
    }
}
