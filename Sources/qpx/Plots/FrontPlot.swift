internal import Store

/// Value against memory with the front, as `qpx pareto` draws it.
struct FrontPlot: Plot {
    let name = "front"
    let title = "Value against memory"
    let abstract =
        "Value against memory with the front of each search, and of all together; of many searches those that differ in "
        + "their seed alone are one."
    let needs = "a complete trial"
    let options: [PlotOption] = [.metric]
    let keys =
        "value, searches: [{search, budget_bytes, points: [{trial, weight_bytes, value, stderr, kind, on_front}]}]"

    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)? {
        guard subject.trials == nil else {
            throw Failure.usage(
                "front: is drawn of whole searches", hint: "name searches, without trials or conditions")
        }
        // More lines than colours tell nothing: seeds are told apart only where there are few searches.
        let analysis = try ParetoAnalysis(
            subject.store, searches: subject.searches, value: try subject.value(),
            groupsSeeds: subject.searches.count > ChartTheme.Role.seriesCount)
        return ParetoChart(analysis).map(FrontDrawing.init)
    }
}

/// A front on paper and in characters.
struct FrontDrawing: PlotDrawing {
    let chart: ParetoChart

    private var analysis: ParetoAnalysis { chart.analysis }

    var title: String {
        "\(analysis.value.title) against memory: " + analysis.parts.map(\.name).joined(separator: ", ")
    }

    var summary: String {
        analysis.parts.map { part in
            "\(part.name): \(part.front.members.count) of \(part.front.points.count) trials are on the front."
        }.joined(separator: " ")
    }

    var notes: [String] {
        guard chart.leftOut > 0 else { return [] }
        return ["\(chart.leftOut) trial\(chart.leftOut == 1 ? " lies" : "s lie") outside the picture."]
    }

    var json: JSONValue {
        [
            "value": analysis.value.json,
            "searches": .array(
                analysis.parts.map { part in
                    let members = Set(part.front.members.map(\.trial.id))
                    return [
                        "search": .string(part.name), "budget_bytes": .optional(part.search.budgetBytes),
                        "points": .array(
                            part.front.points.map { point in
                                [
                                    "trial": .string(point.trial.name), "weight_bytes": .int(point.bytes),
                                    "value": .number(point.value), "stderr": .optional(point.standardError),
                                    "kind": .string(point.trial.kind.rawValue),
                                    "on_front": .bool(members.contains(point.trial.id)),
                                ]
                            }),
                    ]
                }),
        ]
    }

    func svg(_ paper: PlotPaper) -> String {
        ParetoSVG(chart: chart, theme: paper.theme, width: paper.width).text
    }

    func text(width: Int, colour: Colour) -> String? {
        ParetoPlot(chart: chart).rendered(width: width, colour: colour)
    }
}
