internal import Engine
internal import Yams

/// A study as its file says it: settings of every search, and searches that vary some of them.
///
///     settings: {model: models/brown16, calibration: train.txt, …}
///     searches:
///       - name: main-{parameters-removed}-{seed}
///         vary: {parameters-removed: [0.2, 0.3], seed: [1, 2, 3]}
///         settings: {trials: 20}
struct StudyFile: Sendable {
    /// What one setting, or several at once, may be.
    struct Axis: Sendable {
        /// The setting's name; any name where its values are mappings.
        var name: String
        /// In the order of the file.
        var values: [Value]
    }

    /// One value of an axis.
    struct Value: Sendable {
        /// What stands for it in names.
        var label: String
        /// What it sets.
        var settings: Settings
    }

    /// Searches that have a name's pattern in common.
    struct Entry: Sendable {
        /// The pattern of their names.
        var name: String
        /// Where it stands, for messages.
        var place: String
        /// What varies; the last one fastest.
        var axes: [Axis]
        /// What does not.
        var settings: Settings
        /// Measures of layer importance that are taken of the pruned model when the search is through.
        var measures: [String]
    }

    /// Settings of every search.
    var settings: Settings
    /// The searches, in order.
    var entries: [Entry]

    /// Names of an entry's parts.
    private static let parts = ["name", "vary", "settings", "importance"]
    /// What an entry cannot set: its name stands beside the settings.
    private static let known = Specification.settingNames.filter { $0 != "name" }

    /// Reads a study.
    /// - Parameter path: for messages.
    /// - Throws: what is wrong, with its line.
    init(_ text: String, path: String) throws(Failure) {
        guard let root = try SettingsFile.root(of: text, path: path), let mapping = root.mapping else {
            throw .usage("\(path): no study: 'searches:' is missing", hint: Self.hint)
        }
        settings = Settings()
        entries = []
        for (key, value) in mapping {
            switch key.scalar?.string ?? "" {
            case "settings":
                settings = try SettingsFile.settings(in: value, path: path, known: Self.known)
            case "searches":
                guard let list = value.sequence else {
                    throw .usage("\(path), line \(SettingsFile.line(value)): searches: a list is expected")
                }
                for node in list { entries.append(try Self.entry(node, path)) }
            case let name:
                throw Self.unknown(name, key, path, ["settings", "searches"])
            }
        }
        guard !entries.isEmpty else { throw .usage("\(path): no study: 'searches:' is missing", hint: Self.hint) }
    }

    private static let hint = "'qpx help study' shows what a study looks like"

    private static func entry(_ node: Node, _ path: String) throws(Failure) -> Entry {
        let place = "\(path), line \(SettingsFile.line(node))"
        guard let mapping = node.mapping else {
            throw .usage("\(place): a search is expected, with a name", hint: hint)
        }
        var entry = Entry(name: "", place: place, axes: [], settings: Settings(), measures: [])
        for (key, value) in mapping {
            let origin = "\(path), line \(SettingsFile.line(key))"
            switch key.scalar?.string ?? "" {
            case "name":
                entry.name = value.scalar?.string ?? ""
                entry.place = origin
            case "settings": entry.settings = try SettingsFile.settings(in: value, path: path, known: known)
            case "vary":
                guard let axes = value.mapping else {
                    throw .usage("\(origin): vary: names with their values are expected")
                }
                for (name, values) in axes { entry.axes.append(try axis(name, values, path)) }
            case "importance": entry.measures = try measures(value, path)
            case let name: throw unknown(name, key, path, parts)
            }
        }
        guard !entry.name.isEmpty else { throw .usage("\(place): the search has no name", hint: hint) }
        return entry
    }

    private static func axis(_ key: Node, _ node: Node, _ path: String) throws(Failure) -> Axis {
        let written = key.scalar?.string ?? ""
        let name = String(written.map { $0 == "_" ? "-" : $0 })
        let origin = Settings.Origin.file(path: path, line: SettingsFile.line(key), name: name)
        if let labelled = node.mapping {
            var values: [Value] = []
            for (label, settings) in labelled {
                values.append(
                    Value(
                        label: label.scalar?.string ?? "",
                        settings: try SettingsFile.settings(in: settings, path: path, known: known)))
            }
            guard !values.isEmpty else { throw .usage("\(origin): no label is there: no search would be left") }
            return Axis(name: name, values: values)
        }
        guard known.contains(name) else { throw unknown(written, key, path, known) }
        guard let list = node.sequence else {
            throw .usage("\(origin): a list of values is expected")
        }
        var values: [Value] = []
        for node in list {
            let texts = try SettingsFile.texts(of: node, origin: origin)
            var settings = Settings()
            settings.set(
                name,
                Settings.Value(
                    texts: texts, origin: .file(path: path, line: SettingsFile.line(node), name: name)))
            values.append(Value(label: texts.joined(separator: "-"), settings: settings))
        }
        guard !values.isEmpty else { throw .usage("\(origin): the list is empty: no search would be left") }
        return Axis(name: name, values: values)
    }

    private static func measures(_ node: Node, _ path: String) throws(Failure) -> [String] {
        let origin = Settings.Origin.file(path: path, line: SettingsFile.line(node), name: "importance")
        var settings = Settings()
        settings.set(
            "importance", Settings.Value(texts: try SettingsFile.texts(of: node, origin: origin), origin: origin))
        var measures: [String] = []
        for name in try settings.texts("importance", splitsCommas: true) {
            let names =
                name == "all"
                ? LayerMeasures.all.map(\.name) : [try LayerMeasureName.checked(name, in: "importance", settings)]
            measures += names.filter { !measures.contains($0) }
        }
        return measures
    }

    private static func unknown(_ name: String, _ key: Node, _ path: String, _ known: [String]) -> Failure {
        .usage(
            "\(path), line \(SettingsFile.line(key)): unknown name '\(name)'."
                + Suggestion.question(for: name, in: known),
            hint: known.count > 9
                ? "settings are the flags of 'qpx search --help', without the dashes in front"
                : "it is one of \(known.joined(separator: ", "))")
    }
}
