/// The version of the record format.
public enum StoreVersion {
    /// The schema that this build reads and writes: the number of its newest migration.
    public static var schema: Int { Migrations.all.last?.version ?? 0 }
}
