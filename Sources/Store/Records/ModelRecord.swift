/// A checkpoint on disk, known by its digest. One row however often it is used; the path is where it was last seen.
public struct ModelRecord: Equatable, Sendable {
    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// SHA-256 of the weights and the configuration, lower-case hex.
    public var sha256: String
    /// The name for reports.
    public var name: String
    /// The directory.
    public var path: String
    /// The architecture, such as "llama".
    public var architecture: String
    /// How many transformer layers.
    public var layers: Int
    /// How many weights.
    public var parameters: Int
    /// Bytes of the checkpoint's tensors.
    public var bytes: Int
    /// How it was pruned; nil for an intact model.
    public var pruning: Pruning?
    /// When it was first recorded.
    public internal(set) var createdAt = ""

    /// What was taken from a parent model.
    public struct Pruning: Equatable, Sendable {
        /// Row id of the model that was pruned.
        public var parentID: Int
        /// Fraction of coupled structures removed in the layers that were pruned.
        public var pruningRatio: Double
        /// Fraction of all weights that is gone.
        public var parametersRemoved: Double
        /// The importance that chose, such as "param_first".
        public var importance: String
        /// Seed of the pruning.
        public var seed: UInt64

        /// A pruning from its parts.
        public init(
            parentID: Int, pruningRatio: Double, parametersRemoved: Double, importance: String, seed: UInt64
        ) {
            self.parentID = parentID
            self.pruningRatio = pruningRatio
            self.parametersRemoved = parametersRemoved
            self.importance = importance
            self.seed = seed
        }
    }

    /// A model to record.
    public init(
        sha256: String, name: String, path: String, architecture: String, layers: Int, parameters: Int, bytes: Int,
        pruning: Pruning? = nil
    ) {
        self.sha256 = sha256
        self.name = name
        self.path = path
        self.architecture = architecture
        self.layers = layers
        self.parameters = parameters
        self.bytes = bytes
        self.pruning = pruning
    }

    init(row: Row) throws {
        self.init(
            sha256: try row.text("sha256"), name: try row.text("name"), path: try row.text("path"),
            architecture: try row.text("architecture"), layers: try row.integer("layers"),
            parameters: try row.integer("parameters"), bytes: try row.integer("bytes"))
        if let parent = try row.optionalInteger("parent_id") {
            pruning = Pruning(
                parentID: parent, pruningRatio: try row.real("pruning_ratio"),
                parametersRemoved: try row.real("parameters_removed"), importance: try row.text("importance"),
                seed: try row.pattern("seed"))
        }
        id = try row.integer("id")
        createdAt = try row.text("created_at")
    }

    func insert(into database: Database, at time: String) throws -> ModelRecord {
        var stored = self
        stored.createdAt = time
        stored.id = try database.insert(
            into: "model",
            [
                "sha256": sha256, "name": name, "path": path, "architecture": architecture, "layers": layers,
                "parameters": parameters, "bytes": bytes, "parent_id": pruning?.parentID,
                "pruning_ratio": try pruning.map { try finite($0.pruningRatio, "pruning ratio") },
                "parameters_removed": try pruning.map { try finite($0.parametersRemoved, "parameters removed") },
                "importance": pruning?.importance, "seed": pruning?.seed, "created_at": time,
            ])
        return stored
    }
}
