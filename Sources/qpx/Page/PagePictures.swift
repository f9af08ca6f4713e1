internal import Store

/// The pictures of searches that the page shows: every kind that `qpx plot` draws.
struct PagePictures {
    /// One picture.
    struct Picture {
        var kind: String
        var title: String
        var text: String
    }

    let store: Store

    /// The kinds. Whether there is something to draw, only the drawing says.
    func kinds() -> JSONValue {
        [
            "plots": .array(
                Plots.all.map {
                    ["kind": .string($0.name), "title": .string($0.title), "abstract": .string($0.abstract)]
                })
        ]
    }

    /// A picture of some searches as SVG; nil where there is nothing to draw yet.
    /// - Parameter theme: light where it is empty; the page gives what it shows its own colours.
    func drawing(_ kind: String, searches names: [String], theme: String) throws -> String? {
        var settings = Settings()
        settings.set("theme", flag: theme.isEmpty ? "light" : theme)
        let chosen = try settings.word("theme", ChartTheme.self) ?? .light
        guard let plot = Plots.all.first(where: { $0.name == kind }) else {
            throw Failure.notFound(
                "unknown picture '\(kind)'." + Suggestion.question(for: kind, in: Plots.names),
                hint: "there are \(Plots.names.joined(separator: ", "))")
        }
        guard !names.isEmpty else { throw Failure.usage("search: none is named", hint: "say search=NAME") }
        let searches = try names.map { try store.search(named: $0) }
        return try plot.drawing(of: PlotSubject(store, searches: searches))?.svg(theme: chosen)
    }

    /// Every picture of a search that there is something for.
    func all(_ search: SearchRecord) throws -> [Picture] {
        try Plots.all.compactMap { plot in
            let drawing = try plot.drawing(of: PlotSubject(store, searches: [search]))
            return drawing.map { Picture(kind: plot.name, title: plot.title, text: $0.svg(theme: .light)) }
        }
    }
}
