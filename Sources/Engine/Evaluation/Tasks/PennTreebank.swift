/// The Penn Treebank, sentence by sentence; the validation split, perplexity per word and byte.
///
/// The harness has no such task of its own; this is its protocol for "wikitext" with each row as a document, read as it
/// stands. Sentences come from the file as it is published (`ptb.valid.txt`, without the blanks around a line) or from
/// rows (`sentence`).
///
/// Source: Marcus et al. 1993, in Mikolov's form of 10,000 words; split and field as in LLM-Pruner.
public struct PennTreebank: PerplexityTask {
    /// "ptb".
    public let name = "ptb"
    /// The validation split.
    public let files = TaskFiles(
        split: .validation, words: ["ptb", "penntreebank"], needsWord: true,
        layouts: ["ptb.valid.txt", "ptb_text_only/penn_treebank/validation-*.parquet"], endings: ["txt"])

    /// The task.
    public init() {}

    /// By a sentence.
    public func recognizes(_ row: JSONValue) -> Bool { row["sentence"]?.text != nil || row["text"]?.text != nil }

    /// A sentence a line.
    public func documents(text: String) -> [RollingDocument] {
        TextProtocol.sentences(of: text).enumerated().map { document($0, $1) }
    }

    /// A sentence a row.
    public func documents(rows: [DataRow]) throws(TaskDataError) -> [RollingDocument] {
        var documents: [RollingDocument] = []
        for row in rows {
            let field = row.value["sentence"] == nil ? "text" : "sentence"
            documents.append(document(documents.count, try row.text(field)))
        }
        return documents
    }
}
