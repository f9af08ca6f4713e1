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
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw failure(error, path: path)
        }
        var settings = Settings()
        guard let root, !isNull(root) else { return settings }
        guard let mapping = root.mapping else {
            throw .usage("\(path), line \(line(root)): expected lines of the form 'name: value'")
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

    private static func texts(of node: Node, origin: Settings.Origin) throws(Failure) -> [String] {
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

    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

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
