/// WikiText-2, article by article; the test split, perplexity per word and byte of the text before it is detokenized.
///
/// Articles come from the file as it is published (`wiki.test.raw`), from rows of its lines (`text`) or from rows of whole
/// articles (`page`), which the harness reads.
///
/// Source: Merity et al. 2016, "Pointer Sentinel Mixture Models"; lm-evaluation-harness 0.4.13, task "wikitext".
public struct WikiTextTask: PerplexityTask {
    /// "wikitext".
    public let name = "wikitext"
    /// The test split.
    public let files = TaskFiles(
        split: .test, words: ["wiki"], preferred: ["wikitext2raw", "wikitext2", "wikitestraw"],
        refused: ["wikitext103"], needsWord: true,
        layouts: ["wiki.test.raw", "wikitext2-test.txt", "wikitext-2-raw-v1/test-*.parquet"],
        endings: ["raw", "txt", "tokens"])

    /// The task.
    public init() {}

    /// By a page or a line.
    public func recognizes(_ row: JSONValue) -> Bool { row["page"]?.text != nil || row["text"]?.text != nil }

    /// Articles from title to title.
    public func documents(text: String) -> [RollingDocument] { WikiText.articles(text, file: name) }

    /// One article for each page; lines are put together first.
    public func documents(rows: [DataRow]) throws(TaskDataError) -> [RollingDocument] {
        guard rows.first?.value["page"] == nil else {
            var pages: [RollingDocument] = []
            for row in rows {
                let page = try row.text("page")
                pages.append(document(pages.count, page, scored: WikiText.detokenized(page)))
            }
            return pages
        }
        var text = ""
        for row in rows {
            var line = try row.text("text").unicodeScalars[...]
            if line.last == "\n" { line.removeLast() }
            // Rows leave out the blank that an empty line of the file has; the words and bytes of the file count it.
            text += (line.isEmpty ? " " : String(line)) + "\n"
        }
        return documents(text: text)
    }
}
