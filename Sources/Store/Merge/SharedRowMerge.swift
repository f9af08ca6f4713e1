/// What many searches share, known by digests.
extension Merger {
    func mergeModels() throws {
        let last = try lastID(of: "model")
        // A parent may come after its child: it is filled in when all are there.
        let added = try copy(RowCopy(table: "model", key: ["sha256"], expressions: ["parent_id": "NULL"]))
        try map(.model, table: "model", by: "sha256", after: last)
        try database.execute(
            """
            UPDATE main.model SET parent_id = (
                SELECT parent.new FROM temp.merged AS child
                    JOIN source.model AS s ON s.id = child.old
                    JOIN temp.merged AS parent ON parent.kind = 'model' AND parent.old = s.parent_id
                WHERE child.kind = 'model' AND child.new = model.id)
            WHERE id > :last
            """, ["last": last])
        try count(.models, table: "model", added: added)
    }

    func mergeAllocations() throws {
        let last = try lastID(of: "allocation")
        let added = try copy(RowCopy(table: "allocation", key: ["digest"]))
        try map(.allocation, table: "allocation", by: "digest", after: last)
        try copy(
            RowCopy(
                table: "allocation_layer", references: ["allocation_id": .allocation], newOwner: "allocation_id",
                order: "s.allocation_id, s.layer, s.module"))
        try count(.allocations, table: "allocation", added: added)
    }

    func mergeExampleSets() throws {
        let last = try lastID(of: "example_set")
        let added = try copy(RowCopy(table: "example_set", key: ["digest"]))
        try map(.exampleSet, table: "example_set", by: "digest", after: last)
        try copy(
            RowCopy(
                table: "example_item", references: ["set_id": .exampleSet], newOwner: "set_id",
                order: "s.set_id, s.position"))
        try count(.exampleSets, table: "example_set", added: added)
    }

    func mergeStages() throws {
        let last = try lastID(of: "stage")
        let added = try copy(RowCopy(table: "stage", key: ["digest"]))
        try map(.stage, table: "stage", by: "digest", after: last)
        try count(.stages, table: "stage", added: added)
    }

    func mergeImportanceRuns() throws {
        let last = try lastID(of: "importance_run")
        let key = ["model_id", "measure", "signal", "unit", "seed", "specification", "host", "created_at"]
        let added = try copy(RowCopy(table: "importance_run", references: ["model_id": .model], key: key))
        let same = key.dropFirst().map { "t.\($0) IS s.\($0)" }.joined(separator: " AND ")
        try database.execute(
            """
            INSERT INTO merged (kind, old, new, state)
            SELECT :kind, min(s.id), min(t.id), iif(min(t.id) > :last, 'new', 'known')
            FROM source.importance_run AS s
                JOIN temp.merged AS m ON m.kind = 'model' AND m.old = s.model_id
                JOIN main.importance_run AS t ON t.model_id = m.new AND \(same)
            GROUP BY \(key.map { "s.\($0)" }.joined(separator: ", "))
            """, ["kind": Mapped.importanceRun, "last": last])
        try copy(
            RowCopy(
                table: "importance_value", references: ["run_id": .importanceRun], newOwner: "run_id",
                key: ["run_id", "layer", "precision"], order: "s.run_id, s.layer, s.precision"))
        try count(.importanceRuns, table: "importance_run", added: added)
    }
}
