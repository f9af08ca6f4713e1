extension Tokenizer: TextEncoder {
    /// The written form of the beginning-of-text token; `nil` if there is none.
    public var beginningOfText: String? { bosTokenID.flatMap { tokens(for: [$0]).first ?? nil } }
}
