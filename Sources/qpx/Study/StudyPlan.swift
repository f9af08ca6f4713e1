/// The searches of a study, every one checked before the first begins.
struct StudyPlan: Sendable {
    /// One search to be carried out.
    struct Search: Sendable {
        /// Its name.
        var name: String
        /// What it is, whole.
        var specification: Specification
        /// Measures of layer importance to be taken of its pruned model.
        var measures: [String]

        /// Trials in all as far as they are known beforehand; a guess where the initial design has fewer or more.
        var trials: Int {
            let references = specification.references ? 1 + (specification.pruning.isPruning ? 1 : 0) + 1 : 0
            let controls = specification.layerImportance.controls ? 2 : 0
            let confirmation = specification.confirmation.count * specification.confirmation.seeds
            return specification.trials + references + controls + confirmation
        }
    }

    /// In the order of the file.
    let searches: [Search]

    /// Every combination of what varies.
    /// - Parameter folder: where relative paths start.
    /// - Throws: the first thing that is wrong with any search, with its line.
    init(_ file: StudyFile, folder: String) throws(Failure) {
        var searches: [Search] = []
        var origins: [String: String] = [:]
        for entry in file.entries {
            for values in Self.combinations(entry.axes) {
                var settings = entry.settings.over(file.settings)
                var labels: [String: String] = [:]
                for (axis, value) in zip(entry.axes, values) {
                    settings = value.settings.over(settings)
                    labels[axis.name] = value.label
                }
                let name = try Self.filled(entry.name, labels, says: "\(entry.place): name")
                settings = try settings.mapTexts { text, origin throws(Failure) in
                    try Self.filled(text, labels, says: "\(origin)")
                }
                guard !searches.contains(where: { $0.name == name }) else {
                    throw .usage(
                        "\(entry.place): a second search would be called '\(name)'",
                        hint: "put what varies into the name, in braces, as in {seed}")
                }
                let place = "\(entry.place): name"
                try SearchName.check(name, says: place)
                settings.set("name", Settings.Value(texts: [name], origin: .text(place)))
                let specification: Specification
                do throws(Failure) {
                    specification = try Specification(settings, folder: folder)
                } catch {
                    var error = error
                    error.message = "search '\(name)': \(error.message)"
                    throw error
                }
                guard !specification.work.isAsked else {
                    throw .usage(
                        "search '\(name)': \(settings.spoken("ask")): nobody would answer in a study",
                        hint: "begin such a search with 'qpx search --ask'")
                }
                origins[name] = settings.spoken("warm-start")
                searches.append(Search(name: name, specification: specification, measures: entry.measures))
            }
        }
        self.searches = searches
        try checkStarts(origins)
    }

    /// Refuses searches that would wait for themselves.
    /// - Parameter origins: where each search's warm start is written.
    private func checkStarts(_ origins: [String: String]) throws(Failure) {
        let sources = Dictionary(searches.map { ($0.name, $0.specification.warmStart) }) { first, _ in first }
        for search in searches {
            for name in search.specification.warmStart where sources[name] == nil {
                // It would not be waited for.
                guard let whole = searches.first(where: { $0.name.hasPrefix(name) }) else { continue }
                throw .usage(
                    "search '\(search.name)': \(origins[search.name] ?? "--warm-start"): '\(name)' is the beginning of a name",
                    hint: "name the whole search, as \(whole.name)")
            }
            var (seen, open) = (Set<String>(), search.specification.warmStart)
            while let name = open.popLast() {
                guard name != search.name else {
                    throw .usage(
                        "search '\(name)': \(origins[name] ?? "--warm-start"): it would wait for itself",
                        hint: "a search starts from others that do not start from it")
                }
                if seen.insert(name).inserted { open += sources[name] ?? [] }
            }
        }
    }

    private init(searches: [Search]) { self.searches = searches }

    /// The same with some of the searches.
    func only(_ isChosen: (String) -> Bool) -> StudyPlan {
        StudyPlan(searches: searches.filter { isChosen($0.name) })
    }

    private static func combinations(_ axes: [StudyFile.Axis]) -> [[StudyFile.Value]] {
        axes.reduce([[]]) { known, axis in known.flatMap { start in axis.values.map { start + [$0] } } }
    }

    /// A text with `{name}` replaced by what the name is in this search; `{{` and `}}` are braces.
    private static func filled(
        _ text: String, _ labels: [String: String], says place: String
    ) throws(Failure) -> String {
        guard text.contains("{") || text.contains("}") else { return text }
        var (result, rest) = ("", Substring(text))
        while let character = rest.first {
            if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
                result.append(character)
                rest = rest.dropFirst(2)
            } else if character == "{", let end = rest.firstIndex(of: "}") {
                let name = String(rest[rest.index(after: rest.startIndex)..<end].map { $0 == "_" ? "-" : $0 })
                guard let label = labels[name] else {
                    throw .usage(
                        "\(place): nothing called '\(name)' varies."
                            + Suggestion.question(for: name, in: labels.keys.sorted()),
                        hint: "{name} stands for what is under 'vary'; {{ and }} are braces")
                }
                result += label
                rest = rest[rest.index(after: end)...]
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}

extension Settings {
    /// The same settings with every text replaced.
    fileprivate func mapTexts(
        _ change: (String, Origin) throws(Failure) -> String
    ) throws(Failure) -> Settings {
        var settings = self
        for (name, value) in values {
            var value = value
            for index in value.texts.indices { value.texts[index] = try change(value.texts[index], value.origin) }
            settings.set(name, value)
        }
        return settings
    }
}
