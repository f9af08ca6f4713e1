/// Every kind of picture, in the order of help and of the page.
enum Plots {
    /// The kinds; a new one is one entry here.
    static let all: [any Plot] = [
        BestSoFarPlot(),
        FrontPlot(),
        AllocationPlot(),
        ImportancePlot(),
        CalibrationPlot(),
        LossPlot(),
        ParallelPlot(),
        TaskPlot(),
    ]

    /// The names, for help and messages.
    static var names: [String] { all.map(\.name) }

    /// The kind of that name.
    static func named(_ name: String) throws(Failure) -> any Plot {
        if let plot = all.first(where: { $0.name == name }) { return plot }
        let known = names + ["all"]
        throw .usage(
            "unknown picture '\(name)'." + Suggestion.question(for: name, in: known),
            hint: "there are \(known.joined(separator: ", "))")
    }
}
