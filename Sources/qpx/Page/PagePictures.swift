internal import Store

/// The pictures of a search that the page shows.
struct PagePictures {
    /// One picture.
    struct Picture {
        var kind: String
        var title: String
        /// SVG with the colours of light paper; the page gives it its own.
        var text: String
    }

    let store: Store

    /// What can be drawn of some searches.
    func list(searches names: [String]) throws -> JSONValue {
        let pictures = try find(names).first.map(all) ?? []
        return [
            "plots": .array(pictures.map { ["kind": .string($0.kind), "title": .string($0.title)] })
        ]
    }

    /// A picture of some searches.
    func drawing(_ kind: String, searches names: [String]) throws -> String {
        guard let picture = try find(names).first.flatMap({ try all($0).first { $0.kind == kind } }) else {
            throw Failure.notFound("nothing to draw as '\(kind)' yet")
        }
        return picture.text
    }

    /// Every picture of a search that there is something for.
    func all(_ search: SearchRecord) throws -> [Picture] {
        let analysis = try ParetoAnalysis(store, searches: [search], value: try ParetoValue(objectiveOf: [search]))
        guard let chart = ParetoChart(analysis) else { return [] }
        return [
            Picture(
                kind: "pareto", title: "Value against memory", text: ParetoSVG(chart: chart, theme: .light).text)
        ]
    }

    private func find(_ names: [String]) throws -> [SearchRecord] {
        guard !names.isEmpty else { throw Failure.usage("search: none is named", hint: "say search=NAME") }
        return try names.map { try store.search(named: $0) }
    }
}
