internal import Store

/// The fronts of value against memory; see `qpx pareto`.
struct FrontForm: ReportForm {
    let name = "front"
    let abstract = "the front of value against memory of each search, and of all together"

    func tables(of material: ReportMaterial) throws -> [ReportTable] {
        let analysis = try ParetoAnalysis(
            material.store, searches: material.searches, value: try ParetoValue(objectiveOf: material.searches))
        guard !analysis.isEmpty else { return [] }
        var table = ParetoTable(analysis: analysis).table(commands: material.commands)
        if let caption = material.style.caption { table.title = caption }
        table.remarks = material.style.remarks + table.remarks
        return [table]
    }
}
