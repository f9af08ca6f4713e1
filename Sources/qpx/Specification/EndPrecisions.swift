internal import Engine

extension EndPrecisions {
    /// The precisions that `embedding-precision` and `head-precision` say; their own names say their blocks.
    init(_ settings: Settings) throws(Failure) {
        func name(_ setting: String) throws(Failure) -> String? {
            guard let text = try settings.text(setting) else { return nil }
            return try PrecisionChoices.precision(text, says: settings.spoken(setting)).name
        }
        self.init(embedding: try name("embedding-precision"), head: try name("head-precision"))
    }
}
