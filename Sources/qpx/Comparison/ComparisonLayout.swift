/// How a comparison is written.
struct ComparisonLayout: Sendable {
    /// Whether rows that agree are written too; for people they are counted.
    var isComplete = false
    /// Decimals of metrics; nil for those that suit each.
    var decimals: Int?

    /// Decimals of a metric of that name.
    func decimals(of metric: String) -> Int { decimals ?? MetricText.decimals(metric) }

    /// "2 more are the same (--all shows them)"; nil where there are none.
    func note(same: Int, shown: Int, of what: String) -> String? {
        guard same > 0, !isComplete else { return shown == 0 ? "there is no \(what)" : nil }
        return shown == 0
            ? "no \(what) differs; \(same) \(same == 1 ? "is" : "are") the same (--all shows them)"
            : "\(same) more \(same == 1 ? "is" : "are") the same (--all shows them)"
    }
}

extension ReportTable {
    /// The table for the terminal; without rows, its title and what there is to say. A heading above nothing is noise.
    func comparisonTable(isSeparate: Bool) -> Table {
        // Names of what is compared are never cut: one types them again.
        var table = terminalTable(uncut: ["trial", "search", "metric", "setting", "number"])
        table.isSeparate = isSeparate
        guard rows.isEmpty else { return table }
        var empty = Table(title: table.title, isSeparate: isSeparate, [.word("")])
        empty.footnotes = table.footnotes
        return empty
    }
}

/// p-values as text.
enum PValueText {
    /// "0.0312", "<0.0001".
    static func text(_ value: Double?) -> String {
        guard let value else { return "" }
        return value < 0.00005 ? "<0.0001" : NumberText.fixed(value, 4)
    }

    /// "***" below 0.001, "**" below 0.01, "*" below 0.05, else nothing.
    static func mark(_ value: Double?) -> String {
        guard let value else { return "" }
        return value < 0.001 ? "***" : value < 0.01 ? "**" : value < 0.05 ? "*" : ""
    }

    /// What the marks mean.
    static let legend = "* p < 0.05, ** p < 0.01, *** p < 0.001"
}
