internal import Store

/// Results by pruning and method: the table of a paper.
struct ResultsForm: ReportForm {
    let name = "results"
    let abstract = "methods by pruning: intact, pruned, recovered, uniform, importance-based, searched"

    func tables(of material: ReportMaterial) throws -> [ReportTable] {
        [
            try ResultsTable(
                material.store, searches: material.searches, style: material.style, groupsSeeds: material.groupsSeeds,
                chosen: try material.chosen()
            ).table(commands: material.commands)
        ]
    }
}
