internal import Yams

/// Settings read from a YAML specification: the names of the flags without the dashes in front.
///
///     model: models/brown16
///     ratio: 0.2
///     choices: [2, 3, 4, 8]
///     task: [tasks/arc_easy.jsonl, tasks/piqa.jsonl]
enum SettingsFile {
    /// The settings in a YAML text.
    /// - Parameters:
    ///   - path: for messages.
    ///   - known: the names that may occur.
    static func settings(from text: String, path: String, known: [String]) throws(Failure) -> Settings {
        guard let root = try root(of: text, path: path) else { return Settings() }
        return try settings(in: root, path: path, known: known)
    }

    /// The first node of a YAML text; nil where there is none.
    static func root(of text: String, path: String) throws(Failure) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch {
            throw failure(error, path: path)
        }
    }

    /// The settings in one mapping of a file.
    static func settings(in node: Node, path: String, known: [String]) throws(Failure) -> Settings {
        var settings = Settings()
        guard !isNull(node) else { return settings }
        guard let mapping = node.mapping else {
            throw .usage("\(path), line \(line(node)): expected lines of the form 'name: value'")
        }
        for (key, value) in mapping {
            guard let written = key.scalar?.string else {
                throw .usage("\(path), line \(line(key)): a name is expected before the colon")
            }
            let name = String(written.map { $0 == "_" ? "-" : $0 })
            guard known.contains(name) else {
                throw .usage(
                    "\(path), line \(line(key)): unknown setting '\(written)'."
                        + Suggestion.question(for: name, in: known),
                    hint: "the settings are the flags of 'qpx search --help', without the dashes in front")
            }
            let origin = Settings.Origin.file(path: path, line: line(key), name: name)
            guard !settings.has(name) else { throw .usage("\(origin): given twice") }
            // An empty value leaves the default, as a line that is commented out does.
            guard !isNull(value) else { continue }
            settings.set(name, Settings.Value(texts: try texts(of: value, origin: origin), origin: origin))
        }
        return settings
    }

    /// A plain value, or a list of plain values.
    static func texts(of node: Node, origin: Settings.Origin) throws(Failure) -> [String] {
        if let scalar = node.scalar { return [scalar.string] }
        guard let sequence = node.sequence else {
            throw .usage("\(origin): expected a value or a list of values, found names below it")
        }
        var texts: [String] = []
        for element in sequence {
            guard let scalar = element.scalar, !isNull(element) else {
                throw .usage("\(origin): an element of the list (line \(line(element))) is not a plain value")
            }
            texts.append(scalar.string)
        }
        return texts
    }

    /// Whether nothing is said.
    static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// Where a node begins.
    static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

    private static func failure(_ error: any Error, path: String) -> Failure {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            .usage("\(path), line \(mark.line): not YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            .usage(
                "\(path), line \(context.mark.line): given twice: "
                    + duplicates.map { "\($0)" }.joined(separator: ", "))
        case let error as YamlError:
            .usage("\(path): not YAML: \(error)")
        default:
            .usage("\(path): not YAML: \(error)")
        }
    }
}
