/// What a piece of work needs at its peak, part by part.
public struct MemoryEstimate: Sendable, Equatable {
    /// One part.
    public struct Part: Sendable, Equatable {
        /// What it is.
        public let name: String
        /// How large it is.
        public let bytes: Int

        /// A part.
        public init(_ name: String, _ bytes: Int) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The parts, in a fixed order; those of 0 bytes are left out.
    public let parts: [Part]

    /// An estimate from its parts.
    public init(_ parts: [Part]) { self.parts = parts.filter { $0.bytes != 0 } }

    /// Sum of the parts, bytes.
    public var total: Int { parts.reduce(0) { $0 + $1.bytes } }
}
