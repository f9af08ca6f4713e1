extension Store {
    /// Records a model, or finds the one with the same digest; then its path becomes the one given, where it was last
    /// seen.
    @discardableResult
    public func recordModel(_ model: ModelRecord) throws -> ModelRecord {
        let time = now()
        return try write { database in
            let known = try database.first(
                "UPDATE model SET path = :path WHERE sha256 = :sha256 RETURNING *",
                ["path": model.path, "sha256": model.sha256], ModelRecord.init(row:))
            return try known ?? model.insert(into: database, at: time)
        }
    }

    /// The model of a row id.
    public func model(id: Int) throws -> ModelRecord {
        try read { try $0.row("model", id: id, ModelRecord.init(row:)) }
    }

    /// All models, oldest first.
    public func models() throws -> [ModelRecord] {
        try read { try $0.rows("SELECT * FROM model ORDER BY id", [:], ModelRecord.init(row:)) }
    }
}
