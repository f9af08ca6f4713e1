/// What evaluation needs of a tokenizer.
public protocol TextEncoder: Sendable {
    /// The token ids of a text; with `addSpecialTokens`, also what the tokenizer puts around every text (such as the
    /// beginning-of-text token).
    func encode(_ text: String, addSpecialTokens: Bool) -> [Int32]
    /// The token that stands before everything: beginning of text, else end of text; `nil` if there is neither.
    var prefixTokenID: Int32? { get }
    /// The written form of the beginning-of-text token, such as "<s>"; `nil` if there is none.
    var beginningOfText: String? { get }
}

extension TextEncoder {
    /// The token ids of a text with special tokens, but not with a second beginning if the text brings its own.
    func encodeWhole(_ text: String) -> [Int32] {
        let hasBeginning = beginningOfText.map { !$0.isEmpty && text.utf8.starts(with: $0.utf8) } ?? false
        return encode(text, addSpecialTokens: !hasBeginning)
    }
}
