internal import Store

/// The settings that are not the same in all searches of a table, a column for each.
struct DifferingSettings {
    /// In alphabetic order.
    let names: [String]

    /// Settings that say how much is pruned; a column for what is removed says it as well.
    private static let pruning: Set<String> = ["ratio", "pruning_ratio", "parameters_removed"]

    /// - Parameters:
    ///   - searches: the first of each row.
    ///   - showsRemoved: whether the table has a column for the part of the parameters that is removed.
    init(_ searches: [SearchRecord], in store: Store, showsRemoved: Bool = false) throws {
        let settings = try searches.map { search in
            Dictionary(
                try SeedGroup.comparable(search, in: store).map { ($0.key, $0.value) },
                uniquingKeysWith: { first, _ in first })
        }
        let removed = searches.map { RemovedText.of($0) }
        /// Whether rows that removed as much agree in the setting.
        func isSaid(_ name: String) -> Bool {
            showsRemoved && Self.pruning.contains(name)
                && searches.indices.allSatisfy { index in
                    let same = removed.firstIndex(of: removed[index]) ?? index
                    return settings[same][name] == settings[index][name]
                }
        }
        let all = Set(settings.flatMap(\.keys)).sorted()
        names = all.filter { name in settings.contains { $0[name] != settings[0][name] } && !isSaid(name) }
    }

    /// A column for each setting.
    var columns: [ReportTable.Column] { names.map { .init(name: $0, title: $0, kind: .text) } }

    /// What a search has in these columns.
    func cells(of search: SearchRecord) -> [ReportTable.Cell] {
        let settings = Dictionary(
            SeedGroup.settings(search).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        return names.map { .init(settings[$0]?.plainText ?? "") }
    }
}

/// The part of the parameters that a search's model has lost.
enum RemovedText {
    /// The column for it.
    static let column = ReportTable.Column(name: "parameters_removed", title: "Removed %", kind: .number)

    /// In percent; empty where it is not known.
    static func of(_ search: SearchRecord) -> String { search.parametersRemoved.map { NumberText.percent($0) } ?? "" }

    /// Its cell.
    static func cell(_ search: SearchRecord) -> ReportTable.Cell { .init(of(search), value: search.parametersRemoved) }
}
