internal import Store

/// A kind of table that `qpx report` makes of searches.
///
/// A new form is one file that conforms to this and one entry in `ReportForms.all`.
protocol ReportForm: Sendable {
    /// The name in `--template`.
    var name: String { get }
    /// What it shows, in one line of the help.
    var abstract: String { get }
    /// Its tables; one without rows where there is nothing to show.
    func tables(of material: ReportMaterial) throws -> [ReportTable]
}

/// What a form makes its tables of.
struct ReportMaterial {
    /// Where everything is recorded.
    let store: Store
    /// The searches, in the order asked for.
    let searches: [SearchRecord]
    /// Which of their trials, and in what order.
    let filter: TrialFilter
    /// Whether the filter leaves any out.
    let isNarrowed: Bool
    /// How numbers are written.
    let style: ReportStyle
    /// Whether searches that differ in their seed alone are one group.
    let groupsSeeds: Bool
    /// The row that stands for a search where only one does: a label, or nil for the best trial.
    let pick: String?
    /// The method that differences are to, by its label; nil for the form's own.
    var baseline: String?
    /// The metrics that are compared; empty for the form's own.
    var metrics: [MetricName] = []

    /// The commands of the searches, as far as they are printed.
    var commands: [String] { style.isBrief ? [] : searches.compactMap(\.commandLine) }

    /// The searches in groups that differ in their seed, or each by itself.
    func groups() throws -> [SeedGroup] {
        try groupsSeeds ? SeedGroup.groups(searches, in: store) : searches.map { SeedGroup(searches: [$0]) }
    }

    /// Ids of the trials that the filter lets through; nil where it lets all through.
    func chosen() throws -> Set<Int>? {
        isNarrowed ? Set(try store.trials(filter).map(\.id)) : nil
    }
}

/// All forms, by name.
enum ReportForms {
    /// Every form; the first is the one without `--template`.
    static let all: [any ReportForm] = [
        ResultsForm(), AblationForm(), PairedForm(), ProgressForm(), ImportanceForm(), LogForm(), FrontForm(),
    ]

    /// The names, for help and messages.
    static var names: [String] { all.map(\.name) }
}
