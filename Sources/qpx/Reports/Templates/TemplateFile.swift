internal import Mustache

/// A user's own template: Mustache (https://mustache.github.io), with the names of `TemplateContext`.
struct TemplateFile {
    private let path: String
    private let text: String
    let language: TemplateLanguage

    /// Reads a template.
    /// - Throws: `Failure` if there is no such file.
    init(path: String, says origin: String) throws(Failure) {
        self.path = path
        text = try TextFile.read(path, says: origin)
        language = TemplateLanguage(path: path)
    }

    /// The template with its names filled in.
    /// - Throws: `Failure` with the line where it is wrong, or where a name means nothing.
    func rendered(_ context: TemplateContext) throws(Failure) -> String {
        TemplateLanguage.register()
        try check(names: context.names)
        // A line of its own goes without a trace, and so does a comment in the template's first line behind it.
        let hasOwn = text.contains("{{% CONTENT_TYPE")
        let source = hasOwn ? text : "{{% CONTENT_TYPE:\(language.rawValue)}}\n" + text
        do {
            let rendered = try MustacheTemplate(string: source).render(context.values)
            return rendered.hasSuffix("\n") ? rendered : rendered + "\n"
        } catch let error as MustacheTemplate.ParserError {
            let line = error.context.lineNumber - (hasOwn ? 0 : 1)
            throw .usage("\(path): line \(line): \(error.error)", hint: Self.hint)
        } catch {
            throw .usage("\(path): \(error)", hint: Self.hint)
        }
    }

    private static let hint = "'qpx help templates' lists what a template may name"

    /// Mustache leaves out what it does not know; in a table for a paper that would be a hole that nobody sees.
    private func check(names known: Set<String>) throws(Failure) {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for tag in Self.tags(in: line) {
                for name in Self.names(in: tag) where !known.contains(name) {
                    throw .usage(
                        "\(path): line \(number + 1): unknown name '\(name)'."
                            + Suggestion.question(for: name, in: known.sorted()), hint: Self.hint)
                }
            }
        }
    }

    /// What stands between `{{` and `}}`.
    private static func tags(in line: Substring) -> [Substring] {
        var tags: [Substring] = []
        var rest = line
        while let open = rest.firstRange(of: "{{") {
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else { break }
            tags.append(rest[..<close.lowerBound])
            rest = rest[close.upperBound...]
        }
        return tags
    }

    /// The names of a tag: not those of comments, partials, pragmas and delimiters, and not those of functions.
    private static func names(in tag: Substring) -> [String] {
        var tag = tag.drop(while: \.isWhitespace)
        if let first = tag.first, "#^/&{".contains(first) { tag = tag.dropFirst() }
        guard let first = tag.first, !"!>%=<$".contains(first) else { return [] }
        var inner = tag.filter { !$0.isWhitespace && $0 != "}" }
        while let open = inner.firstIndex(of: "("), inner.hasSuffix(")") {
            inner = String(inner[inner.index(after: open)...].dropLast())
        }
        return inner.split(separator: ".").map(String.init)
    }
}
