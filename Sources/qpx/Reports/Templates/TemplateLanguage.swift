internal import Mustache

/// The language of a template's text: how values are escaped and how the best of a column is marked.
enum TemplateLanguage: String, CaseIterable, Sendable {
    case latex = "LATEX"
    case markdown = "MARKDOWN"
    case html = "HTML"
    case text = "TEXT"

    /// By the name of the file, without a `.mustache` at its end.
    init(path: String) {
        var name = FilePath.name(of: path).lowercased()
        if name.hasSuffix(".mustache") { name.removeLast(".mustache".count) }
        self =
            name.hasSuffix(".tex")
            ? .latex
            : name.hasSuffix(".md")
                ? .markdown
                : name.hasSuffix(".html") || name.hasSuffix(".htm") ? .html : .text
    }

    /// The value as the language's text.
    func escaped(_ text: String) -> String {
        switch self {
        case .latex: LaTeXReport.escaped(text)
        case .markdown: MarkdownReport.escaped(text)
        case .html: SVGDocument.escaped(text)
        case .text: text.withoutControlCharacters
        }
    }

    /// A cell with its marks, escaped.
    func marked(_ cell: ReportTable.Cell) -> String {
        switch self {
        case .latex: return LaTeXReport.text(cell)
        case .markdown: return MarkdownReport.text(cell)
        case .html:
            let text = escaped(cell.text)
            return cell.isBold ? "<strong>\(text)</strong>" : cell.isUnderlined ? "<u>\(text)</u>" : text
        case .text: return cell.text.isEmpty ? NumberText.missing : cell.text
        }
    }

    /// Makes the languages known to the library that reads templates.
    static func register() {
        for language in allCases { MustacheContentTypes.register(Escape(language: language), named: language.rawValue) }
    }

    private struct Escape: MustacheContentType {
        let language: TemplateLanguage
        func escapeText(_ text: String) -> String { language.escaped(text) }
    }
}
