extension Store {
    /// Records layer importance that was measured outside a search, all of it or nothing.
    @discardableResult
    public func recordImportanceRun(_ run: ImportanceRunRecord) throws -> ImportanceRunRecord {
        let time = now()
        return try write { try run.insert(into: $0, at: time) }
    }

    /// The importance runs of a model, oldest first.
    public func importanceRuns(ofModel id: Int) throws -> [ImportanceRunRecord] {
        try read { database in
            try database.rows(
                "SELECT * FROM importance_run WHERE model_id = :model ORDER BY id", ["model": id]
            ) { row in
                let values = try database.rows(
                    "SELECT * FROM importance_value WHERE run_id = :run ORDER BY precision, layer",
                    ["run": try row.integer("id")]
                ) { value in
                    let precision = try value.text("precision")
                    return ImportanceRunRecord.Value(
                        layer: try value.integer("layer"), precision: precision.isEmpty ? nil : precision,
                        value: try value.real("value"), nullMean: try value.optionalReal("null_mean"),
                        nullDeviation: try value.optionalReal("null_deviation"))
                }
                return try ImportanceRunRecord(row: row, values: values)
            }
        }
    }
}
