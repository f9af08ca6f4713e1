/// A report as one page that needs nothing else: tables that can be sorted, and, of searches, their trials, pictures,
/// details and provenance.
struct HTMLReport: ReportFormat {
    let name = "html"
    let fileExtension = "html"
    let holdsSeveralTables = true
    /// What the page shows beside the tables; empty for the tables alone.
    var page: [(String, JSONValue)] = []

    func render(_ tables: [ReportTable]) -> String {
        let json = JSONReport()
        let data = JSONValue.object([("tables", .array(tables.map(json.value)))] + page)
        return PageFront.standalone(title: tables.first?.title ?? "qpx", data: data)
    }
}
