/// The text of tokens as they come, without half characters.
public struct WrittenText {
    private let tokenizer: Tokenizer
    private let prompt: String
    private var ids: [Int32]
    private var shown = ""

    /// Behind a prompt: what its last token means may depend on it, such as whether a space stands in front.
    public init(tokenizer: Tokenizer, prompt: [Int32]) {
        self.tokenizer = tokenizer
        self.prompt = tokenizer.decode(prompt)
        ids = prompt
    }

    /// All that was written, behind the prompt.
    public var whole: String {
        let text = tokenizer.decode(ids)
        return text.hasPrefix(prompt) ? String(text.dropFirst(prompt.count)) : text
    }

    /// What a token adds; nothing while a character is not complete.
    public mutating func add(_ id: Int32) -> String {
        ids.append(id)
        let text = whole
        // A character whose bytes are still to come decodes to U+FFFD.
        guard text.unicodeScalars.last != "\u{FFFD}" else { return "" }
        return show(text)
    }

    /// What is left at the end, complete or not.
    public mutating func finish() -> String { show(whole) }

    private mutating func show(_ text: String) -> String {
        let old = Array(shown.utf8)
        let new = Array(text.utf8)
        guard new.starts(with: old) else { return "" }
        shown = text
        return String(decoding: new[old.count...], as: UTF8.self)
    }
}
