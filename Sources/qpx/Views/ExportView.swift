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
    /// The same numbers of the model and of what was written, if they were asked for.
    var measured: [ExportCheck.Row]?

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
            "measured": measured.map { rows in
                .array(
                    rows.map {
                        ["metric": .string($0.name), "before": .number($0.before), "after": .number($0.after)]
                    })
            } ?? .null,
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
        if let measured { try console.write(Self.table(measured)) }
        for note in notes { console.notice("note: \(note)") }
    }

    private static func table(_ rows: [ExportCheck.Row]) -> Table {
        var table = Table(
            title: "Measured", isSeparate: true,
            [.text("metric"), .number("before"), .number("after"), .number("difference")])
        for row in rows {
            table.add([
                Table.Cell(row.name), Table.Cell(NumberText.fixed(row.before, 4)),
                Table.Cell(NumberText.fixed(row.after, 4)), Table.Cell(NumberText.fixed(row.after - row.before, 4)),
            ])
        }
        return table
    }
}
