/// What a search or a trial ran with and on.
public struct RunEnvironment: Equatable, Sendable {
    /// The version of qpx.
    public var qpxVersion: String
    /// The host's name.
    public var host: String
    /// How many threads computed.
    public var threadCount: Int
    /// The processor and the kernel chosen for it, such as "AMD EPYC 9R14, avx512".
    public var processor: String

    /// An environment from its parts.
    public init(qpxVersion: String, host: String, threadCount: Int, processor: String) {
        self.qpxVersion = qpxVersion
        self.host = host
        self.threadCount = threadCount
        self.processor = processor
    }

    init(row: Row) throws {
        self.init(
            qpxVersion: try row.text("qpx_version"), host: try row.text("host"),
            threadCount: try row.integer("thread_count"), processor: try row.text("processor"))
    }
}
