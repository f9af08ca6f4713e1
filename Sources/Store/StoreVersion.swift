/// The version of the record format.
public enum StoreVersion {
    /// The schema that this build reads and writes.
    public static let schema = 1
}
